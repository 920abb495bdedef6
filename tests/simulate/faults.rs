//! What goes wrong, each kind by its name. A seed draws some kinds and how often they come, so that no two seeds have the same bad weather.

use std::{collections::BTreeMap, sync::atomic::Ordering::SeqCst};

use motcua::store::faulty_disk::{FaultyDisk, Keep};

use super::{World, country::Country, desks::CLIENTS};

/// A kind of fault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Fault {
    /// A link holds everything back, one way or both, for a while.
    Stall,
    /// A link takes seconds for everything, for a while.
    Slow,
    /// All connections of a link break in the middle.
    Cut,
    /// What a client said is said again, later and out of order.
    Repeat,
    /// A process is killed.
    Kill,
    /// A machine loses its power; of what was not synced some pieces are there.
    PowerCut,
    /// The power goes between two operations of the disk.
    CutInWriting,
    /// A machine gets an old disk; its desks offer again what they had sent.
    OldCopy,
    /// The derived state is gone.
    StateLost,
    /// The disk is full in the middle of an append.
    DiskFull,
    /// A sync fails, and what it should have written is dropped.
    BadSync,
    /// A bit of the journal turns around while the node is down.
    BitFlip,
    /// A clock is some minutes off.
    Skew,
    /// A clock is days ahead, and comes back later.
    Jump,
}

impl Fault {
    pub const ALL: [Fault; 14] = [
        Fault::Stall,
        Fault::Slow,
        Fault::Cut,
        Fault::Repeat,
        Fault::Kill,
        Fault::PowerCut,
        Fault::CutInWriting,
        Fault::OldCopy,
        Fault::StateLost,
        Fault::DiskFull,
        Fault::BadSync,
        Fault::BitFlip,
        Fault::Skew,
        Fault::Jump,
    ];
}

/// How often each kind came.
pub type Counted = BTreeMap<Fault, u32>;

impl World {
    /// One fault of a kind this seed knows, somewhere.
    pub fn harm(&mut self) {
        let Some(fault) = self.rng.choice(&self.weather).copied() else { return };
        let unit = self.rng.usize(..self.machines.len());
        if let Some(what) = self.befall(fault, unit) {
            *self.faults.entry(fault).or_default() += 1;
            let code = &self.country.units[unit].code;
            self.trace.say(format!("{fault:?} at {code}: {what}"));
        }
    }

    /// Makes it happen, and says what happened; `None` if it could not.
    fn befall(&mut self, fault: Fault, unit: usize) -> Option<String> {
        let place = Country::place(unit);
        let neighbours: Vec<u8> =
            self.machines.iter().map(|m| m.place).filter(|p| *p != place).chain([CLIENTS]).collect();
        let other = *self.rng.choice(&neighbours)?;
        let seed = self.rng.u64(..);
        let machine = &mut self.machines[unit];
        match fault {
            Fault::Stall => {
                self.net.stall(place, other);
                if seed.is_multiple_of(2) {
                    self.net.stall(other, place);
                }
                Some(format!("towards {other}, {}", if seed.is_multiple_of(2) { "both ways" } else { "one way" }))
            }
            Fault::Slow => {
                self.net.slow(place, other);
                Some(format!("towards {other}"))
            }
            Fault::Cut => {
                let cut = neighbours.iter().map(|other| self.net.cut(place, *other)).sum::<usize>();
                (cut > 0).then(|| format!("{cut} directions"))
            }
            Fault::Repeat => self.net.repeat().map(|(from, to)| format!("what {from} said to {to}")),
            _ if !machine.is_up() => None,
            Fault::Kill => {
                machine.kill();
                Some(String::new())
            }
            Fault::PowerCut => {
                machine.lose_power(Keep::Torn(seed));
                Some(format!("torn by {seed}"))
            }
            Fault::CutInWriting => {
                let after = seed % 12;
                machine.disk.cut_power_after(after);
                self.dying.insert(unit, seed);
                Some(format!("after {after} operations"))
            }
            Fault::OldCopy => {
                let which = (!machine.copies.is_empty()).then(|| (seed % machine.copies.len() as u64) as usize)?;
                machine.lose_power(Keep::Nothing);
                let copy = machine.copies[which].clone();
                machine.put_back(&copy);
                self.restored(unit);
                Some(format!("copy {which}"))
            }
            Fault::StateLost => {
                machine.kill();
                machine.map = Default::default();
                Some(String::new())
            }
            Fault::DiskFull => {
                let (times, prefix) = (1 + (seed % 4) as u32, (seed >> 8) as usize % 700);
                machine.disk.fail_appends(times, prefix);
                Some(format!("{times} appends, {prefix} bytes of each written"))
            }
            Fault::BadSync => {
                machine.disk.fail_syncs(1);
                Some(String::new())
            }
            Fault::BitFlip => self.flip(unit),
            Fault::Skew => {
                let skew = self.rng.i64(-600_000..600_000);
                machine.skew.store(skew, SeqCst);
                Some(format!("{skew} ms"))
            }
            Fault::Jump => {
                let ahead = self.rng.i64(0..4 * 86_400_000);
                machine.skew.store(ahead, SeqCst);
                Some(format!("{ahead} ms ahead"))
            }
        }
    }

    /// A flipped bit is found by whoever reads it, and told by its segment; or it is in something that was never acknowledged, and changes nothing.
    /// Afterwards the person in charge puts the disk back from its mirror.
    fn flip(&mut self, unit: usize) -> Option<String> {
        let machine = &mut self.machines[unit];
        machine.kill();
        let mirror: FaultyDisk = machine.disk.crash(Keep::Everything);
        let flipped = machine.flip()?;
        let hash = |machine: &super::Machine, disk: &FaultyDisk| -> Result<String, String> {
            let checked = machine.open(&disk.crash(Keep::Everything), &Default::default())?.check();
            Ok(format!("{:?}", checked.map_err(|error| error.to_string())?.state_hash))
        };
        let told = match (hash(machine, &machine.disk), hash(machine, &mirror)) {
            (Ok(here), Ok(there)) if here == there => "nobody needed it".to_owned(),
            // A flipped version of the format asks for a newer program.
            (Err(message), _)
                if message.contains("journal-") && [" backup", "newer program"].iter().any(|w| message.contains(w)) =>
            {
                message
            }
            (here, there) => {
                self.violations.push(format!("a flipped bit ({flipped}) gives {here:?}, without it {there:?}"));
                "not told".to_owned()
            }
        };
        machine.disk = mirror;
        Some(format!("{flipped}: {told}"))
    }
}
