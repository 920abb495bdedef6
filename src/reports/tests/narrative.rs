//! What the press paragraph says, and when it says nothing.

use proptest::prelude::*;

use super::{
    languages::{ALIKE, words},
    *,
};
use crate::reports::narrative::{Fact, Narrative, facts, text};

/// A report of a unit that has only totals.
fn of(name: &str, period: &str, total: Figures) -> Report {
    let period = Period::parse(period).unwrap();
    Report {
        unit: unit("205"),
        name: name.into(),
        as_known_at: None,
        status: Status::Final,
        completeness: Completeness { expected: 1, received: 1, missing: vec![] },
        total,
        rows: vec![],
        notes: vec![],
        documents: vec![],
        as_of: period.ends_at(),
        signed: vec![],
        explanations: vec![],
        reviews: vec![],
        period,
    }
}

fn alone(report: &Report) -> Narrative<'_> {
    Narrative { report, agencies: None, previous: None, year_before: None }
}

fn across(name: &str) -> Note {
    Note::EnteredAcross { unit: unit("00040"), start: d("2021-06-15"), end: d("2021-09-15"), name: name.into() }
}

fn row(key: &str, name: &str, of: &[(Measure, i64)]) -> Row {
    Row {
        key: key.into(),
        name: name.into(),
        figures: figures(of),
        only: None,
        level: String::new(),
        completeness: None,
    }
}

/// The month of a provincial centre of April 2020 (DOMAIN §7), with what its news item leaves open made up.
fn april() -> Report {
    of(
        "Trung tâm Phục vụ hành chính công tỉnh",
        "cal:2020-04",
        figures(&[
            (CarriedOver, 952),
            (ReceivedOnline, 645),
            (ReceivedDirect, 1062),
            (ReceivedPostal, 45),
            (ResolvedEarly, 966),
            (ResolvedOnTime, 796),
            (ResolvedLate, 4),
            (PendingWithinDeadline, 931),
            (PendingOverdue, 7),
            (DeliveredByPost, 129),
            (RatedVerySatisfied, 288),
            (RatedSatisfied, 10),
        ]),
    )
}

#[test]
fn the_towns_month() {
    let by_unit = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    let by_agency = report(&query("2018-02", Breakdown::Agency), &dong_trieu());
    let before = of(
        "",
        "2018-01",
        figures(&[(ReceivedDirect, 2900), (ResolvedEarly, 2700), (ResolvedLate, 42), (PendingWithinDeadline, 158)]),
    );
    let year_before = of("", "2017-02", figures(&[(ReceivedDirect, 3043), (ResolvedEarly, 3042), (PendingOverdue, 1)]));
    let input = Narrative {
        report: &by_unit,
        agencies: Some(&by_agency),
        previous: Some(&before),
        year_before: Some(&year_before),
    };
    insta::assert_snapshot!("narrative_town_vi", text(&input, Lang::Vi));
    insta::assert_snapshot!("narrative_town_en", text(&input, Lang::En));
}

#[test]
fn the_centres_month_says_what_was_right_and_puts_right_what_was_wrong() {
    let mut report = april();
    report.rows = vec![
        row("Giao thông vận tải", "Giao thông vận tải", &[(ReceivedOnline, 515)]),
        row("Công an tỉnh", "Công an tỉnh", &[(ReceivedDirect, 305)]),
        row("Công Thương", "Công Thương", &[(ReceivedDirect, 246)]),
        row("", "", &[(ReceivedDirect, 686)]),
    ];
    let input = Narrative { agencies: Some(&report), ..alone(&report) };
    insta::assert_snapshot!("narrative_centre_vi", text(&input, Lang::Vi));
    insta::assert_snapshot!("narrative_centre_en", text(&input, Lang::En));
}

