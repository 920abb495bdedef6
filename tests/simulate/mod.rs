//! A small country under bad weather, from one seed: the product's own nodes on machines, a network and disks that are made up, and a plain model
//! that is told only what desks sent and what they were answered. One seed is one course of events, to the last bit.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use chrono::{Days, NaiveDate};
use fastrand::Rng;
use motcua::{
    domain::{atoms::Cuts, registry::Part, time::Timestamp},
    ledger::{By, enrol::TrustAsk},
    node::NodeError,
    store::faulty_disk::Keep,
};

mod country;
mod course;
mod desks;
mod faults;
mod machine;
mod net;
mod rest;
mod story;
mod trace;
mod verdict;

use country::Country;
use desks::Desks;
pub use faults::{Counted, Fault};
use machine::Machine;
use net::Net;
use story::Story;
pub use trace::Trace;

const HOUR: i64 = 3_600_000;

/// Everything there is in one simulation.
pub struct World {
    rng: Rng,
    country: Country,
    /// One for each unit, in the order of the country.
    machines: Vec<Machine>,
    stories: Vec<Story>,
    desks: Desks,
    net: Net,
    /// The true time, milliseconds.
    clock: Arc<AtomicI64>,
    /// How long the network has run, milliseconds.
    elapsed: u64,
    /// Kinds of fault of this seed.
    weather: Vec<Fault>,
    faults: Counted,
    /// Machines whose power goes in the middle of writing, with what decides what is left.
    dying: BTreeMap<usize, u64>,
    /// When machines that are down come back, by the network's time.
    back: BTreeMap<usize, u64>,
    reforms: Reforms,
    /// Who may not speak any more.
    banned: Option<usize>,
    /// In the end, the day before which everything is closed.
    closed_until: NaiveDate,
    violations: Vec<String>,
    trace: Trace,
}

/// On which days of the story the registry says something new; never if beyond its end.
struct Reforms {
    cut_known: i64,
    move_known: i64,
    ban: i64,
    unban: i64,
}

/// What became of a seed.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub seed: u64,
    /// Empty if every promise was kept.
    pub violations: Vec<String>,
    /// A hash over everything that happened.
    pub trace: String,
    pub units: usize,
    pub levels: usize,
    pub days: i64,
    pub events: usize,
    pub closes: u32,
    pub amendments: u32,
    pub faults: Counted,
}

impl Outcome {
    /// Whether enough happened for the seed to count.
    pub fn counts(&self) -> bool {
        self.levels >= 3 && self.units >= 6 && self.closes >= 3 && self.amendments >= 1 && self.faults.len() >= 3
    }
}

/// Plays a seed from its first day to its judgement.
pub fn run(seed: u64, tell: bool) -> Outcome {
    // The product draws its jitter from here.
    fastrand::seed(seed);
    let mut world = World::new(seed, tell);
    let from = world.now();
    world.course();
    world.rest();
    world.judge();
    world.outcome(seed, from)
}

impl World {
    fn new(seed: u64, tell: bool) -> World {
        let mut rng = Rng::with_seed(seed);
        let country = Country::new(&mut rng);
        let net = Net::new(rng.u64(..));
        let clock = Arc::new(AtomicI64::new(story::first_day().0 + 8 * HOUR));
        let machine = |unit: usize, rng: &mut Rng| {
            let mut machine = Machine::new(&country.units[unit], Country::place(unit), &clock, &net, rng.fork());
            machine.found(&country.units);
            machine
        };
        let machines: Vec<Machine> = (0..country.units.len()).map(|unit| machine(unit, &mut rng)).collect();
        let stories = (0..country.units.len())
            .map(|unit| {
                let others = country.units.iter().map(|u| u.code.clone()).filter(|c| *c != country.units[unit].code);
                Story::new(&country.units[unit].code, others.collect(), rng.fork())
            })
            .collect();
        let desks = Desks::new(&net, machines.iter().map(|m| m.place));
        let mut weather = Fault::ALL.to_vec();
        rng.shuffle(&mut weather);
        weather.truncate(rng.usize(3..=8));
        let ban = rng.i64(1..90);
        let reforms =
            Reforms { cut_known: rng.i64(1..60), move_known: rng.i64(1..40), ban, unban: ban + rng.i64(1..25) };
        let mut world = World {
            rng,
            country,
            machines,
            stories,
            desks,
            net,
            clock,
            elapsed: 0,
            weather,
            faults: Counted::new(),
            dying: BTreeMap::new(),
            back: BTreeMap::new(),
            reforms,
            banned: None,
            closed_until: NaiveDate::MIN,
            violations: Vec::new(),
            trace: Trace::new(tell),
        };
        world.trace.say(format!("seed {seed}, {} units, weather {:?}", world.country.units.len(), world.weather));
        for machine in &mut world.machines {
            machine.start().unwrap();
        }
        world.announce();
        world
    }

