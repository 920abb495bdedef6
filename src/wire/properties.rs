//! Whatever a node can write to its journal or under its signature reads back as it was and writes the same bytes again: every kind of entry, every
//! part of the registry, reviews, the roll.

use std::collections::BTreeSet;

use bytes::Bytes;
use chrono::{NaiveDate, NaiveTime};
use proptest::{collection::vec, option, prelude::*, sample::select};
use prost::Message;

use super::{
    registry::{part_from_pb, part_to_pb},
    review::{decode_review, encode_review},
    store::{decode_by, decode_entry, encode_entry},
    trust::{decode_trust, encode_trust},
};
use crate::{
    document::{KeySealer, open_part, reopen_part, seal_part},
    domain::{
        atoms::{Atom, Cuts},
        calendar::{Calendar, Due, PausePolicy, SaturdayRule, Term},
        entered::Whole,
        event::EventId,
        forms::Forms,
        measure::{Figures, MEASURES},
        record::PromiseKey,
        registry::{Part, Procedure, Procedures},
        review::{Review, Verdict},
        roll::{Ban, How, Member, Pinned, Roll},
        summary::{Explained, Hash},
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{
        By, Entry, EntryKind,
        prepare::{Preparation, Prepared},
        story_tests::story,
        trust::{Issued, JoinToken, Keys, Person, Role, Trust, TrustChange, Waiting},
    },
};

fn day() -> impl Strategy<Value = NaiveDate> {
    (-20_000i64..80_000).prop_map(|n| NaiveDate::default() + chrono::TimeDelta::days(n))
}

fn at() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000i64..=253_402_300_799_999).prop_map(Timestamp)
}

fn code() -> impl Strategy<Value = String> {
    "[0-9A-Za-z.-]{1,16}"
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("nhập muộn 3 hồ sơ".to_owned()), "[ -~]{0,30}"]
}

fn unit() -> impl Strategy<Value = UnitId> {
    (code(), option::of(day())).prop_map(|(code, from)| UnitId::new(code, from))
}

fn atom() -> impl Strategy<Value = Atom> {
    day().prop_map(|day| Cuts::default().atom_of(day))
}

fn figures() -> impl Strategy<Value = Figures> {
    vec(any::<i64>(), 0..=MEASURES).prop_map(|values| Figures::from_values(&values).unwrap())
}

fn tree() -> impl Strategy<Value = Part> {
    let unit = (words(), option::of(0i64..900), option::of(900i64..2000), option::of(0i64..900), any::<[u8; 2]>());
    vec(unit, 0..8).prop_map(|units| {
        let on = |n: Option<i64>| n.map(|n| NaiveDate::default() + chrono::TimeDelta::days(n));
        let mut kept = Vec::new();
        for (n, (name, from, to, reports, above)) in units.into_iter().enumerate() {
            // the unit above comes before it, so that most of them fit
            let earlier = |byte: u8| Some(usize::from(byte) % (n + 1)).filter(|k| *k < n).map(|k| k.to_string());
            kept.push(UnitRow {
                code: n.to_string(),
                name: format!("N{name}"),
                level: "unit".into(),
                parent_code: earlier(above[0]),
                valid_from: on(from),
                valid_to: on(to),
                reports_from: on(reports),
                kept_by: earlier(above[1]),
            });
            if Tree::from_rows(kept.clone()).is_err() {
                kept.pop();
            }
        }
        Part::Tree(Tree::from_rows(kept).unwrap())
    })
}

fn procedures() -> impl Strategy<Value = Part> {
    let term = option::of(prop_oneof![
        (1u32..10_000).prop_map(Term::WorkingDays),
        (1u32..10_000).prop_map(Term::WorkingHours)
    ]);
    let pause = select(vec![PausePolicy::PauseResume, PausePolicy::Restart, PausePolicy::NoPause]);
    let procedure = (code(), words(), words(), term, pause, any::<bool>());
    let procedure = procedure.prop_map(|(code, name, field, term, pause, payment_pauses)| Procedure {
        level: field.clone(),
        code,
        name,
        field,
        term,
        pause,
        payment_pauses,
    });
    vec(procedure, 0..6).prop_map(|all| Part::Procedures(Procedures::new(all)))
}

