use super::tests::{at, d, hm};
use super::*;
use proptest::prelude::*;

fn calendars() -> impl Strategy<Value = Calendar> {
    let rule = prop_oneof![Just(SaturdayRule::None), Just(SaturdayRule::Morning), Just(SaturdayRule::FullDay)];
    let flags = (any::<bool>(), any::<bool>(), prop::option::of(8u32..18));
    let short = DeskHours::new([(hm(7, 0), hm(11, 30)), (hm(13, 0), hm(16, 30))], 480).unwrap();
    let hours = prop_oneof![Just(DeskHours::default()), Just(short)];
    (prop::collection::btree_set(0u64..120, 0..12), rule, flags, hours).prop_map(|(days, saturdays, flags, hours)| {
        Calendar {
            holidays: days.into_iter().filter_map(|n| d("2024-01-01").checked_add_days(Days::new(n))).collect(),
            saturdays,
            saturday_morning_counts: flags.0,
            count_day_of_receipt: flags.1,
            cut_off: flags.2.map(|h| hm(h, 0)),
            hours,
            ..Calendar::default()
        }
    })
}

/// An instant in the first four months of 2024, to the minute.
fn instants() -> impl Strategy<Value = Timestamp> {
    (0i64..170_000).prop_map(|m| at("2024-01-01").plus_millis(m * 60_000))
}

fn terms() -> impl Strategy<Value = Term> {
    prop_oneof![(0u32..40).prop_map(Term::WorkingDays), (0u32..80).prop_map(Term::WorkingHours)]
}

proptest! {
    #[test]
    fn later_and_longer_is_never_due_earlier(cal in calendars(), a in instants(), b in instants(), n in 0u32..40, more in 0u32..9) {
        let (a, b) = (a.min(b), a.max(b));
        for term in [Term::WorkingDays, Term::WorkingHours] {
            let due = cal.due(term(n), a);
            prop_assert!(due <= cal.due(term(n), b));
            prop_assert!(due <= cal.due(term(n + more), a));
            prop_assert!(!due.is_overdue_at(a));
        }
        let Due::Day(day) = cal.due(Term::WorkingDays(n), a) else { panic!() };
        prop_assert!(cal.is_working_day(day));
        if n > 0 && !cal.count_day_of_receipt {
            prop_assert_eq!(cal.working_days_between(cal.day_of_receipt(a), day), n);
        }
    }

    #[test]
    fn pauses_give_back_what_was_left(cal in calendars(), term in terms(), t in (instants(), instants(), instants(), instants())) {
        let mut t = [t.0, t.1, t.2, t.3];
        t.sort();
        let due = cal.due(term, t[0]);
        for policy in [PausePolicy::PauseResume, PausePolicy::Restart, PausePolicy::NoPause] {
            let new = cal.resume(policy, Some(term), due, t[1], t[2]);
            prop_assert!(new >= due);
            prop_assert!(new <= cal.resume(policy, Some(term), due, t[1], t[3]));
            prop_assert_eq!(new.is_overdue_at(t[2]), new == due && due.is_overdue_at(t[2]));
        }
        let no_cut_off = Calendar { cut_off: None, ..cal };
        let due = no_cut_off.due(term, t[0]);
        let same = no_cut_off.resume(PausePolicy::PauseResume, None, due, t[1], t[1].plus_millis(1));
        prop_assert!(same == due || matches!((same, due), (Due::Instant(a), Due::Instant(b)) if a.0 - b.0 <= 1 || no_cut_off.desk_time_between(b, a) <= 1));
    }
}
