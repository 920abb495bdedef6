//! Points from figures.

use proptest::prelude::*;

use super::*;
use crate::reports::scorecard::{self, Both, Card, Indicator, Scored, score};

fn of(total: Figures) -> Report {
    let mut report = report(&query("2018-02", Breakdown::None), &dong_trieu());
    report.total = total;
    report
}

fn full() -> Figures {
    figures(&[
        (ReceivedOnline, 600),
        (ReceivedDirect, 1400),
        (ResolvedEarly, 1500),
        (ResolvedOnTime, 400),
        (ResolvedLate, 80),
        (PendingOverdue, 20),
        (FeedbackReceived, 5),
        (FeedbackResolved, 3),
        (FeedbackForwarded, 1),
        (RatedVerySatisfied, 60),
        (RatedSatisfied, 25),
        (RatedUnsatisfied, 15),
    ])
}

/// Name, points, and what would gain some: how many for how much.
type Told = (String, Option<i64>, Option<(i64, i64)>);

fn told(scored: &Scored<'_>) -> Vec<Told> {
    let line = |s: &scorecard::Score<'_>| (s.indicator.name.clone(), s.points, s.gain.map(|g| (g.moved, g.points)));
    scored.scores.iter().map(line).collect()
}

#[test]
fn points_and_what_would_gain_one() {
    let card = Card::shipped().unwrap();
    let report = of(full());
    let scored = score(&report, &card);
    assert_eq!(
        told(&scored),
        [
            // 1900 of 2000: 95% of 20 points; a point is a twentieth of 2000
            ("on_time".into(), Some(1900), Some((100, 100))),
            // 600 of 2000 is 30% of 50%: 7,20 of 12; a point is 83,33… dossiers, and 83 are 0,996 points, half-up 1,00
            ("online".into(), Some(720), Some((83, 100))),
            // 4 of 5; one more is all that is left
            ("feedback".into(), Some(480), Some((1, 120))),
            // 85 of 100 against 90%: 5,67 of 6; five more are the 0,33 that are left
            ("satisfaction".into(), Some(567), Some((5, 33))),
        ]
    );
    assert_eq!((scored.points, scored.possible), (3667, 4400));
    let order: Vec<&str> = scored.by_loss().iter().map(|s| s.indicator.name.as_str()).collect();
    assert_eq!(order, ["online", "feedback", "on_time", "satisfaction"]);
    insta::assert_snapshot!("scorecard_vi", scorecard::table(&report, &card, &scored, Lang::Vi));
    insta::assert_snapshot!("scorecard_en", scorecard::table(&report, &card, &scored, Lang::En));
    insta::assert_snapshot!("scorecard_csv", scorecard::csv(&card, &scored, Lang::Vi).unwrap());
    insta::assert_snapshot!("scorecard_json", scorecard::json(&report, &card, &scored, Lang::En).unwrap());
}

#[test]
fn without_a_whole_there_are_no_points_to_lose() {
    let card = Card::shipped().unwrap();
    let mut report =
        of(figures(&[(ReceivedOnline, 10), (ResolvedEarly, 10), (FeedbackReceived, 1), (FeedbackResolved, 4)]));
    report.notes = vec![Note::NotOver { through: d("2018-02-10") }, Note::Absent { measure: FeedbackReceived }];
    let scored = score(&report, &card);
    let nothing_lost = [("on_time", 2000), ("online", 1200), ("feedback", 600)];
    let mut expected: Vec<_> = nothing_lost.map(|(name, points)| (name.to_owned(), Some(points), None)).to_vec();
    expected.push(("satisfaction".into(), None, None));
    assert_eq!(told(&scored), expected, "four answers to one question are one");
    assert_eq!((scored.points, scored.possible), (3800, 3800));
    insta::assert_snapshot!("scorecard_part_vi", scorecard::table(&report, &card, &scored, Lang::Vi));
    insta::assert_snapshot!("scorecard_part_en", scorecard::table(&report, &card, &scored, Lang::En));
    assert!(scorecard::csv(&card, &scored, Lang::En).unwrap().contains("\nsatisfaction,"));
}

#[test]
fn the_shipped_card_is_a_hundred_points_and_says_that_nobody_has_checked_it() {
    let card = Card::shipped().unwrap();
    let weights = card.indicators.iter().map(|i| i.weight).chain(card.not_measured.iter().map(|n| n.weight));
    assert_eq!(weights.sum::<i64>(), 10_000);
    assert!(card.mark.unwrap().vi.contains("chưa đối chiếu văn bản"));
}