/// What the protocol can say of a calendar, under the version it is sent with.
fn calendar() -> impl Strategy<Value = Part> {
    let days = |parity: i64| prop::collection::btree_set((0i64..9_000).prop_map(move |n| 2 * n + parity), 0..6);
    let saturdays = select(vec![SaturdayRule::None, SaturdayRule::Morning, SaturdayRule::FullDay]);
    (days(0), days(1), option::of((0u32..24, 0u32..60)), saturdays).prop_map(|(off, worked, cut_off, saturdays)| {
        let dates = |all: BTreeSet<i64>| all.into_iter().map(|n| NaiveDate::default() + chrono::TimeDelta::days(n));
        let mut calendar = Calendar::default().with_version(7).with_holidays(dates(off));
        calendar.swapped_work = dates(worked).collect();
        calendar.cut_off = cut_off.and_then(|(h, m)| NaiveTime::from_hms_opt(h, m, 0));
        calendar.saturdays = saturdays;
        Part::Calendar(calendar)
    })
}

fn roll() -> impl Strategy<Value = Part> {
    let how = select(vec![How::Founder, How::Token, How::OldKey, How::Approved]);
    let key = (any::<[u8; 32]>(), at(), how, option::of(at()), any::<bool>());
    let key = key.prop_map(|(key, since, how, retired, revoked)| Pinned { key, since, how, retired, revoked });
    let ban = (at(), words()).prop_map(|(since, reason)| Ban { since, reason });
    let member = (code(), vec(key, 1..4), option::of(ban), at(), words()).prop_map(
        |(code, keys, banned, certificates_from, address)| Member { code, keys, banned, certificates_from, address },
    );
    vec(member, 0..5).prop_map(|members| Part::Roll(Roll::new(members)))
}

fn part() -> impl Strategy<Value = Part> {
    let cuts = vec(day(), 0..6).prop_map(|days| Part::Cuts(Cuts::new(days)));
    // on the heap: together they are more than the stack of a test's thread holds
    let forms = prop::collection::btree_map("[A-Za-z0-9._-]{1,12}", "(?s).{1,80}", 0..4)
        .prop_map(|all| Part::Forms(Forms::new(all)));
    prop_oneof![tree().boxed(), procedures().boxed(), calendar().boxed(), cuts.boxed(), roll().boxed(), forms.boxed()]
}

fn review() -> impl Strategy<Value = Review> {
    let returned = (words(), words(), day());
    let returned = returned.prop_map(|(measure, reason, until)| Verdict::Returned { measure, reason, until });
    let verdict = prop_oneof![Just(Verdict::Accepted), returned];
    (unit(), atom(), any::<u32>(), verdict, unit(), words(), at()).prop_map(
        |(unit, atom, revision, verdict, reviewer, person, at)| Review {
            unit,
            atom,
            revision,
            verdict,
            reviewer,
            person,
            at,
        },
    )
}

fn keys() -> impl Strategy<Value = Keys> {
    any::<([u8; 32], [u8; 32])>().prop_map(|(document, link)| Keys { document, link })
}

fn token() -> impl Strategy<Value = JoinToken> {
    let when = (any::<i64>(), day());
    let flags = any::<(bool, bool)>();
    (code(), code(), any::<[u8; 32]>(), when, vec(words(), 0..3), option::of(keys()), flags).prop_map(
        |(id, unit, verifier, (expires_at, books_from), names, used, (revoked, revoke_old))| JoinToken {
            id,
            unit,
            verifier,
            expires_at: Timestamp(expires_at),
            books_from,
            names,
            used,
            revoked,
            revoke_old,
        },
    )
}

fn issued() -> impl Strategy<Value = Issued> {
    (keys(), any::<[i64; 3]>(), vec(any::<u8>(), 0..40), vec(words(), 0..3)).prop_map(
        |(keys, [asked_at, not_before, not_after], certificate, names)| Issued {
            keys,
            asked_at: Timestamp(asked_at),
            certificate: certificate.into(),
            not_before: Timestamp(not_before),
            not_after: Timestamp(not_after),
            names,
        },
    )
}

fn waiting() -> impl Strategy<Value = Waiting> {
    (code(), keys(), any::<i64>(), words(), any::<(bool, bool)>()).prop_map(
        |(code, keys, since, why, (approved, revoke_old))| Waiting {
            code,
            keys,
            since: Timestamp(since),
            why,
            approved,
            revoke_old,
        },
    )
}

