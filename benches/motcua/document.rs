//! A child's document at a parent of few and of many children: opened, verified, decided, journalled. Beside it, the `fdatasync` it cannot do
//! without.

use std::{fs, io::Write, sync::Arc};

use divan::{Bencher, counter::ItemsCount};
use motcua::{
    document::{self, Incoming, KeySealer},
    domain::{
        atoms::{Atom, Cuts},
        contribution::CellKey,
        measure::{Figures, Measure},
        registry::Part,
        summary::{Cells, Summary},
        units::{Tree, UnitId, UnitRow},
    },
    ledger::{By, Entry, EntryKind},
    store::{
        command::{Command, Reply},
        core::{Core, Setting},
        open::{DataDir, OpenOptions},
    },
};

use super::at;

const CELLS: usize = 50;
const NOW: &str = "2026-02-01T08:00:00+07:00";

fn summary(unit: &str, atom: Atom) -> Summary {
    let mut own = Cells::new();
    for i in 0..CELLS {
        let mut figures = Figures::default();
        figures[Measure::ReceivedDirect] = 5;
        figures[Measure::ResolvedEarly] = 5;
        own.insert(CellKey { agency: String::new(), procedure: format!("1.{i:06}") }, figures);
    }
    let id = UnitId { code: unit.into(), valid_from: None };
    Summary {
        unit: id.clone(),
        atom,
        revision: 1,
        provisional: false,
        as_of: atom.ends_at(),
        registry_version: 1,
        reason: String::new(),
        keeper: id,
        absent: Vec::new(),
        own,
        below: Cells::new(),
        members: Vec::new(),
        missing: Vec::new(),
        expected: 1,
        received: 1,
        transfers_out: Default::default(),
        transfers_in: Default::default(),
        previous_revision: None,
        previous_atom: None,
        journal_head: Vec::new(),
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
    }
}

fn sealed(unit: &str, atom: Atom) -> bytes::Bytes {
    let mut seed = [7; 32];
    seed[..unit.len()].copy_from_slice(unit.as_bytes());
    document::seal(&summary(unit, atom), &KeySealer::from_seed(&seed))
}

fn accept(core: &mut Core, unit: &str, documents: Vec<Incoming>) {
    let sender = UnitId { code: unit.into(), valid_from: None };
    let replies = core.step(vec![Command::Accept { sender, documents }.into()], at(NOW));
    assert!(matches!(replies[0], Ok(Reply::Accepted(_))), "{:?}", replies[0]);
}

/// A parent that holds a document of every child for one atom.
fn parent(children: usize, folder: &std::path::Path, first: Atom) -> (Core, DataDir) {
    let data = DataDir::lock(folder).unwrap();
    let genesis = EntryKind::Genesis { code: "00".into(), books_from: first.start, epoch: 1, root: None };
    data.create(&[Entry { recorded_at: at(NOW), kind: genesis }], &By::node()).unwrap();
    let setting = Setting { sealer: Arc::new(KeySealer::from_seed(&[1; 32])), has_parent: false, two_persons: false };
    let mut core = data.open("00", &setting, &OpenOptions::default()).unwrap().core;
    let row = |code: &str, parent: Option<&str>| UnitRow {
        code: code.into(),
        name: format!("Đơn vị {code}"),
        level: "commune".into(),
        parent_code: parent.map(Into::into),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: None,
    };
    let codes: Vec<String> = (1..=children).map(|i| format!("{i:05}")).collect();
    let rows = std::iter::once(row("00", None)).chain(codes.iter().map(|c| row(c, Some("00"))));
    let tree = Tree::from_rows(rows.collect()).unwrap();
    core.step(vec![Command::Import(Box::new(Part::Tree(tree))).into()], at(NOW));
    for code in &codes {
        accept(&mut core, code, vec![document::receive(&sealed(code, first)).unwrap()]);
    }
    (core, data)
}

#[divan::bench(args = [10, 3321], sample_count = 100, sample_size = 1)]
fn accept_a_document_at_a_parent_of(bencher: Bencher, children: usize) {
    let cuts = Cuts::default();
    let folder = tempfile::tempdir().unwrap();
    let first = cuts.atom_of("2015-01-01".parse().unwrap());
    let (mut core, _data) = parent(children, folder.path(), first);
    let mut atom = first;
    bencher
        .counter(ItemsCount::new(1_usize))
        .with_inputs(|| {
            atom = cuts.next(atom);
            sealed("00001", atom)
        })
        .bench_local_values(|bytes| accept(&mut core, "00001", vec![document::receive(&bytes).unwrap()]));
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn limit_bare_write_and_fdatasync_of_a_document(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let mut file = fs::OpenOptions::new().create(true).append(true).open(folder.path().join("bare")).unwrap();
    let bytes = sealed("00001", Cuts::default().atom_of("2015-01-01".parse().unwrap()));
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
    });
}
