//! Appending a group of entries of 200 bytes, beside the bare write and `fdatasync` of as many bytes.

use std::{fs::OpenOptions, io::Write, sync::Arc};

use divan::{Bencher, counter::ItemsCount};
use motcua::store::{
    disk::OsDisk,
    journal::{Journal, Options},
};

const ENTRY: usize = 200;

#[divan::bench(args = [1, 64, 512], sample_count = 200, sample_size = 1)]
fn append_a_group_of(bencher: Bencher, group: usize) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(OsDisk::open(folder.path()).unwrap());
    let (mut journal, _) = Journal::open(disk, Options::default()).unwrap();
    let entries = vec![vec![7_u8; ENTRY]; group];
    bencher.counter(ItemsCount::new(group)).bench_local(|| journal.append_group(&entries).unwrap());
}

#[divan::bench(args = [1, 64, 512], sample_count = 200, sample_size = 1)]
fn limit_bare_write_and_fdatasync_of(bencher: Bencher, group: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut file = OpenOptions::new().create(true).append(true).open(folder.path().join("bare")).unwrap();
    let bytes = vec![7_u8; ENTRY * group];
    bencher.counter(ItemsCount::new(group)).bench_local(|| {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
    });
}