fn person() -> impl Strategy<Value = Person> {
    // nothing lapses and nobody is dismissed at the very beginning of 1970
    let time = || option::of((1i64..i64::MAX).prop_map(Timestamp));
    (code(), words(), select(Role::ALL.to_vec()), option::of(code()), any::<[u8; 32]>(), time(), time()).prop_map(
        |(id, name, role, unit, verifier, expires_at, revoked)| Person {
            id,
            name,
            role,
            unit,
            verifier,
            expires_at,
            revoked,
        },
    )
}

fn trust_change() -> impl Strategy<Value = TrustChange> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(TrustChange::Rooted),
        token().prop_map(TrustChange::TokenIssued).boxed(),
        code().prop_map(|id| TrustChange::TokenRevoked { id }),
        (code(), option::of(code()), issued()).prop_map(|(code, token, issued)| TrustChange::Enrolled {
            code,
            token,
            issued
        }),
        waiting().prop_map(TrustChange::Waits).boxed(),
        (code(), any::<bool>()).prop_map(|(code, revoke_old)| TrustChange::Approved { code, revoke_old }),
        code().prop_map(|code| TrustChange::Banned { code }),
        code().prop_map(|code| TrustChange::Unbanned { code }),
        person().prop_map(TrustChange::Admitted).boxed(),
        code().prop_map(|id| TrustChange::Dismissed { id }),
        (words(), words(), any::<u32>()).prop_map(|(what, reason, times)| TrustChange::Denied { what, reason, times }),
    ]
}

fn preparation() -> impl Strategy<Value = Preparation> {
    let document = (unit(), atom(), any::<u32>(), figures(), any::<[u8; 32]>());
    let document = document.prop_map(|(unit, atom, revision, totals, content)| Prepared {
        unit,
        atom,
        revision,
        totals,
        content: Hash(content),
    });
    (words(), words(), any::<bool>(), [words(), words(), words()], any::<i64>(), vec(document, 0..4)).prop_map(
        |(unit, period, amends, [reason, person, name], at, documents)| Preparation {
            unit,
            period,
            amends,
            reason,
            person,
            name,
            at: Timestamp(at),
            documents,
        },
    )
}

fn recorded() -> impl Strategy<Value = EntryKind> {
    let due = || prop_oneof![day().prop_map(Due::Day), at().prop_map(Due::Instant)];
    let id = || any::<[u8; 16]>().prop_map(EventId);
    let key = (id(), option::of(id()), option::of(due()), any::<u64>());
    let key = key.prop_map(|(event, pause, before, basis)| PromiseKey { event, pause, before, basis });
    let event = (story(), any::<prop::sample::Index>())
        .prop_filter_map("an empty story", |(story, which)| (!story.is_empty()).then(|| which.get(&story).clone()));
    (event, vec((key, option::of(due())), 0..3)).prop_map(|(event, promises)| EntryKind::Recorded { event, promises })
}

fn span() -> impl Strategy<Value = (NaiveDate, NaiveDate)> {
    (day(), 1i64..400).prop_map(|(start, days)| (start, start + chrono::TimeDelta::days(days)))
}

fn entered() -> impl Strategy<Value = EntryKind> {
    let whole = (span(), figures(), words(), words());
    let whole = whole.prop_map(|((start, end), figures, by, source)| Whole { start, end, figures, by, source });
    (code(), vec(whole, 0..4)).prop_map(|(unit, wholes)| EntryKind::FiguresEntered { unit, wholes })
}

fn explained() -> impl Strategy<Value = EntryKind> {
    (code(), span(), vec((words(), any::<i64>()), 0..4), words(), words()).prop_map(
        |(unit, (start, end), causes, note, by)| EntryKind::Explained {
            unit,
            explained: Explained { start, end, causes, note, by },
        },
    )
}

fn documents() -> impl Strategy<Value = Vec<Bytes>> {
    vec(vec(any::<u8>(), 0..60).prop_map(Bytes::from), 0..4)
}