#[test]
fn a_month_with_everything() {
    let mut report = of(
        "Tỉnh Thanh Hóa",
        "2021-Q3",
        figures(&[
            (CarriedOver, 4446),
            (ReceivedOnline, 2855),
            (ReceivedDirect, 2258),
            (ReceivedPostal, 1076),
            (TransferredIn, 12),
            (ResolvedEarly, 6000),
            (ResolvedOnTime, 540),
            (Returned, 150),
            (Withdrawn, 63),
            (Stopped, 2),
            (TransferredOut, 10),
            (PendingWithinDeadline, 3098),
            (PendingOverdue, 1),
            (AwaitingSupplement, 783),
            (ReceivedOnlineFull, 1200),
            (DeliveredByPost, 1163),
            (FeedbackReceived, 3),
            (FeedbackResolved, 2),
            (FeedbackForwarded, 1),
            (RatedVerySatisfied, 1),
            (RatedUnsatisfied, 1),
            (ProceduresPublished, 1800),
        ]),
    );
    report.rows = (0..25)
        .map(|i| row(&format!("{i:05}"), &format!("Phường {i}"), &[(ResolvedLate, 1 + i % 3), (PendingOverdue, i % 2)]))
        .chain([row("205", "Tỉnh Thanh Hóa", &[(ResolvedLate, 9)])])
        .collect();
    report.status = Status::Provisional;
    report.as_of = Timestamp::parse("2021-09-10T15:04").unwrap();
    report.completeness = Completeness {
        expected: 30,
        received: 27,
        missing: vec![MissingUnit { unit: unit("00026"), name: "Xã Ba Đình".into(), reason: String::new() }],
    };
    report.notes = vec![
        Note::ChangedSince { atom: d("2021-06-15"), until: d("2021-07-01") },
        Note::BooksBegin { from: d("2021-07-01") },
        across("Xã Nga An"),
    ];
    insta::assert_snapshot!("narrative_everything_vi", text(&alone(&report), Lang::Vi));
    insta::assert_snapshot!("narrative_everything_en", text(&alone(&report), Lang::En));
}

/// Every guard once: a report, and what its paragraph must have or must not.
#[test]
fn sentences_stand_only_where_their_figures_do() {
    let month = |of_it: &[(Measure, i64)]| of("Xã An Sinh", "2018-02", figures(of_it));
    let vi = |report: &Report| text(&alone(report), Lang::Vi);
    let nothing = vi(&month(&[]));
    assert_eq!(
        nothing,
        "Trong tháng 02 năm 2018 (từ ngày 15/01/2018 đến hết ngày 14/02/2018), xã An Sinh không tiếp nhận hồ sơ mới và \
         không có hồ sơ kỳ trước chuyển sang.\n"
    );
    let carried = vi(&month(&[(CarriedOver, 5), (PendingOverdue, 5)]));
    assert!(carried.contains("trong đó: kỳ trước chuyển sang 05 hồ sơ; không tiếp nhận hồ sơ mới."), "{carried}");
    assert!(
        carried.contains("Đang giải quyết 05 hồ sơ (chiếm 100,00% tổng số hồ sơ phải giải quyết), đều đã quá hạn.")
    );
    assert!(!carried.contains("Đã giải quyết") && !carried.contains("Trong số"));

    let broken = vi(&month(&[(CarriedOver, 5), (ReceivedDirect, 9), (ResolvedEarly, 3), (PendingWithinDeadline, 99)]));
    assert!(broken.contains("chưa khớp nhau") && !broken.contains("99 hồ sơ") && !broken.contains("05"), "{broken}");
    assert!(broken.contains("tiếp nhận mới 09 hồ sơ.") && broken.contains("Đã giải quyết 03 hồ sơ, trong đó"));

    let inside = month(&[(ReceivedDirect, 4), (ResolvedEarly, 4), (TransferredIn, 3), (TransferredOut, 3)]);
    assert!(!vi(&inside).contains("bàn giao"), "it cancels out: {}", vi(&inside));

    let nearly = vi(&month(&[(ReceivedDirect, 40_000), (ResolvedEarly, 39_999), (ResolvedLate, 1)]));
    assert!(nearly.contains("39.999 hồ sơ (đạt 99,99% số hồ sơ đã giải quyết)"), "{nearly}");
    assert!(nearly.contains("giải quyết quá hạn 01 hồ sơ (chiếm 0,00%)"));

    let mut absent = month(&[(ReceivedDirect, 4), (ResolvedEarly, 4), (DeliveredByPost, 2)]);
    assert!(vi(&absent).contains("Trả kết quả qua dịch vụ bưu chính công ích 02 hồ sơ (bằng 50,00%"));
    absent.notes = vec![Note::Absent { measure: DeliveredByPost }];
    assert!(!vi(&absent).contains("bưu chính"), "somebody does not count it");

    let earlier = vi(&month(&[(ReceivedDirect, 1), (ResolvedEarly, 1), (FeedbackResolved, 2)]));
    assert!(earlier.contains("Đã giải quyết 02 phản ánh, kiến nghị, tiếp nhận từ kỳ trước."), "{earlier}");
    let more = vi(&month(&[(FeedbackReceived, 1), (FeedbackResolved, 2)]));
    assert!(more.contains("Tiếp nhận 01 phản ánh, kiến nghị.") && !more.contains("02 phản"), "{more}");
    let less = vi(&month(&[(FeedbackReceived, 3), (FeedbackResolved, 2)]));
    assert!(less.contains("Tiếp nhận 03 phản ánh, kiến nghị.") && !less.contains("02 phản"), "{less}");
}