    /// The true time.
    fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(SeqCst))
    }

    fn today(&self) -> NaiveDate {
        self.now().local_date()
    }

    /// The top says again what its registry is, as after a restore somebody has to. Returns whether it does.
    fn announce(&mut self) -> bool {
        let parts = [self.country.tree(), Country::procedures(), self.country.cuts()];
        let imported = self.machines[0].ask(|node| async move {
            for part in parts {
                node.import(&By::node(), part).await?;
            }
            Ok::<(), NodeError>(())
        });
        if let Some(Err(error)) = &imported {
            self.trace.say(format!("the registry is refused: {error}"));
        }
        matches!(imported, Some(Ok(())))
    }

    /// The top bans a unit, or lets it back in.
    fn ban(&mut self, unit: usize, banned: bool) {
        let code = self.country.units[unit].code.clone();
        let ask = match banned {
            true => TrustAsk::Ban { code: code.clone(), reason: "stolen".to_owned() },
            false => TrustAsk::Unban { code: code.clone() },
        };
        let answer = self.machines[0].ask(|node| async move { node.trust(&By::node(), ask).await.map(drop) });
        if let Some(Ok(())) = answer {
            self.banned = banned.then_some(unit);
        }
        self.trace.say(format!("{code} {}: {answer:?}", if banned { "is banned" } else { "may come back" }));
    }

    /// The desks of a unit hear that its node went back to an old copy.
    fn restored(&mut self, unit: usize) {
        self.desks.log(unit).offer_again();
    }

    /// Lets everything run for so many milliseconds.
    fn run_for(&mut self, milliseconds: u64) {
        let until = self.elapsed + milliseconds;
        while self.elapsed < until {
            self.step();
        }
    }

    /// One tick of the network. Which machine comes first is drawn anew each time.
    fn step(&mut self) {
        let tick = if self.net.is_busy() { 10 } else { 60 };
        self.elapsed += tick;
        self.clock.fetch_add(tick as i64, SeqCst);
        self.net.advance(self.elapsed);
        let first = self.rng.usize(..self.machines.len());
        let time = Duration::from_millis(tick);
        for n in 0..self.machines.len() {
            let unit = (first + n) % self.machines.len();
            self.machines[unit].run(time);
        }
        self.desks.run(time);
        for unit in 0..self.machines.len() {
            for told in std::mem::take(&mut self.desks.log(unit).told) {
                self.trace.say(format!("{} {told}", self.country.units[unit].code));
            }
        }
    }

    /// What the person in charge does: machines that are down are started again after a while, nodes that have stopped too.
    fn tend(&mut self) {
        for unit in 0..self.machines.len() {
            let stopped = self.machines[unit].node().is_some_and(|node| node.snapshot().stopped.is_some());
            if let Some(seed) = self.dying.get(&unit).copied().filter(|_| stopped) {
                self.dying.remove(&unit);
                self.machines[unit].lose_power(Keep::Torn(seed));
                self.trace.say(format!("{} is without power", self.country.units[unit].code));
            } else if stopped {
                self.machines[unit].kill();
                self.trace.say(format!("{} had stopped and is ended", self.country.units[unit].code));
            }
            if self.machines[unit].is_up() {
                continue;
            }
            let back = *self.back.entry(unit).or_insert_with(|| self.elapsed + self.rng.u64(0..3000));
            if back <= self.elapsed {
                self.back.remove(&unit);
                self.revive(unit);
            }
        }
    }

    fn revive(&mut self, unit: usize) {
        let started = self.machines[unit].start();
        let code = &self.country.units[unit].code;
        self.trace.say(format!("{code} starts: {started:?}"));
        if let Err(message) = started {
            // Nothing that was done to it is a reason not to start.
            self.violations.push(format!("{code} does not start: {message}"));
            let disk = self.machines[unit].disk.clone();
            self.machines[unit].put_back(&disk);
        } else if unit == 0 {
            self.announce();
        }
    }

    /// Every atom of this country's books up to a day.
    fn atoms(&self, until: NaiveDate) -> Vec<motcua::domain::atoms::Atom> {
        let Part::Cuts(cuts) = self.country.cuts() else { return Vec::new() };
        let from: NaiveDate = country::BOOKS_FROM.parse().unwrap();
        cuts.chain(from, cuts.boundary_at_or_before(until)).unwrap_or_default()
    }

    fn outcome(self, seed: u64, from: Timestamp) -> Outcome {
        let days = (self.now().local_date() - from.local_date()).num_days();
        let logs = || (0..self.machines.len()).map(|unit| self.desks.log(unit));
        Outcome {
            seed,
            units: self.machines.len(),
            levels: self.country.levels(),
            days,
            events: logs().map(|log| log.said.len()).sum(),
            closes: logs().map(|log| log.closed).sum(),
            amendments: logs().map(|log| log.amended).sum(),
            faults: self.faults.clone(),
            trace: self.trace.hash(),
            violations: self.violations,
        }
    }
}

/// The day before.
fn before(day: NaiveDate) -> NaiveDate {
    day - Days::new(1)
}

/// Cuts without any extra ones.
fn regular() -> Cuts {
    Cuts::default()
}
