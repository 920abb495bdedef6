//! The story: the power goes at every operation of a month of work, again while the node recovers, and again while it works on; of what was not
//! synced the disk keeps whatever it likes. What was acknowledged is there, once; what was not is there whole or not at all; the books are
//! what a plain count gives; and the journal is, byte for byte, that of a node that was never disturbed.

use std::sync::Arc;

use super::{
    crash_world_tests::{Case, LossyMap, MapKeep, World, a_month},
    faulty_disk::{FaultyDisk, Keep},
};

/// How many torn disks are tried for each operation; `MOTCUA_TORN` says otherwise.
const TORN: u64 = 2;

fn keeps(seed: u64, torn: u64) -> Vec<Keep> {
    let mut keeps = vec![Keep::Nothing, Keep::Everything, Keep::Bytes(1), Keep::Bytes(50), Keep::Bytes(600)];
    keeps.extend((0..torn).map(|n| Keep::Torn(seed * 1000 + n)));
    keeps
}

const MAPS: [MapKeep; 3] = [MapKeep::Nothing, MapKeep::Durable, MapKeep::Everything];

/// One life after the other, each ended by a power cut after so many operations, until one comes to the end of the script. Gives how often the
/// power went.
fn lives(world: &World, cuts: &[u64], keep: Keep, map_keep: MapKeep) -> u64 {
    let (mut disk, mut map) = (FaultyDisk::new(), Arc::new(LossyMap::default()));
    let (mut acknowledged, mut died) = (0, 0);
    for cut in cuts {
        disk.cut_power_after(*cut);
        let life = world.live(&disk, &map, acknowledged);
        acknowledged = life.acknowledged;
        if !life.died {
            break;
        }
        died += 1;
        (disk, map) = (disk.crash(keep), Arc::new(map.crash(map_keep)));
    }
    disk = disk.crash(Keep::Everything);
    assert!(!world.live(&disk, &map, acknowledged).died);
    died
}

#[test]
fn power_cuts_at_every_operation_and_while_recovering_lose_nothing_and_double_nothing() {
    let torn = std::env::var("MOTCUA_TORN").map_or(TORN, |n| n.parse().unwrap());
    let world = World::new(a_month());
    let (mut deaths, mut operations) = (0, 0);
    for cut in 0.. {
        let mut died = 0;
        for (n, keep) in keeps(cut, torn).into_iter().enumerate() {
            // The second cut falls into the recovery, the third into the work after it.
            let n = n as u64;
            let cuts = [cut, (cut + n) % 9, 5 + n % 17];
            let map_keep = MAPS[usize::try_from(cut + n).unwrap() % MAPS.len()];
            let case =
                Case(format!("power cuts after {cuts:?} operations, of the disk {keep:?}, of the map {map_keep:?}"));
            died += lives(&world, &cuts, keep, map_keep);
            drop(case);
        }
        deaths += died;
        if died == 0 {
            operations = cut;
            break;
        }
    }
    println!("{deaths} power cuts, the first at each of {operations} operations");
    assert!(operations > 40, "the script does too little: {operations}");
    assert!(deaths > operations * (5 + torn), "the later cuts never fell");
}