#[test]
fn periods_are_compared_only_if_both_are_whole() {
    let now = of("Xã An Sinh", "2018-02", figures(&[(ReceivedDirect, 8), (ResolvedEarly, 7), (PendingOverdue, 1)]));
    let then = of("", "2018-01", figures(&[(ReceivedDirect, 8), (ResolvedLate, 5), (PendingWithinDeadline, 3)]));
    let told = |now: &Report, then: &Report| text(&Narrative { previous: Some(then), ..alone(now) }, Lang::Vi);
    let both = told(&now, &then);
    assert!(
        both.contains(
            "So với kỳ trước (tháng 01 năm 2018): số hồ sơ tiếp nhận mới không đổi; số hồ sơ đã giải quyết tăng 02 hồ sơ (tăng 40,00%); \
             số hồ sơ giải quyết quá hạn giảm 05 hồ sơ (giảm 100,00%); số hồ sơ đang giải quyết giảm 02 hồ sơ (giảm 66,67%); \
             số hồ sơ đang giải quyết quá hạn tăng 01 hồ sơ; tỷ lệ giải quyết trước và đúng hạn tăng 100,00 điểm phần trăm."
        ),
        "{both}"
    );
    let mut part = now.clone();
    part.notes = vec![Note::NotOver { through: d("2018-02-10") }];
    assert!(!told(&part, &then).contains("So với") && !told(&now, &part).contains("So với"));
    part.notes = vec![Note::BooksBegin { from: d("2018-02-01") }];
    assert!(!told(&part, &then).contains("So với") && !told(&now, &part).contains("So với"));
    let mut gap = then.clone();
    gap.completeness = Completeness { expected: 22, received: 21, missing: vec![] };
    assert!(told(&now, &gap).contains("(tháng 01 năm 2018, số liệu của 21/22 đơn vị):"));
    let mut broken = then.clone();
    broken.total[PendingWithinDeadline] = 4;
    assert!(!told(&now, &broken).contains("số hồ sơ đang giải quyết"), "stock that does not fit is not compared");
    let mut merged = then.clone();
    merged.unit = UnitId::new("205", Some(d("2018-02-01")));
    assert!(!told(&now, &merged).contains("So với"), "the code was another unit's");
    let silent = of("", "2018-01", Figures::default());
    assert!(told(&now, &silent).contains("số hồ sơ tiếp nhận mới tăng 08 hồ sơ;"), "no share of nothing");
}

#[test]
fn every_kind_of_period_has_a_name() {
    let one = figures(&[(ReceivedDirect, 1), (ResolvedEarly, 1)]);
    let mut all = String::new();
    for period in [
        "2018-01",
        "2018-03",
        "2018-12",
        "2018-Q1",
        "2018-Q4",
        "2018-H1",
        "2018-H2",
        "2018-9M",
        "2018",
        "2018-W07",
        "cal:2018-02",
        "cal:2018-Q2",
        "cal:2018-H2",
        "cal:2018",
        "2021-12-15..2022-06-09",
    ] {
        for lang in [Lang::Vi, Lang::En] {
            let told = text(&alone(&of("Xã An Sinh", period, one)), lang);
            let (title, rest) = told.split_once("\n\n").unwrap();
            let dates = rest.split_once(['A', 'x', 'X']).map_or(rest, |(dates, _)| dates);
            all += &format!("{period}\t{title}\t{dates}\n");
        }
    }
    insta::assert_snapshot!("narrative_periods", all);
}

