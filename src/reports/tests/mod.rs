//! A town, its communes and what they publish.

mod compare;
mod entry;
mod form;
mod languages;
mod narrative;
mod published;
mod random;
mod rank;
mod scorecard;
mod sdmx;

use std::sync::Arc;

use super::*;
use crate::{
    domain::{
        atoms::{Atom, Cuts},
        calendar::PausePolicy,
        contribution::CellKey,
        event::EventId,
        measure::{Derived, Figures, Measure, Measure::*},
        periods::Period,
        registry::{Procedure, Procedures},
        summary::{Cells, Entered, Explained, Hash, Member, Missing, Summary, total},
        time::Timestamp,
        units::{Tree, UnitId, UnitRow},
    },
    wire,
};
use chrono::NaiveDate;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn figures(of: &[(Measure, i64)]) -> Figures {
    let mut f = Figures::default();
    for (m, v) in of {
        f[*m] += *v;
    }
    f
}

fn cell(agency: &str, procedure: &str) -> CellKey {
    CellKey { agency: agency.into(), procedure: procedure.into() }
}

/// A town with the communes `07001` to `07003`, the third with a hamlet `07004` below it.
fn tree() -> Tree {
    let row = |code: &str, name: &str, level: &str, parent: Option<&str>| UnitRow {
        code: code.into(),
        name: name.into(),
        level: level.into(),
        parent_code: parent.map(Into::into),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: None,
    };
    Tree::from_rows(vec![
        row("205", "Thị xã Đông Triều", "district", None),
        row("07001", "Phường Mạo Khê", "commune", Some("205")),
        row("07002", "Xã Nguyễn Huệ", "commune", Some("205")),
        row("07003", "Xã An Sinh", "commune", Some("205")),
        row("07004", "Thôn Ba Xã", "hamlet", Some("07003")),
    ])
    .unwrap()
}

fn procedures() -> Procedures {
    let one = |code: &str, name: &str, field: &str| Procedure {
        code: code.into(),
        name: name.into(),
        field: field.into(),
        level: "commune".into(),
        term: None,
        pause: PausePolicy::PauseResume,
        payment_pauses: false,
    };
    Procedures::new([
        one("1.000419", "Đăng ký khai tử", "Hộ tịch"),
        one("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
        one("2.000815", "Chứng thực bản sao", "Chứng thực"),
    ])
}

fn unit(code: &str) -> UnitId {
    UnitId::new(code, None)
}

fn query(period: &str, by: Breakdown) -> Query {
    Query { unit: unit("205"), period: Period::parse(period).unwrap(), by, as_known_at: None }
}

/// One member: its code, how many units it stands for, its cells; `None` if it has not reported.
type Part<'a> = (&'a str, u32, Option<Cells>);

/// A published sheet of the town that keeps every rule: what is below is the sum of the members.
fn sheet(atom: Atom, own: Cells, parts: Vec<Part<'_>>) -> Sheet {
    let mut below = Cells::new();
    let (mut members, mut missing) = (vec![], vec![]);
    for (code, expected, cells) in parts {
        for (key, figures) in cells.iter().flatten() {
            *below.entry(key.clone()).or_default() += &figures.for_parent();
        }
        let received = if cells.is_some() { expected } else { 0 };
        if cells.is_none() {
            missing.push(Missing { unit: unit(code), reason: "mất kết nối".into() });
        }
        let document = cells.is_some().then_some((Hash([3; 32]), 1));
        let totals = cells.as_ref().map(total).unwrap_or_default();
        members.push(Member { unit: unit(code), document, totals, expected, received });
    }
    members.sort_by(|a, b| a.unit.cmp(&b.unit));
    let (expected, received) = members.iter().fold((1, 1), |(e, r), m| (e + m.expected, r + m.received));
    let summary = Summary {
        unit: unit("205"),
        atom,
        revision: 1,
        provisional: false,
        as_of: atom.ends_at(),
        registry_version: 1,
        reason: String::new(),
        keeper: unit("205"),
        absent: vec![],
        own,
        below,
        members,
        missing,
        expected,
        received,
        transfers_out: [].into(),
        transfers_in: [].into(),
        previous_revision: None,
        previous_atom: None,
        journal_head: vec![],
        prepared_by: String::new(),
        approved_by: String::new(),
        entered: Vec::new(),
        explained: Vec::new(),
        ahead: None,
    };
    assert_eq!(summary.fault().filter(|_| summary.received == summary.expected), None);
    Sheet {
        summary: Arc::new(summary),
        hash: Some(Hash([8; 32])),
        published: true,
        changed_since: false,
        recorded_at: None,
    }
}

fn edit(sheet: &mut Sheet, change: impl FnOnce(&mut Summary)) {
    change(Arc::make_mut(&mut sheet.summary));
}

fn report(query: &Query, sheets: &[Sheet]) -> Report {
    build(query, sheets, &Names { tree: &tree(), procedures: &procedures() }).unwrap()
}

/// Đông Triều, communes, February 2018, as published; cut in two at the 1st of February.
fn dong_trieu() -> Vec<Sheet> {
    let atoms = Period::parse("2018-02").unwrap().atoms(&Cuts::default()).unwrap();
    let one = |of: &[(Measure, i64)]| Cells::from([(cell("", "1.001193"), figures(of))]);
    let rest = Cells::from([
        (cell("", "2.000815"), figures(&[(ReceivedDirect, 1200), (ResolvedEarly, 1200)])),
        (
            cell("Tư pháp", "1.000419"),
            figures(&[(ReceivedPostal, 43), (ResolvedOnTime, 31), (PendingWithinDeadline, 12)]),
        ),
    ]);
    let later = Cells::from([(cell("Tư pháp", "1.000419"), figures(&[(CarriedOver, 12), (ResolvedEarly, 12)]))]);
    vec![
        sheet(
            atoms[0],
            Cells::from([(cell("", "other"), figures(&[(ProceduresPublished, 97)]))]),
            vec![
                (
                    "07001",
                    1,
                    Some(one(&[
                        (CarriedOver, 100),
                        (ReceivedOnline, 600),
                        (ResolvedEarly, 650),
                        (PendingWithinDeadline, 50),
                    ])),
                ),
                (
                    "07002",
                    1,
                    Some(one(&[(CarriedOver, 58), (ReceivedDirect, 700), (ResolvedEarly, 500), (PendingOverdue, 258)])),
                ),
                ("07003", 1, Some(rest)),
            ],
        ),
        sheet(
            atoms[1],
            Cells::from([(cell("", "other"), figures(&[(ProceduresPublished, 97)]))]),
            vec![
                (
                    "07001",
                    1,
                    Some(one(&[
                        (CarriedOver, 50),
                        (ReceivedOnline, 300),
                        (ResolvedEarly, 208),
                        (PendingWithinDeadline, 142),
                    ])),
                ),
                (
                    "07002",
                    1,
                    Some(one(&[
                        (CarriedOver, 258),
                        (ReceivedDirect, 200),
                        (ResolvedEarly, 200),
                        (ResolvedOnTime, 200),
                        (ResolvedLate, 1),
                        (PendingWithinDeadline, 57),
                    ])),
                ),
                ("07003", 1, Some(later)),
            ],
        ),
    ]
}
