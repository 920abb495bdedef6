//! The days of the story: desks send, persons close and amend, copies are taken, and things go wrong.

use chrono::{Days, NaiveDate};

use super::{
    HOUR, World, before,
    country::{BOOKS_FROM, Country, Move},
};

/// Parts of a day in which things happen.
const PARTS: u64 = 2;
/// How long the network runs in each, milliseconds.
const PART: u64 = 250;

impl World {
    /// From the first day to some days after the last atom that is closed.
    pub fn course(&mut self) {
        let days = self.rng.u64(34..56);
        let badness = self.rng.u8(10..60);
        for _ in 0..days * PARTS {
            self.clock.fetch_add(24 * HOUR / PARTS as i64, std::sync::atomic::Ordering::SeqCst);
            self.trace.say(format!("{} {}", self.now(), self.elapsed));
            self.reform();
            self.send();
            self.close();
            if self.rng.u8(..100) < badness {
                self.harm();
            }
            self.run_for(PART);
            self.tend();
            if self.rng.u8(..8) == 0 {
                self.net.heal();
            }
            self.keep_copies();
        }
    }

    fn send(&mut self) {
        for unit in 0..self.machines.len() {
            let now = self.now();
            let mut group = Vec::new();
            if self.rng.u8(..10) < 5 {
                for _ in 0..self.rng.usize(1..4) {
                    let event = self.stories[unit].next(now);
                    self.desks.log(unit).add(&event);
                    // Some of it lies on the desk until later.
                    if self.rng.u8(..8) > 0 {
                        group.push(event);
                    }
                }
            }
            if self.rng.u8(..10) < 3 {
                group.extend(self.desks.log(unit).open().into_iter().take(20));
            }
            if self.rng.u8(..20) == 0 {
                let kept = self.desks.log(unit).kept();
                group.extend((0..5).filter_map(|_| self.rng.choice(&kept).cloned()));
            }
            self.rng.shuffle(&mut group);
            if !group.is_empty() {
                self.desks.send(unit, group);
            }
        }
    }

    /// Persons close what is over, sooner or later, and amend what has changed.
    fn close(&mut self) {
        let atoms = self.atoms(self.today());
        let Some(last) = atoms.last() else { return };
        for unit in 0..self.machines.len() {
            let period = format!("{}..{}", last.start, last.last_day());
            if self.desks.log(unit).closed_through.is_none_or(|through| through < last.end) && self.rng.u8(..4) == 0 {
                self.desks.close(unit, &period, last.end, false);
            } else if self.rng.u8(..30) == 0 {
                let from: NaiveDate = BOOKS_FROM.parse().unwrap();
                self.desks.close(unit, &format!("{from}..{}", before(last.end)), last.end, true);
            }
        }
    }

    /// The registry orders an early cut, or that a commune comes under another district; and when the day has come the commune does.
    fn reform(&mut self) {
        let days = (self.today() - BOOKS_FROM.parse::<NaiveDate>().unwrap()).num_days();
        if days == self.reforms.cut_known && self.country.extra_cut.is_none() {
            self.country.extra_cut = Some(self.today() + Days::new(self.rng.u64(8..25)));
            let ordered = self.announce();
            self.trace.say(format!("a cut for {:?}, ordered: {ordered}", self.country.extra_cut));
            if ordered {
                // A top that forgot it could not order it again once something is booked there.
                self.machines[0].copies.clear();
            } else {
                self.country.extra_cut = None;
            }
        }
        if days == self.reforms.move_known && self.country.moving.is_none() {
            let unit = self.rng.usize(..self.machines.len());
            let districts: Vec<usize> = self.country.districts().collect();
            let to = districts.iter().copied().find(|to| Some(*to) != self.country.units[unit].parent);
            if let Some(to) = to.filter(|_| self.country.is_commune(unit)) {
                let on = super::regular().boundary_after(self.today() + Days::new(7));
                self.country.moving = Some(Move { unit, to, on });
                let ordered = self.announce() || self.top_knows_of_the_move();
                self.trace.say(format!("{:?}, ordered: {ordered}", self.country.moving));
                if !ordered {
                    self.country.moving = None;
                }
            }
        }
        if days >= self.reforms.ban && days < self.reforms.unban && self.banned.is_none() {
            let unit = self.rng.usize(1..self.machines.len());
            self.ban(unit, true);
        } else if days >= self.reforms.unban
            && let Some(unit) = self.banned
        {
            self.ban(unit, false);
        }
        // Its last documents for the old district have to be there first.
        let moving = self.country.moving.clone().filter(|moving| self.today() >= moving.on);
        if let Some(Move { unit, to, on }) = moving
            && self.machines[unit].parent != Some(Country::place(to))
            && self.desks.log(unit).closed_through.is_some_and(|through| through >= on)
            && self.country.units[unit].parent.is_some_and(|from| self.agrees(unit, from))
        {
            self.come_under(unit, to);
        }
    }

    /// A tree that was taken in although a part behind it was refused.
    fn top_knows_of_the_move(&mut self) -> bool {
        let Some(Move { unit, to, on }) = self.country.moving.clone() else { return false };
        let (code, above) = (self.country.units[unit].code.clone(), self.country.units[to].code.clone());
        let known = self.machines[0].ask(|node| async move {
            let state = node.snapshot().state.clone();
            let parent = state.identity(&code, on).and_then(|id| state.registry.tree.parent(&id, on));
            parent.is_some_and(|parent| *parent.code == *above)
        });
        known == Some(true)
    }

    /// A person writes another parent into the configuration and starts the node again.
    pub fn come_under(&mut self, unit: usize, above: usize) {
        let machine = &mut self.machines[unit];
        if machine.parent == Some(Country::place(above)) {
            return;
        }
        machine.parent = Some(Country::place(above));
        self.trace.say(format!("{} comes under {}", machine.code, self.country.units[above].code));
        if machine.is_up() {
            machine.kill();
            self.revive(unit);
        }
    }

    fn keep_copies(&mut self) {
        let unit = self.rng.usize(..self.machines.len());
        let machine = &mut self.machines[unit];
        if self.rng.u8(..6) == 0 && machine.is_up() && machine.copies.len() < 4 {
            machine.copy();
        }
    }
}