#[test]
fn a_card_that_makes_no_sense_is_refused_and_the_line_named() {
    let good = include_str!("../../../scorecards/766.toml");
    assert!(Card::read(good).is_ok());
    for (from, to, says) in [
        ("weight = 2000", "weight = 0", "the weight of on_time is 0"),
        ("weight = 2000", "weight = 9000", "more than 10000 hundredths"),
        ("full_at = 5000", "full_at = 0", "the thresholds of online are 0 and 0"),
        ("full_at = 5000", "full_at = 10001", "the thresholds of online are 0 and 10001"),
        ("zero_at = 0", "zero_at = -1", "the thresholds of on_time are -1 and 10000"),
        ("\"received_online\"]", "\"drones\"]", "'drones' of online is not a measure"),
        ("of = [\"feedback_received\"]", "of = []", "feedback needs 1 to 20 measures"),
        ("name = \"online\"", "name = \"on_time\"", "two indicators are called on_time"),
        ("name = \"online\"", "colour = \"red\"", "colour"),
        ("vi = \"Số hóa hồ sơ\"", "vi = \"\"", "the text '' is empty"),
        ("weight = 2200", "weight = -5", "the weight of Digitised dossiers is -5"),
        ("bớt # hồ sơ", "bớt hồ sơ", "the gain of on_time has no #"),
        ("[mark]", "[make]", "line 16: unknown field `make`"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = Card::read(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
        assert!(!error.contains('\n') && error.ends_with("compare it with scorecards/766.toml"), "{error}");
    }
    let long = good.replacen("vi = \"Số hóa hồ sơ\"", &format!("vi = \"{}\"", "ơ".repeat(301)), 1);
    assert!(Card::read(&long).unwrap_err().to_string().contains("longer than 300"));
    assert!(Card::read(&"#".repeat(70_000)).unwrap_err().to_string().contains("more than 65536 bytes"));
    assert!(
        Card::read("id = \"x\"\nversion = \"1\"\n[title]\nvi = \"a\"\nen = \"a\"\n")
            .unwrap_err()
            .to_string()
            .contains("1 to 50")
    );
}

fn card(weight: i64, zero_at: i64, full_at: i64) -> Card {
    let both = |text: &str| Both { vi: text.into(), en: text.into() };
    let indicator = Indicator {
        name: "x".into(),
        title: both("x"),
        gain: both("x"),
        weight,
        part: vec![ResolvedEarly],
        of: vec![ResolvedEarly, ResolvedLate],
        zero_at,
        full_at,
    };
    Card {
        id: "x".into(),
        version: "1".into(),
        title: both("x"),
        mark: None,
        indicators: vec![indicator],
        not_measured: vec![],
    }
}

proptest! {
    #[test]
    fn points_grow_with_the_share_and_the_gain_is_the_least_that_does(
        weight in 1i64..=10_000, zero_at in 0i64..9_999, span in 1i64..=10_000,
        early in 0i64..5_000, late in 0i64..5_000,
    ) {
        let card = card(weight, zero_at, (zero_at + span).min(10_000));
        let points = |early: i64, late: i64| {
            let report = of(figures(&[(ResolvedEarly, early), (ResolvedLate, late)]));
            let scored = score(&report, &card);
            (scored.scores[0].points, scored.scores[0].gain)
        };
        let (now, gain) = points(early, late);
        prop_assert_eq!(now.is_none(), early + late == 0);
        let Some(now) = now else { return Ok(()) };
        prop_assert!((0..=weight).contains(&now));
        prop_assert!(late > 0 || now == weight);
        if late > 0 {
            prop_assert!(points(early + 1, late - 1).0.unwrap() >= now);
        }
        match gain {
            None => prop_assert_eq!(now, weight),
            Some(gain) => {
                prop_assert!(0 < gain.moved && gain.moved <= late);
                let wanted = (now + 100).min(weight);
                let after = points(early + gain.moved, late - gain.moved).0.unwrap();
                prop_assert_eq!(after, now + gain.points);
                prop_assert!(after >= wanted, "{} {}", after, wanted);
                prop_assert!(points(early + gain.moved - 1, late - gain.moved + 1).0.unwrap() < wanted, "the least");
            }
        }
    }

    #[test]
    fn no_figures_break_it(values in prop::collection::vec(0i64..1_000_000_000_000, Measure::ALL.len())) {
        let card = Card::shipped().unwrap();
        let report = of(Figures::from_values(&values).unwrap());
        let scored = score(&report, &card);
        prop_assert!(scored.points <= scored.possible && scored.possible <= 10_000);
        prop_assert_eq!(scored.possible - scored.points, scored.scores.iter().map(scorecard::Score::lost).sum::<i64>());
        for lang in [Lang::Vi, Lang::En] {
            scorecard::table(&report, &card, &scored, lang);
            scorecard::json(&report, &card, &scored, lang).unwrap();
        }
    }
}
