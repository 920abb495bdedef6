//! The registry of the golden federation: fixed keys and every part, with everything that can be said in each.

use motcua::{
    document::{KeySealer, SealedPart, Sealer, seal_part},
    domain::{
        atoms::Cuts,
        calendar::{Calendar, PausePolicy, SaturdayRule, Term},
        forms::Forms,
        registry::{Part, Procedure, Procedures},
        roll::{Ban, How, Member, Roll},
        units::{Tree, UnitId, UnitRow},
    },
};

use crate::heal::made_up::{day, row, ten};

pub const PROVINCE: &str = "22";
pub const DISTRICT: &str = "205";
pub const NORTH: &str = "07069";
pub const SOUTH: &str = "07099";
/// Banned long ago, and not in the tree.
pub const GONE: &str = "07201";

/// The document key of a unit.
pub fn key(code: &str) -> KeySealer {
    let mut seed = [7; 32];
    seed[..code.len()].copy_from_slice(code.as_bytes());
    KeySealer::from_seed(&seed)
}

pub fn id(code: &str) -> UnitId {
    UnitId::new(code, Some(day("2015-01-01")))
}

/// Every part of the registry, as the province signs it.
pub fn parts() -> Vec<SealedPart> {
    let unit = |code, parent, level: &str| UnitRow {
        valid_from: Some(day("2015-01-01")),
        level: level.into(),
        ..row(code, parent)
    };
    let tree = vec![
        unit(PROVINCE, None, "province"),
        unit(DISTRICT, Some(PROVINCE), "district"),
        unit(NORTH, Some(DISTRICT), "commune"),
        unit(SOUTH, Some(DISTRICT), "commune"),
    ];
    let procedure = |code: &str, term, pause, payment_pauses| Procedure {
        code: code.into(),
        name: format!("Thủ tục {code}"),
        field: "Hộ tịch".into(),
        level: "commune".into(),
        term,
        pause,
        payment_pauses,
    };
    let procedures = Procedures::new([
        procedure("1.000001", Some(Term::WorkingDays(3)), PausePolicy::PauseResume, false),
        procedure("1.000002", Some(Term::WorkingHours(4)), PausePolicy::Restart, true),
        procedure("1.000003", None, PausePolicy::NoPause, false),
    ]);
    let calendar = Calendar::default()
        .with_version(3)
        .with_holidays([day("2018-01-01")])
        .with_swap(day("2018-01-02"), day("2018-01-06"))
        .with_saturdays(SaturdayRule::Morning)
        .with_cut_off("16:30:00".parse().unwrap());
    let mut members: Vec<Member> =
        [(PROVINCE, How::Founder), (DISTRICT, How::Token), (NORTH, How::Approved), (SOUTH, How::OldKey)]
            .into_iter()
            .map(|(code, how)| member(code, how))
            .collect();
    let mut gone = member(GONE, How::Token);
    gone.take([9; 32], How::OldKey, ten("2017-12-20"), true);
    gone.banned = Some(Ban { since: ten("2018-01-10"), reason: "máy bị mất".into() });
    members.push(gone);
    let all = [
        Part::Tree(Tree::from_rows(tree).unwrap()),
        Part::Procedures(procedures),
        Part::Calendar(calendar),
        Part::Cuts(Cuts::new([day("2017-12-20")])),
        Part::Roll(Roll::new(members)),
        Part::Forms(Forms::new([("07a".to_owned(), "id = \"07a\"\n".to_owned())])),
    ];
    let sealer = key(PROVINCE);
    all.into_iter().zip(1..).map(|(part, version)| seal_part(part, version, &sealer)).collect()
}

fn member(code: &str, how: How) -> Member {
    let mut member = Member {
        code: code.into(),
        keys: vec![],
        banned: None,
        certificates_from: ten("2017-12-15"),
        address: format!("https://{code}.example:7070"),
    };
    member.take(key(code).public_key(), how, ten("2017-12-15"), false);
    member
}
