//! The request of a unit that waits for a person. Anybody who reaches a node can ask for any unit, so what waits is bounded, and what a person
//! approves is what that person has compared.

use super::{
    refusal::Refusal,
    state::State,
    trust::{TrustChange, Waiting},
};
use crate::{
    document::Anchor,
    domain::{roll::Member, time::DAY_MS},
};

/// So long the request that waits keeps its place.
const REST_MS: i64 = 3_600_000;
/// So long one that was approved keeps it.
const APPROVED_MS: i64 = 7 * DAY_MS;

/// A key that nobody vouches for is approved by its name only: anybody can ask for any unit, and what waits may have changed since it was looked at.
pub(super) fn approve(state: &State, code: String, key: &str, revoke_old: bool) -> Result<TrustChange, Refusal> {
    let Some(waiting) = state.trust.waiting.get(&code) else { return Err(Refusal::NothingWaits(code)) };
    let compared = key.parse().is_ok_and(|anchor: Anchor| anchor.is(&waiting.keys.document));
    if !compared && (!key.is_empty() || !vouched(state, waiting)) {
        return Err(Refusal::KeyNotCompared(code));
    }
    Ok(TrustChange::Approved { code, revoke_old })
}

/// Whether the request comes with the key that the unit signs with anyway.
fn vouched(state: &State, waiting: &Waiting) -> bool {
    let member = state.registry.roll.get(&waiting.code);
    member.and_then(Member::current).is_some_and(|pinned| pinned.key == waiting.keys.document)
}

/// Whether what waits keeps its place when another request comes. Anybody can ask: so nobody takes away what a person has approved, nobody without
/// the unit's key comes before somebody with it, and the place changes hands once an hour at most.
pub(super) fn keeps_its_place(state: &State, waits: &Waiting, comes: &Waiting) -> bool {
    let rest = match (vouched(state, waits), vouched(state, comes)) {
        (false, true) => return false,
        (true, false) => return true,
        _ if waits.approved => APPROVED_MS,
        _ => REST_MS,
    };
    waits.keys == comes.keys || comes.since < waits.since.plus_millis(rest)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::fingerprint;
    use crate::{
        document::{KeySealer, Sealer},
        domain::{
            roll::{How, Roll},
            time::Timestamp,
        },
        ledger::trust::Keys,
    };

    const HOUR: i64 = 3_600_000;

    fn key(n: u8) -> [u8; 32] {
        KeySealer::from_seed(&[n; 32]).public_key()
    }

    fn waiting(document: u8, hour: i64, approved: bool) -> Waiting {
        Waiting {
            code: "07069".into(),
            keys: Keys { document: key(document), link: [document; 32] },
            since: Timestamp(hour * HOUR),
            why: String::new(),
            approved,
            revoke_old: false,
        }
    }

    /// Unit 07069 signs with key 1.
    fn state() -> State {
        let mut member = Member {
            code: "07069".into(),
            keys: Vec::new(),
            banned: None,
            certificates_from: Timestamp(0),
            address: String::new(),
        };
        member.take(key(1), How::Token, Timestamp(0), false);
        let mut state = State::new("22", "2017-12-15".parse().unwrap(), 1, Timestamp(0));
        Arc::make_mut(&mut state.registry).roll = Roll::new([member]);
        state
    }

    #[test]
    fn a_place_changes_hands_seldom_and_never_to_somebody_with_less_to_show() {
        let state = state();
        // Who waits (key, hour, approved), who comes (key, hour), and whether the first stays.
        let table = [
            ((2, 0, false), (2, 9), true),
            ((2, 0, false), (3, 0), true),
            ((2, 0, false), (3, 1), false),
            ((2, 0, true), (3, 9), true),
            ((2, 0, true), (3, 24 * 7), false),
            ((1, 0, false), (3, 24 * 365), true),
            ((3, 0, false), (1, 0), false),
            ((3, 0, true), (1, 0), false),
        ];
        for ((old, at, approved), (new, then), stays) in table {
            let (waits, comes) = (waiting(old, at, approved), waiting(new, then, false));
            assert_eq!(keeps_its_place(&state, &waits, &comes), stays, "{old} at {at}, then {new} at {then}");
        }
    }

    #[test]
    fn a_foreign_key_is_approved_by_its_name_only() {
        let mut state = state();
        let refused = |state: &State, key: &str| approve(state, "07069".into(), key, false).unwrap_err().reason();
        assert_eq!(refused(&state, ""), "NOTHING_WAITS");
        state.trust.waiting.insert("07069".into(), waiting(1, 0, false));
        approve(&state, "07069".into(), "", false).unwrap();
        state.trust.waiting.insert("07069".into(), waiting(2, 0, false));
        let (name, other) = (fingerprint(&key(2)), fingerprint(&key(1)));
        for wrong in ["", &name[..19], &other, "zz"] {
            assert_eq!(refused(&state, wrong), "KEY_NOT_COMPARED", "{wrong}");
        }
        for right in [&name, &name.to_uppercase(), &name.replace('-', "")] {
            approve(&state, "07069".into(), right, false).unwrap();
        }
    }
}
