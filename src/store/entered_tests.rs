//! Entered figures in the whole core: in whatever order they come and however the node ends between, it knows the same.

use proptest::prelude::*;

use super::{
    command::{Command, Reply},
    properties::{ends, registry},
    shop_tests::Shop,
};
use crate::{
    domain::{
        entered::Form,
        measure::{Figures, Measure, Measure::*},
        periods::Period,
        units::UnitId,
    },
    ledger::close::Ask,
};

/// Months from February on that go on with each other.
fn forms(months: &[(i64, i64)]) -> Vec<Form> {
    let mut stock = 4;
    let month = |(n, (received, resolved)): (usize, &(i64, i64))| {
        let mut figures = Figures::default();
        figures[CarriedOver] = stock;
        figures[ReceivedDirect] = *received;
        figures[ResolvedLate] = (*resolved).min(stock + received);
        stock += received - figures[ResolvedLate];
        figures[PendingOverdue] = stock / 3;
        figures[PendingWithinDeadline] = stock - stock / 3;
        let stated = Measure::ALL.iter().map(|m| (m.name(), figures[*m])).collect();
        Form { period: Period::parse(&format!("2018-{:02}", n + 2)).unwrap(), stated }
    };
    months.iter().enumerate().map(month).collect()
}

/// Enters what joins what is there; the rest comes back.
fn enter(shop: &mut Shop, forms: Vec<Form>) -> Vec<Form> {
    let alone = |form: Form| {
        let command = Command::Enter {
            code: "2".into(),
            forms: vec![form.clone()],
            by: String::new(),
            source: String::new(),
            dry_run: false,
        };
        match shop.ask(command) {
            Reply::Entered(_) => None,
            Reply::Refused(refusal) if refusal.reason() == "FIGURES_GAP" => Some(form),
            other => panic!("{other:?}"),
        }
    };
    forms.into_iter().filter_map(alone).collect()
}

fn close(shop: &mut Shop, period: &str, ask: Ask) {
    let period = Period::parse(period).unwrap();
    match shop.ask(Command::Close { code: Some("2".into()), period, ask, closer: String::new() }) {
        Reply::Published(_) => {}
        Reply::Refused(refusal) => {
            assert!(["ALREADY_CLOSED", "NOT_CLOSED", "NOT_ENTERED"].contains(&refusal.reason()), "{refusal}")
        }
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_end_give_the_same_state_hash(
        (forms, order) in prop::collection::vec((0i64..30, 0i64..30), 1..4).prop_flat_map(|months| {
            let forms = forms(&months);
            (Just(forms.clone()), Just(forms).prop_shuffle())
        }),
        ends in ends(),
        closed in any::<bool>(),
    ) {
        let mut straight = Shop::new("1", registry());
        prop_assert_eq!(enter(&mut straight, forms.clone()), []);
        let mut shop = Shop::new("1", registry());
        let (mut left, mut ends) = (order, ends.into_iter());
        while !left.is_empty() {
            let now = left.split_off(left.len() - 1);
            left.splice(0..0, enter(&mut shop, now));
            if let Some(end) = ends.next() {
                let known = shop.known();
                shop = shop.again(end);
                prop_assert_eq!(shop.known(), known);
            }
            if closed {
                close(&mut shop, "2018-02", Ask::Close { reason: None });
            }
        }
        prop_assert_eq!(shop.hash(), straight.hash());
        // Said twice it is known already.
        prop_assert_eq!(enter(&mut shop, forms.clone()), []);
        prop_assert_eq!(shop.hash(), straight.hash());
        let last = &forms.last().unwrap().period;
        close(&mut shop, &last.id, Ask::Amend { reason: "order".into() });
        close(&mut shop, &last.id, Ask::Close { reason: None });
        let id = UnitId::new("2", None);
        for form in &forms {
            let atoms = form.period.atoms(&Default::default()).unwrap();
            let sum = atoms.iter().map(|a| shop.document(&id, a.start).unwrap().summary.totals()).reduce(|a, b| a.then(&b));
            prop_assert_eq!(sum, Some(form.figures()), "{}", form.period);
        }
    }
}
