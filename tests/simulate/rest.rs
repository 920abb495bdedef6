//! The end of the story: the weather is good again, everybody sends what is still open, everything is closed, and the nodes come to rest.

use std::sync::atomic::Ordering::SeqCst;

use motcua::{
    node::holdings::{digest, holdings},
    store::faulty_disk::Keep,
};

use super::{HOUR, World, country::BOOKS_FROM, desks::Known};

/// After so long without faults the nodes have to agree, milliseconds of the network.
const PATIENCE: u64 = 240_000;
/// So long they may take after each close.
const SHORT: u64 = 10_000;

impl World {
    /// Leaves every node up, whole and in agreement with the one above, or says what is missing.
    pub fn rest(&mut self) {
        self.trace.say("the weather is good again".into());
        self.mend();
        // A top from an old copy may have forgotten whom it banned, and those below have not: it has to say so once more to take it back.
        for unit in 1..self.machines.len() {
            self.ban(unit, true);
            self.ban(unit, false);
        }
        if !self.within(PATIENCE, World::all_know_the_registry) {
            self.violations.push("the registry does not come down to everybody".into());
        }
        self.settle_events();
        // Past the end of the atom that is open now.
        let open = super::regular().atom_of(self.today());
        let over = motcua::domain::time::Timestamp::local_midnight(open.end).0 + 30 * HOUR;
        self.clock.fetch_max(over, SeqCst);
        self.settle_events();
        let period = format!("{BOOKS_FROM}..{}", open.last_day());
        // A parent closes with what it has and amends when its children did, so it may take some rounds until nothing changes any more.
        for _ in 0..5 {
            let before = self.published();
            for unit in (0..self.machines.len()).rev() {
                let closed = self.desks.log(unit).closed_through == Some(open.end);
                self.desks.close(unit, &period, open.end, closed);
                self.until_idle();
                self.meet(unit);
            }
            if self.published() == before {
                break;
            }
        }
        self.closed_until = open.end;
        for unit in (0..self.machines.len()).rev() {
            self.meet(unit);
            self.finally_agreed(unit);
        }
    }

    /// Documents that went out, as persons were told.
    fn published(&self) -> u32 {
        (0..self.machines.len()).map(|unit| self.desks.log(unit)).map(|log| log.closed + log.amended).sum()
    }

    /// Runs until every client has its answer.
    fn until_idle(&mut self) {
        loop {
            self.run_for(60);
            if self.desks.is_idle() {
                return;
            }
        }
    }

    /// Every machine is whole, up, and on time.
    fn mend(&mut self) {
        self.net.heal();
        for unit in 0..self.machines.len() {
            self.machines[unit].skew.store(0, SeqCst);
            if let Some(seed) = self.dying.remove(&unit) {
                self.machines[unit].lose_power(Keep::Torn(seed));
            }
            self.machines[unit].disk.fail_appends(0, 0);
            self.machines[unit].disk.fail_syncs(0);
        }
        self.run_for(1000);
        self.back = (0..self.machines.len()).map(|unit| (unit, 0)).collect();
        self.tend();
        self.run_for(3000);
        self.tend();
    }

    /// What is open is offered until it is answered for good; at last everything is offered once more, and is known.
    fn settle_events(&mut self) {
        for _ in 0..8 {
            let mut left = 0;
            for unit in 0..self.machines.len() {
                let open = self.desks.log(unit).open();
                left += open.len();
                for group in open.chunks(100) {
                    self.desks.send(unit, group.to_vec());
                }
            }
            if left == 0 {
                break;
            }
            self.until_idle();
        }
        for unit in 0..self.machines.len() {
            // What is still open was answered every time: what it speaks of was never kept.
            for said in self.desks.log(unit).said.values_mut().filter(|said| said.known == Known::Open) {
                said.known = Known::Refused;
            }
            let kept = self.desks.log(unit).kept();
            for group in kept.chunks(100) {
                self.desks.send(unit, group.to_vec());
            }
        }
        self.until_idle();
        self.forge();
    }

    /// Somebody sends other events under ids that are known.
    fn forge(&mut self) {
        for unit in 0..self.machines.len() {
            let kept = self.desks.log(unit).kept();
            let Some(mut event) = self.rng.choice(&kept).cloned() else { continue };
            event.occurred_at = event.occurred_at.plus_millis(1000);
            self.desks.send_altered(unit, vec![event]);
        }
        self.until_idle();
    }

    /// Gives a node the time to agree with the one above. A unit that has moved owes something to both.
    fn meet(&mut self, unit: usize) {
        let moved = self.country.moving.clone().filter(|moving| moving.unit == unit).map(|moving| moving.to);
        for above in self.country.units[unit].parent.into_iter().chain(moved) {
            self.come_under(unit, above);
            self.within(SHORT, |world| world.agrees(unit, above));
        }
    }

    fn finally_agreed(&mut self, unit: usize) {
        let Some(above) = self.country.parent(unit, self.today()) else { return };
        if !self.within(PATIENCE, |world| world.agrees(unit, above)) {
            let code = &self.country.units[unit].code;
            let up = self.machines[unit].node().map(|node| node.link.up());
            let why = up.map(|up| format!("{:?} {:?}", up.last_error, up.refusals)).unwrap_or_default();
            self.violations.push(format!("{code} does not come to agree with the unit above: {why}"));
        }
    }

    /// Runs until something is so; `false` if it does not come about in time.
    fn within(&mut self, milliseconds: u64, is_so: impl Fn(&World) -> bool) -> bool {
        let until = self.elapsed + milliseconds;
        loop {
            self.run_for(60);
            if is_so(self) {
                return true;
            }
            if self.elapsed > until {
                return false;
            }
        }
    }

    /// Every node knows the registry of the top.
    fn all_know_the_registry(&self) -> bool {
        let version = |unit: usize| self.machines[unit].node().map(|node| node.snapshot().state.registry.version);
        (1..self.machines.len()).all(|unit| version(unit) == version(0))
    }

    /// A node and one above hold the same documents of its subtree.
    pub fn agrees(&self, unit: usize, above: usize) -> bool {
        let (Some(child), Some(parent)) = (self.machines[unit].node(), self.machines[above].node()) else {
            return false;
        };
        let (me, above) = (child.own(), &self.country.units[above].code);
        let held = |node: &motcua::node::Node| digest(&holdings(&node.snapshot().state, &me, above));
        held(child) == held(parent)
    }
}
