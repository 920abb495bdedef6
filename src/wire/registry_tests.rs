//! Parts of the registry survive the wire, and all their mistakes come at once.

use super::*;
use crate::domain::{
    calendar::{PausePolicy, Term},
    forms::{Forms, MAX_FORMS, MAX_TEXT},
    registry::{Procedure, Procedures},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn row(code: &str, parent: Option<&str>) -> UnitRow {
    UnitRow {
        code: code.into(),
        name: format!("Xã {code}"),
        level: "commune".into(),
        parent_code: parent.map(str::to_owned),
        valid_from: Some(day("2025-07-01")),
        valid_to: None,
        reports_from: Some(day("2025-08-01")),
        kept_by: None,
    }
}

#[test]
fn every_part_survives() {
    let tree = Tree::from_rows(vec![row("01", None), row("00004", Some("01"))]).unwrap();
    let procedure = |code: &str, term, pause| Procedure {
        code: code.into(),
        name: "Đăng ký khai sinh".into(),
        field: "Hộ tịch".into(),
        level: "Cấp xã".into(),
        term,
        pause,
        payment_pauses: term.is_none(),
    };
    let procedures = Procedures::new([
        procedure("1.000001", Some(Term::WorkingDays(5)), PausePolicy::Restart),
        procedure("1.000002", Some(Term::WorkingHours(8)), PausePolicy::NoPause),
        procedure("1.000003", None, PausePolicy::PauseResume),
    ]);
    let mut calendar = Calendar::default().with_version(7).with_holidays([day("2025-09-02")]);
    calendar.swapped_work.insert(day("2025-08-30"));
    calendar.cut_off = NaiveTime::from_hms_opt(15, 0, 0);
    calendar.saturdays = SaturdayRule::Morning;
    let cuts = Cuts::new([day("2022-06-10")]);
    let forms = Forms::new([("II.06".to_owned(), "id = \"II.06\"\n".to_owned())]);
    let rest = [Part::Cuts(cuts), Part::Forms(forms)];
    for part in [Part::Tree(tree), Part::Procedures(procedures), Part::Calendar(calendar)].into_iter().chain(rest) {
        assert_eq!(part_from_pb(part_to_pb(&part, 7)), Ok((part, 7)));
    }
}

fn fields(part: pb::RegistryPart) -> Vec<(String, &'static str)> {
    part_from_pb(part).unwrap_err().into_iter().map(|e| (e.field, e.reason)).collect()
}

#[test]
fn all_mistakes_at_once() {
    let kind = |k: PartKind| kind_to_pb(k).into();
    let units = vec![
        pb::UnitRow { valid_from: "1/7/2025".into(), name: "a\nb".into(), ..unit_to_pb(row("01", None)) },
        pb::UnitRow { valid_to: "x".into(), ..unit_to_pb(row("02", None)) },
    ];
    assert_eq!(
        fields(pb::RegistryPart { kind: kind(PartKind::Tree), units, ..Default::default() }),
        [
            ("units[0].name".to_owned(), reason::CONTROL_CHARACTER),
            ("units[0].valid_from".to_owned(), reason::BAD_DATE),
            ("units[1].valid_to".to_owned(), reason::BAD_DATE),
        ]
    );
    let orphan = vec![unit_to_pb(row("00004", Some("99")))];
    assert_eq!(
        fields(pb::RegistryPart { kind: kind(PartKind::Tree), units: orphan, ..Default::default() }),
        [("units".to_owned(), reason::BAD_TREE)]
    );
    let named = |code: &str| pb::Procedure { code: code.into(), ..Default::default() };
    let procedures = vec![named("1"), named("1"), named(""), pb::Procedure { pause: 9, ..named("2") }];
    assert_eq!(
        fields(pb::RegistryPart { kind: kind(PartKind::Procedures), procedures, ..Default::default() }),
        [
            ("procedures[1].code".to_owned(), reason::DUPLICATE),
            ("procedures[2].code".to_owned(), reason::MISSING_FIELD),
            ("procedures[3].pause".to_owned(), reason::BAD_CHOICE),
        ]
    );
    let calendar = Some(pb::Calendar {
        days_off: vec!["2025-09-02".into(), "2.9.2025".into()],
        days_worked: vec!["2025-09-02".into()],
        cut_off: "3pm".into(),
        saturdays: "often".into(),
    });
    assert_eq!(fields(pb::RegistryPart { kind: kind(PartKind::Calendar), calendar, ..Default::default() }).len(), 4);
    assert_eq!(fields(pb::RegistryPart { kind: kind(PartKind::Calendar), ..Default::default() }).len(), 1);
    assert_eq!(fields(pb::RegistryPart::default()), [("kind".to_owned(), reason::BAD_CHOICE)]);
    let form = |name: &str, text: String| pb::FormFile { name: name.into(), text };
    let forms = vec![
        form("a b", "x".into()),
        form("c", String::new()),
        form("c", "x".repeat(MAX_TEXT + 1)),
        form("d", "x".repeat(MAX_TEXT)),
    ];
    assert_eq!(
        fields(pb::RegistryPart { kind: kind(PartKind::Forms), forms, ..Default::default() }),
        [
            ("forms[0].name".to_owned(), reason::BAD_CHOICE),
            ("forms[1].text".to_owned(), reason::MISSING_FIELD),
            ("forms[2].name".to_owned(), reason::DUPLICATE),
            ("forms[2].text".to_owned(), reason::TEXT_TOO_LONG),
        ]
    );
    let forms = (0..=MAX_FORMS).map(|n| form(&n.to_string(), "x".into())).collect();
    assert_eq!(
        fields(pb::RegistryPart { kind: kind(PartKind::Forms), forms, ..Default::default() }),
        [("forms".to_owned(), reason::OUT_OF_RANGE)]
    );
    let cuts = vec!["never".to_owned(); 80];
    assert_eq!(fields(pb::RegistryPart { kind: kind(PartKind::Cuts), cuts, ..Default::default() }).len(), MAX_MISTAKES);
}
