//! The fleet: every unit below, as far as this node knows it.

use chrono::NaiveDate;

use super::Node;
use crate::{
    document::fingerprint,
    domain::{roll::Member, time::Timestamp, units::UnitId},
    ledger::State,
};

/// One unit and its node.
#[derive(Clone, Debug)]
pub struct Ship {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Code of the unit above.
    pub parent: String,
    /// Whether it belongs.
    pub standing: Standing,
    /// Fingerprint of the document key in use, or of the one that waits.
    pub key: String,
    /// When it last opened a session here.
    pub last_seen: Option<Timestamp>,
    /// Version of its program.
    pub software: String,
    /// The registry it works with.
    pub registry_version: u64,
    /// When its certificate lapses.
    pub certificate_until: Option<Timestamp>,
    /// The day after the last one for which its document is held.
    pub held_through: Option<NaiveDate>,
    /// Days between that and the end of the last atom that is over.
    pub behind_days: u32,
    /// Why its last document was refused here.
    pub refused: String,
}

/// Whether a unit belongs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It does.
    Enrolled,
    /// A person has to approve its request.
    Waiting(String),
    /// It may not speak.
    Banned(String),
    /// It was never enrolled, or its books are kept elsewhere.
    NotEnrolled,
}

impl Node {
    /// Every unit in force below, itself first.
    pub fn fleet(&self) -> Vec<Ship> {
        let snapshot = self.snapshot();
        let state = &snapshot.state;
        let on = self.now().local_date();
        let own = state.own(on);
        let mut units = vec![own.clone()];
        units.extend(state.registry.tree.ever_under(&own.code).into_iter().filter(|id| {
            *id != own && state.registry.tree.in_force(id, on) && state.registry.tree.is_below(id, &own, on)
        }));
        units.into_iter().map(|unit| self.ship(state, unit, on)).collect()
    }

    fn ship(&self, state: &State, unit: UnitId, on: NaiveDate) -> Ship {
        let code = &*unit.code;
        let member = state.registry.roll.get(code);
        let waiting = state.trust.waiting.get(code);
        let seen = self.link.below(&unit);
        let held_through = state.shelves.get(&unit).and_then(|shelf| shelf.get_max()).map(|(_, held)| held.atom.end);
        let issued = state.trust.issued.get(code).map(|issued| issued.not_after);
        let key = waiting.map(|w| w.keys.document).or_else(|| member.and_then(Member::current).map(|p| p.key));
        Ship {
            name: state.unit(&unit).map(|u| u.name.to_string()).unwrap_or_default(),
            parent: state.registry.tree.parent(&unit, on).map(|up| up.code.to_string()).unwrap_or_default(),
            standing: match (member, waiting) {
                (Some(Member { banned: Some(ban), .. }), _) => Standing::Banned(ban.reason.clone()),
                (_, Some(waiting)) if !waiting.approved => Standing::Waiting(waiting.why.clone()),
                (Some(_), _) => Standing::Enrolled,
                (None, _) => Standing::NotEnrolled,
            },
            key: key.map(|key| fingerprint(&key)).unwrap_or_default(),
            last_seen: seen.last_seen,
            software: seen.software,
            registry_version: seen.registry_version,
            certificate_until: issued.or(seen.certificate_until),
            behind_days: behind(state, held_through, on),
            held_through,
            refused: seen.refusal.map(|refused| refused.message).unwrap_or_default(),
            unit,
        }
    }
}

/// Days between what is held and the end of the last atom that is over.
fn behind(state: &State, held_through: Option<NaiveDate>, on: NaiveDate) -> u32 {
    let over = state.registry.cuts.atom_of(on).start;
    let from = held_through.or_else(|| state.books.get(&state.code).map(|books| books.from)).unwrap_or(over);
    u32::try_from((over - from).num_days().max(0)).unwrap_or_default()
}
