//! Random worlds in which every unit keeps its books: whatever is asked, the report adds up and explains what breaks.

use proptest::prelude::*;

use super::*;

/// What happens to one cell of one unit in one atom: received by three channels, then how much of what there is goes out how.
pub(super) type Acts = ([i64; 3], [i64; 5]);

fn happen(stock: &mut i64, (received, out): Acts) -> Figures {
    let mut f = figures(&[
        (CarriedOver, *stock),
        (ReceivedOnline, received[0]),
        (ReceivedDirect, received[1]),
        (ReceivedPostal, received[2]),
    ]);
    let mut left = *stock + received.iter().sum::<i64>();
    for (measure, wanted) in
        [ResolvedEarly, ResolvedLate, Returned, TransferredOut, AwaitingSupplement].into_iter().zip(out)
    {
        let n = wanted.min(left);
        f[measure] += n;
        left -= n;
    }
    f[PendingWithinDeadline] = left;
    *stock = f.closing_stock();
    f
}

const CELLS: [(&str, &str); 3] = [("", "1.001193"), ("Tư pháp", "2.000815"), ("Tư pháp", "other:Đất đai")];

/// For each atom, for the town and each commune: whether it has reported, and what happened in each cell.
fn worlds() -> impl Strategy<Value = Vec<Vec<(bool, [Acts; 3])>>> {
    let acts = (prop::array::uniform3(0i64..50), prop::array::uniform5(0i64..30));
    let unit = (prop::bool::weighted(0.8), prop::array::uniform3(acts));
    prop::collection::vec(prop::collection::vec(unit, 4), 1..=4)
}

/// Sheets of consecutive atoms in which every unit's own figures balance and continue, and whether everybody has reported.
fn play(world: &[Vec<(bool, [Acts; 3])>]) -> (Query, Vec<Sheet>, bool) {
    play_from(d("2018-01-15"), world)
}

/// The same from another day on.
pub(super) fn play_from(first: NaiveDate, world: &[Vec<(bool, [Acts; 3])>]) -> (Query, Vec<Sheet>, bool) {
    let (cuts, mut stocks, mut complete) = (Cuts::default(), [[0i64; 3]; 4], true);
    let mut atom = cuts.atom_of(first);
    let mut sheets = Vec::new();
    for units in world {
        let mut books: Vec<Option<Cells>> = Vec::new();
        for (i, (reported, acts)) in units.iter().enumerate() {
            let cells: Cells = (0..3)
                .map(|c| (cell(CELLS[c].0, CELLS[c].1), happen(&mut stocks[i][c], acts[c])))
                .filter(|(_, f)| !f.is_zero())
                .collect();
            complete &= *reported || i == 0;
            books.push((*reported || i == 0).then_some(cells));
        }
        let own = books[0].take().unwrap();
        let parts = ["07001", "07002", "07003"].into_iter().zip(books.drain(1..)).map(|(code, cells)| (code, 1, cells));
        sheets.push(sheet(atom, own, parts.collect()));
        atom = cuts.next(atom);
    }
    let last = sheets.last().unwrap().summary.atom.last_day();
    (query(&format!("{first}..{last}"), Breakdown::None), sheets, complete)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn rows_add_up_books_balance_and_what_breaks_is_explained(world in worlds()) {
        let (query, sheets, complete) = play(&world);
        for by in Breakdown::ALL {
            // that rows add to the total is asserted by `build` itself
            let report = report(&Query { by, ..query.clone() }, &sheets);
            let breaks: i64 = report.notes.iter().map(|n| match n { Note::Continuity { difference, .. } => *difference, _ => 0 }).sum();
            prop_assert_eq!(report.total.imbalance(), -breaks);
            let unexplained = report.notes.iter().any(|n| matches!(n, Note::Unbalanced { .. }));
            prop_assert!(!unexplained);
            prop_assert_eq!(report.status == Status::Final, complete);
            prop_assert!(report.completeness.received <= report.completeness.expected);
            if complete {
                prop_assert_eq!((breaks, report.total.imbalance()), (0, 0));
                prop_assert!(report.rows.iter().all(|r| r.only.is_some() || r.figures.imbalance() == 0));
            }
            if by == Breakdown::Channel {
                let sum: i64 = report.rows.iter().flat_map(Row::named).map(|(_, n)| n).sum();
                prop_assert_eq!(sum, report.total.derived(Derived::ReceivedNew));
            }
            prop_assert_eq!(wire::report::from_pb(wire::report::to_pb(&report)), Ok(report.clone()));
            let _ = (render::table::table(&report, Lang::En), render::csv::csv(&report, Lang::En), render::json::json(&report));
        }
    }

    #[test]
    fn a_chain_is_the_same_however_it_is_asked_for(world in worlds()) {
        let (query, sheets, _) = play(&world);
        let whole = report(&query, &sheets).total;
        let single = |s: &Sheet| {
            let atom = s.summary.atom;
            let period = Period::span(atom.start, atom.last_day()).unwrap();
            report(&Query { period, ..query.clone() }, std::slice::from_ref(s)).total
        };
        let parts: Vec<Figures> = sheets.iter().map(single).collect();
        prop_assert_eq!(parts.into_iter().reduce(|a, b| a.then(&b)), Some(whole));
    }
}