/// Figures that balance, with counts of every size.
fn balanced() -> impl Strategy<Value = Figures> {
    let count = || prop_oneof![3 => Just(0i64), 3 => 0i64..12, 2 => 0i64..3_000, 1 => 0i64..2_000_000];
    let out = prop::collection::vec(count(), 10);
    let beside = prop::collection::vec(count(), 10);
    let ways = [prop::num::u32::ANY, prop::num::u32::ANY, prop::num::u32::ANY];
    (out, beside, ways, count()).prop_map(|(out, beside, ways, taken_in)| {
        const OUT: [Measure; 10] = [
            ResolvedEarly,
            ResolvedOnTime,
            ResolvedLate,
            Returned,
            Withdrawn,
            Stopped,
            TransferredOut,
            PendingWithinDeadline,
            PendingOverdue,
            AwaitingSupplement,
        ];
        const BESIDE: [Measure; 10] = [
            ReceivedOnlineFull,
            DeliveredByPost,
            Delivered,
            FeedbackReceived,
            FeedbackResolved,
            FeedbackForwarded,
            RatedVerySatisfied,
            RatedSatisfied,
            RatedUnsatisfied,
            ProceduresPublished,
        ];
        let mut f = Figures::default();
        OUT.iter().zip(&out).chain(BESIDE.iter().zip(&beside)).for_each(|(m, n)| f[*m] = *n);
        let mut left: i64 = out.iter().sum();
        let mut take = |f: &mut Figures, m: Measure, n: i64| {
            f[m] = n.min(left);
            left -= f[m];
        };
        take(&mut f, TransferredIn, taken_in);
        for (m, way) in [CarriedOver, ReceivedOnline, ReceivedPostal].into_iter().zip(ways) {
            // often nothing at all, often everything that is left
            let n = if way % 3 == 0 { 0 } else { i64::from(way) % 2_000 };
            take(&mut f, m, n);
        }
        take(&mut f, ReceivedDirect, i64::MAX);
        f
    })
}

/// A measure and what stands before its count in Vietnamese and in English.
const LABELS: [(Measure, &str, &str); 12] = [
    (ReceivedOnline, "tiếp nhận trực tuyến ", "online: "),
    (ReceivedDirect, "tiếp nhận trực tiếp ", "in person: "),
    (ResolvedEarly, "giải quyết trước hạn ", "of which early "),
    (ResolvedLate, "giải quyết quá hạn ", "late "),
    (Stopped, "ừng xử lý ", "topped: "),
    (AwaitingSupplement, "Chờ bổ sung ", "Awaiting a supplement: "),
    (ReceivedOnlineFull, "dịch vụ công trực tuyến toàn trình ", "full online service: "),
    (RatedVerySatisfied, "rất hài lòng ", "very satisfied "),
    (RatedUnsatisfied, "không hài lòng ", "not satisfied "),
    (ProceduresPublished, "Đã công khai ", "Procedures published: "),
    (Withdrawn, "xin rút ", "ithdrawn by the applicant: "),
    (FeedbackReceived, "Tiếp nhận ", "petitions received: "),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn every_count_stands_behind_its_label_and_the_facts_add_up(f in balanced(), before in balanced()) {
        let (now, then) = (of("Unit", "2018-02", f), of("Unit", "2018-01", before));
        prop_assert_eq!(f.imbalance(), 0);
        let input = Narrative { previous: Some(&then), ..alone(&now) };
        let (vi, en) = (text(&input, Lang::Vi), text(&input, Lang::En));
        // Comparisons speak of changes.
        let own = |text: &str| text.split("\n\n").filter(|p| !p.starts_with("So v") && !p.starts_with("Against")).collect::<Vec<_>>().join("\n\n");
        let (own_vi, own_en) = (own(&vi), own(&en));
        for (measure, label, label_en) in LABELS {
            let n = f[measure];
            let told = (crate::domain::percent::vi_prose(n), crate::domain::percent::en(n));
            if n > 0 {
                prop_assert!(own_vi.contains(&format!("{label}{} ", told.0)), "{measure:?}: {own_vi}");
                let stands = [" ", ",", "."].iter().any(|end| own_en.contains(&format!("{label_en}{}{end}", told.1)));
                prop_assert!(stands, "{measure:?}: {own_en}");
            } else {
                let at = |text: &str, label: &str| text.match_indices(label).any(|(i, _)| text[i + label.len()..].starts_with(|c: char| c.is_ascii_digit()));
                prop_assert!(!at(&own_vi, label), "{measure:?}: {own_vi}");
            }
        }
        let (mut into, mut out) = (0, 0);
        for fact in facts(&input).iter().flatten() {
            match fact {
                Fact::ToHandle { received, carried_over, taken_in, .. } => into += received + carried_over.unwrap() + taken_in,
                Fact::Channels(parts) => prop_assert_eq!(parts.iter().map(|(_, c)| c.n).sum::<i64>(), f.derived(Derived::ReceivedNew)),
                Fact::Resolved { early, on_time, late, to_handle } => {
                    out += early + on_time + late;
                    prop_assert_eq!(*to_handle, f.derived(Derived::ToHandleTotal));
                }
                Fact::Ended { returned, withdrawn, stopped, handed_over } => out += returned + withdrawn + stopped + handed_over,
                Fact::Awaiting(n) => out += n,
                Fact::Pending { within, overdue, .. } => out += within + overdue,
                Fact::Ratings(parts) => prop_assert!(parts.iter().all(|(_, c)| c.n > 0 && c.n <= c.of)),
                _ => {}
            }
        }
        prop_assert_eq!(into, out);
        let late = f[ResolvedLate] > 0;
        prop_assert!(!(late && own_vi.contains("đạt 100,00% số hồ sơ đã giải quyết")), "{}", vi);
        prop_assert!(en.is_ascii(), "{}", en);
        let mut both: Vec<String> = words(&vi).intersection(&words(&en)).cloned().collect();
        both.retain(|w| w != "unit" && !ALIKE.contains(&w.as_str()));
        prop_assert!(both.is_empty(), "{both:?} stand in both: {vi}\n{en}");
        prop_assert!(![&vi, &en].iter().any(|t| t.contains("  ") || t.contains(" ,") || t.contains("..") || t.contains(": .")), "{}\n{}", vi, en);
    }
}

