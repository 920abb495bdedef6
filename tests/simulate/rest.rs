//! The end of the story: the weather is good again, everybody sends what is still open, everything is closed, and the nodes come to rest.

use std::sync::atomic::Ordering::SeqCst;

use motcua::{
    node::holdings::{digest, holdings},
    store::faulty_disk::Keep,
};

use super::{HOUR, World, country::BOOKS_FROM, desks::Known};

/// After so long without faults the nodes have to agree, milliseconds of the network.
const PATIENCE: u64 = 240_000;

impl World {
    /// Leaves every node up, whole and in agreement with the one above, or says what is missing.
    pub fn rest(&mut self) {
        self.trace.say("the weather is good again".into());
        self.mend();
        // A top from an old copy may have forgotten that it let somebody back in.
        for unit in 1..self.machines.len() {
            self.ban(unit, false);
        }
        self.settle_events();
        // Past the end of the atom that is open now.
        let open = super::regular().atom_of(self.today());
        let over = motcua::domain::time::Timestamp::local_midnight(open.end).0 + 30 * HOUR;
        self.clock.fetch_max(over, SeqCst);
        self.settle_events();
        let period = format!("{BOOKS_FROM}..{}", open.last_day());
        for round in 0..3 {
            for unit in (0..self.machines.len()).rev() {
                let close = round == 0 || self.desks.log(unit).closed_through != Some(open.end);
                self.desks.close(unit, &period, open.end, !close);
                self.run_for(400);
                if close {
                    self.desks.close(unit, &period, open.end, true);
                }
                self.until_agreed(unit);
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
            self.run_for(2000);
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
        self.run_for(2000);
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
        self.run_for(1000);
    }

    /// A unit that has moved owes something to both.
    fn until_agreed(&mut self, unit: usize) {
        let moved = self.country.moving.clone().filter(|moving| moving.unit == unit);
        let Some(moved) = moved else {
            let above = self.country.units[unit].parent;
            return above.into_iter().for_each(|above| self.until_agreed_with(unit, above));
        };
        for above in self.country.units[unit].parent.into_iter().chain([moved.to]) {
            self.come_under(unit, above);
            self.until_agreed_with(unit, above);
        }
    }

    fn until_agreed_with(&mut self, unit: usize, above: usize) {
        let until = self.elapsed + PATIENCE;
        loop {
            self.run_for(200);
            if self.agrees(unit, above) {
                return;
            }
            if self.elapsed > until {
                let code = &self.country.units[unit].code;
                let up = self.machines[unit].node().map(|node| node.link.up());
                let why = up.map(|up| format!("{:?} {:?}", up.last_error, up.refusals)).unwrap_or_default();
                self.violations.push(format!("{code} does not come to agree with the unit above: {why}"));
                return;
            }
        }
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