/// Every kind; the match below does not compile without a new one.
fn kind() -> impl Strategy<Value = EntryKind> {
    let sealer = KeySealer::from_seed(&[1; 32]);
    let parts = vec(part(), 0..3);
    let parts = parts.prop_map(move |parts| parts.into_iter().map(|part| seal_part(part, 7, &sealer)).collect());
    prop_oneof![
        1 => (code(), day(), any::<u64>(), option::of(any::<[u8; 32]>()))
            .prop_map(|(code, books_from, epoch, root)| EntryKind::Genesis { code, books_from, epoch, root }),
        2 => recorded().boxed(),
        2 => (parts, any::<u64>()).prop_map(|(parts, version)| EntryKind::RegistryChanged { parts, version }),
        1 => documents().prop_map(|documents| EntryKind::Published { documents }),
        1 => (unit(), documents()).prop_map(|(sender, documents)| EntryKind::Accepted { sender, documents }),
        1 => (documents(), any::<u64>()).prop_map(|(documents, epoch)| EntryKind::Adopted { documents, epoch }),
        6 => trust_change().prop_map(EntryKind::Trust).boxed(),
        1 => preparation().prop_map(EntryKind::Prepared).boxed(),
        1 => vec(review(), 0..4).prop_map(|reviews| EntryKind::Reviewed { reviews }).boxed(),
        1 => words().prop_map(|unit| EntryKind::Withdrawn { unit }),
        1 => entered().boxed(),
        1 => explained().boxed(),
        1 => (code(), day()).prop_map(|(unit, start)| EntryKind::FiguresWithdrawn { unit, start }),
        1 => any::<[u64; 2]>().prop_map(|[epoch, through]| EntryKind::Restored { epoch, through }),
    ]
}

fn is_drawn_above(kind: &EntryKind) -> bool {
    match kind {
        EntryKind::Genesis { .. }
        | EntryKind::Recorded { .. }
        | EntryKind::RegistryChanged { .. }
        | EntryKind::Published { .. }
        | EntryKind::Accepted { .. }
        | EntryKind::Adopted { .. }
        | EntryKind::Trust(_)
        | EntryKind::Prepared(_)
        | EntryKind::Reviewed { .. }
        | EntryKind::FiguresEntered { .. }
        | EntryKind::FiguresWithdrawn { .. }
        | EntryKind::Explained { .. }
        | EntryKind::Withdrawn { .. }
        | EntryKind::Restored { .. } => true,
    }
}

proptest! {
    #[test]
    fn entries_of_every_kind_read_back_and_write_the_same(
        recorded_at in any::<i64>(), kind in kind(), who in words(), from in words(), why in words(),
    ) {
        prop_assert!(is_drawn_above(&kind));
        let (entry, by) = (Entry { recorded_at: Timestamp(recorded_at), kind }, By::new(who, from).because(&why));
        let bytes = encode_entry(&entry, &by);
        let read = decode_entry(&bytes).unwrap();
        prop_assert_eq!(&read, &entry);
        prop_assert_eq!(decode_by(&bytes), Ok(by.clone()));
        prop_assert_eq!(encode_entry(&read, &by), bytes);
    }

    #[test]
    fn parts_read_back_and_write_the_same_under_their_signature(part in part()) {
        let message = part_to_pb(&part, 7);
        prop_assert_eq!(part_from_pb(message.clone()), Ok((part.clone(), 7)));
        let sealed = seal_part(part, 7, &KeySealer::from_seed(&[2; 32]));
        prop_assert_eq!(open_part(&sealed.bytes), Ok(sealed.clone()));
        let again = reopen_part(&sealed.bytes).unwrap();
        prop_assert_eq!(part_to_pb(&again.part, again.version).encode_to_vec(), message.encode_to_vec());
    }

    #[test]
    fn reviews_read_back_and_write_the_same(review in review()) {
        let bytes = encode_review(&review);
        prop_assert_eq!(decode_review(&bytes), Ok(review.clone()));
        prop_assert_eq!(encode_review(&decode_review(&bytes).unwrap()), bytes);
    }

    #[test]
    fn what_a_node_knows_of_trust_reads_back(changes in vec(trust_change(), 0..12)) {
        let mut trust = Trust::default();
        for change in &changes {
            trust.apply(change, Timestamp(1));
        }
        let bytes = encode_trust(&trust);
        prop_assert_eq!(decode_trust(&bytes), Ok(trust.clone()));
        prop_assert_eq!(encode_trust(&decode_trust(&bytes).unwrap()), bytes);
    }
}