/// Online from end to end is some of what came online.
fn within_online(mut f: Figures) -> Figures {
    f[ReceivedOnlineFull] = f[ReceivedOnlineFull].min(f[ReceivedOnline]);
    f
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn the_checker_finds_nothing_wrong_in_what_we_write(
        f in balanced(),
        before in balanced(),
        period in prop::sample::select(&["2018-02", "2018-Q1", "2018-H1", "2018-9M", "2018", "cal:2018-02", "2018-W07", "2021-12-15..2022-06-09"][..]),
        name in prop::sample::select(&["Xã An Sinh", "Thành phố Hạ Long", "Phường 12", "Sở Y tế", "Tỉnh Thanh Hóa"][..]),
    ) {
        let (mut now, then) = (of(name, period, within_online(f)), of("", period, within_online(before)));
        let (direct, late, overdue) = (f[ReceivedDirect], f[ResolvedLate], f[PendingOverdue]);
        let mut agencies = now.clone();
        agencies.rows = vec![
            row("Y tế", "Y tế", &[(ReceivedDirect, direct / 2)]),
            row("Lao động, Thương binh và Xã hội", "Lao động, Thương binh và Xã hội", &[(ReceivedDirect, direct / 3)]),
            row("Công an", "Công an", &[(ReceivedDirect, direct - direct / 2 - direct / 3)]),
        ];
        now.rows = vec![
            row("205", name, &[(ResolvedLate, late / 2)]),
            row("00001", "Xã Bình Khê", &[(ResolvedLate, late - late / 2), (PendingOverdue, overdue / 2)]),
            row("00002", "Phường 7", &[(PendingOverdue, overdue - overdue / 2)]),
        ];
        now.notes.extend([across("Phường 12"), Note::EnteredByMore { units: 1200, across: 1100 }]);
        let input = Narrative { agencies: Some(&agencies), previous: Some(&then), year_before: Some(&then), ..alone(&now) };
        let told = text(&input, Lang::Vi);
        let input = crate::check::Input { bytes: told.as_bytes(), name: "", form: Some(crate::check::Form::Prose) };
        let outcome = crate::check::check(input).unwrap();
        prop_assert!(!outcome.wrong(), "{}\n{:#?}", told, outcome.findings);
        prop_assert!(!outcome.cells.is_empty() || now.total.derived(Derived::ToHandleTotal) == 0, "nothing was read: {}", told);
    }
}
