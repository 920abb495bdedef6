use super::*;

#[test]
fn the_published_report_of_dong_trieu() {
    let report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    let t = &report.total;
    assert_eq!((t[CarriedOver], t.derived(Derived::ReceivedNew), t.derived(Derived::PendingTotal)), (158, 3043, 199));
    assert_eq!((t[ResolvedEarly], t[ResolvedOnTime], t[ResolvedLate], t[ProceduresPublished]), (2770, 231, 1, 97));
    assert_eq!((t.imbalance(), report.status, report.notes.len()), (0, Status::Final, 0));
    assert_eq!((report.completeness.received, report.completeness.expected), (4, 4));
    let late = report.rows.iter().filter(|r| r.figures[ResolvedLate] > 0).map(|r| r.name.as_str());
    assert_eq!(late.collect::<Vec<_>>(), ["Xã Nguyễn Huệ"]);
    insta::assert_snapshot!("dong_trieu_vi", render::table::table(&report, Lang::Vi));
    insta::assert_snapshot!("dong_trieu_en", render::table::table(&report, Lang::En));
    insta::assert_snapshot!("dong_trieu_json", render::json::json(&report).unwrap());
    insta::assert_snapshot!("dong_trieu_csv", render::csv::csv(&report, Lang::Vi).unwrap());
}

#[test]
fn the_checker_reads_the_csv_and_holds_every_row_and_the_total() {
    let report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    let csv = render::csv::csv(&report, Lang::Vi).unwrap();
    let checked = |text: &str| {
        let input = crate::check::Input { bytes: text.as_bytes(), name: "report.csv", form: None };
        crate::check::check(input).unwrap()
    };
    let told = checked(&csv);
    assert!(
        !told.wrong() && told.cells.len() > 20 * report.rows.len(),
        "{} cells {:?}",
        told.cells.len(),
        told.findings
    );
    // One more resolved early than there were, in a row and in the total.
    let lines: Vec<&str> = csv.lines().collect();
    let at = lines[0].split(',').position(|name| name == "resolved_early").unwrap();
    for n in [1, lines.len() - 1] {
        let mut cells: Vec<String> = lines[n].split(',').map(str::to_owned).collect();
        cells[at] = (cells[at].parse::<i64>().unwrap() + 1).to_string();
        let mut changed = lines.clone();
        let line = cells.join(",");
        changed[n] = &line;
        assert!(checked(&changed.join("\n")).wrong(), "line {n}");
    }
}

#[test]
fn every_note_is_in_the_json_by_its_code() {
    let mut report = report(&query("2018-02", Breakdown::Unit), &dong_trieu());
    let (unit, name) = (unit("07003"), "Xã An Sinh".to_owned());
    report.notes = vec![
        Note::ChangedSince { atom: d("2018-01-15"), until: d("2018-02-01") },
        Note::Transfers { out: 3, r#in: 0 },
        Note::Continuity {
            unit: unit.clone(),
            at: d("2018-02-01"),
            difference: -4,
            cause: Cause::Joined,
            name: name.clone(),
        },
        Note::Unbalanced { difference: 12 },
        Note::Absent { measure: DeliveredByPost },
        Note::NotOver { through: d("2018-02-10") },
        Note::BooksBegin { from: d("2018-01-15") },
        Note::EnteredByHand { unit: unit.clone(), by: "Lò Thị Mai".into(), name: name.clone() },
        Note::EnteredAcross { unit, start: d("2018-01-15"), end: d("2018-02-15"), name },
        Note::EnteredByMore { units: 12, across: 3 },
        Note::Other("SOLAR_FLARE at=1".into()),
    ];
    let json: serde_json::Value = serde_json::from_str(&render::json::json(&report).unwrap()).unwrap();
    insta::assert_json_snapshot!("notes_json", json["notes"]);
}

#[test]
fn a_period_with_everything_a_reader_should_know() {
    let mut sheets = dong_trieu();
    edit(&mut sheets[0], |s| {
        // the third commune had not reported, and relays totals only
        let cells = s.below.keys().filter(|k| k.procedure != "1.001193").cloned().collect::<Vec<_>>();
        s.below.retain(|k, _| !cells.contains(k));
        s.members[2].totals = Figures::default();
        (s.members[2].document, s.members[2].received, s.received) = (None, 0, 3);
        s.missing = vec![Missing { unit: unit("07003"), reason: "mất kết nối".into() }];
        s.transfers_out = [EventId([1; 16]), EventId([2; 16])].into();
        s.absent = vec![DeliveredByPost];
    });
    edit(&mut sheets[1], |s| {
        s.transfers_in = [EventId([2; 16])].into();
        s.as_of = Timestamp::parse("2018-02-10T15:00").unwrap();
        s.provisional = true;
    });
    (sheets[1].published, sheets[1].hash, sheets[0].changed_since) = (false, None, true);
    let query = Query { as_known_at: Some(Timestamp(1_518_541_200_000)), ..query("2018-02", Breakdown::Unit) };
    let report = report(&query, &sheets);
    assert_eq!((report.status, report.documents.len()), (Status::Provisional, 1));
    assert_eq!((report.completeness.received, report.completeness.expected), (3, 4));
    let third = report.rows[3].completeness.as_ref().unwrap();
    assert_eq!((third.received, third.missing[0].reason.as_str()), (0, "mất kết nối"));
    let notes: Vec<String> = report.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "NOT_OVER through=2018-02-10",
            "CHANGED_SINCE atom=2018-01-15 until=2018-02-01",
            "ABSENT measure=delivered_by_post",
            "TRANSFERS out=1 in=0",
            "CONTINUITY unit=07003 at=2018-02-01 difference=12 cause=missing-before name=Xã An Sinh",
        ]
    );
    assert_eq!(report.total.imbalance(), -12, "what the continuity notes explain");
    assert_eq!(wire::report::from_pb(wire::report::to_pb(&report)), Ok(report.clone()));
    insta::assert_snapshot!("everything_vi", render::table::table(&report, Lang::Vi));
    insta::assert_snapshot!("everything_en", render::table::table(&report, Lang::En));
}

#[test]
fn rows_of_every_breakdown() {
    for (by, keys, names) in [
        (Breakdown::None, vec![], vec![]),
        (Breakdown::Agency, vec!["Tư pháp", ""], vec!["Tư pháp", "(không ghi)"]),
        (Breakdown::Field, vec!["Chứng thực", "Hộ tịch", ""], vec!["Chứng thực", "Hộ tịch", "(không ghi)"]),
        (
            Breakdown::Procedure,
            vec!["1.000419", "1.001193", "2.000815", "other"],
            vec!["Đăng ký khai tử", "Đăng ký khai sinh", "Chứng thực bản sao", "Khác"],
        ),
        (
            Breakdown::Channel,
            vec!["online", "direct", "postal"],
            vec!["Tiếp nhận trực tuyến", "Tiếp nhận trực tiếp", "Tiếp nhận qua bưu chính"],
        ),
    ] {
        let report = report(&query("2018-02", by), &dong_trieu());
        assert_eq!(report.rows.iter().map(|r| r.key.as_str()).collect::<Vec<_>>(), keys);
        let phrases = Lang::Vi.phrases();
        assert_eq!(report.rows.iter().map(|r| phrases.row(&report, r)).collect::<Vec<_>>(), names);
        assert_eq!(by.name().parse(), Ok(by));
        assert_eq!(wire::report::breakdown_from_pb(wire::report::breakdown_to_pb(by).into()), Ok(by));
        assert_eq!(wire::report::from_pb(wire::report::to_pb(&report)), Ok(report.clone()));
    }
    let report = report(&query("2018-02", Breakdown::Channel), &dong_trieu());
    assert_eq!(report.rows[0].named().collect::<Vec<_>>(), [("received_online", 900)]);
    insta::assert_snapshot!("channels", render::table::table(&report, Lang::Vi));
    assert!("province".parse::<Breakdown>().is_err());
}

#[test]
fn a_leaf_has_no_rows_by_unit_and_names_that_are_formulas_are_defused() {
    let atom = dong_trieu()[0].summary.atom;
    let own =
        Cells::from([(cell("=cmd()\u{1b}[2J", "1.001193"), figures(&[(ReceivedDirect, 1), (AwaitingSupplement, 1)]))]);
    let sheets = [sheet(atom, own, vec![])];
    let span = "2018-01-15..2018-01-31";
    assert!(report(&query(span, Breakdown::Unit), &sheets).rows.is_empty());
    let text = render::csv::csv(&report(&query(span, Breakdown::Agency), &sheets), Lang::En).unwrap();
    assert!(text.contains("\n'=cmd()\u{1b}[2J,"));
    assert!(
        render::table::table(&report(&query(span, Breakdown::Agency), &sheets), Lang::En)
            .contains("Awaiting supplement")
    );
}

#[test]
fn several_periods_a_line_each() {
    let sheets = dong_trieu();
    let spans = ["2018-01-15..2018-01-31", "2018-02-01..2018-02-14"];
    let reports: Vec<Report> = spans
        .iter()
        .zip(&sheets)
        .map(|(span, s)| report(&query(span, Breakdown::None), std::slice::from_ref(s)))
        .collect();
    assert_eq!(reports[0].total.closing_stock(), reports[1].total[CarriedOver]);
    insta::assert_snapshot!("series", render::series::table(&reports, Lang::Vi));
    assert_eq!(render::series::csv(&reports).unwrap().lines().count(), 3);
    assert!(render::series::json(&reports).unwrap().starts_with("[\n"));
}

#[test]
fn what_does_not_fit_together_is_no_report() {
    let (tree, procedures) = (tree(), procedures());
    let names = Names { tree: &tree, procedures: &procedures };
    let good = dong_trieu();
    let by = query("2018-02", Breakdown::Unit);
    let refused = |sheets: &[Sheet]| build(&by, sheets, &names).unwrap_err();
    assert!(matches!(refused(&[]), ReportError::NoSheets { .. }));
    assert!(matches!(refused(&[good[1].clone(), good[0].clone()]), ReportError::Gap { .. }));
    assert!(matches!(refused(&[good[0].clone(), good[0].clone()]), ReportError::Gap { .. }));
    let mut other = good.clone();
    edit(&mut other[1], |s| s.unit = unit("07001"));
    assert!(matches!(refused(&other), ReportError::OtherUnit { .. }));
    let mut wrong = good.clone();
    edit(&mut wrong[0], |s| s.members[0].totals[ResolvedLate] += 1);
    assert_eq!(refused(&wrong), ReportError::RowsDoNotAdd { measure: ResolvedLate, rows: 2, total: 1 });
    let outside = Query { period: Period::parse("cal:2018-02").unwrap(), ..by.clone() };
    assert!(matches!(build(&outside, &good, &names), Err(ReportError::Gap { .. })));
    let late = build(&by, &good[1..], &names).unwrap();
    assert_eq!(late.notes, [Note::BooksBegin { from: d("2018-02-01") }]);
    let early = build(&by, &good[..1], &names).unwrap();
    assert_eq!((early.status, early.notes), (Status::Provisional, vec![Note::NotOver { through: d("2018-01-31") }]));
}

#[test]
fn a_missing_grandchild_counts_for_the_member_above_it() {
    let mut sheets = dong_trieu();
    edit(&mut sheets[0], |s| {
        (s.expected, s.members[2].expected) = (5, 2);
        s.missing = vec![Missing { unit: unit("07004"), reason: String::new() }];
    });
    edit(&mut sheets[1], |s| (s.expected, s.received, s.members[2].expected, s.members[2].received) = (5, 5, 2, 2));
    let report = report(&query("2018-02", Breakdown::Unit), &sheets);
    assert_eq!((report.status, report.completeness.received), (Status::Incomplete, 4));
    let counts: Vec<_> =
        report.rows[1..].iter().map(|r| r.completeness.as_ref().map(|c| (c.received, c.missing.len()))).collect();
    assert_eq!(counts, [Some((1, 0)), Some((1, 0)), Some((1, 1))]);
}

#[test]
fn a_unit_that_joins_or_leaves_opens_or_closes_with_nothing_and_is_explained() {
    let second = |s: &mut Summary| {
        s.members.remove(1);
        (s.expected, s.received) = (3, 3);
    };
    let less = |s: &mut Summary, figures: &Figures| {
        *s.below.get_mut(&cell("", "1.001193")).unwrap() -= figures;
        second(s);
    };
    let gone = |i: usize| {
        let mut sheets = dong_trieu();
        let figures = sheets[i].summary.members[1].totals;
        edit(&mut sheets[i], |s| less(s, &figures));
        report(&query("2018-02", Breakdown::Unit), &sheets)
    };
    for (i, opening, closing, expected, note) in [
        (0, 0, 57, 4, "CONTINUITY unit=07002 at=2018-02-01 difference=258 cause=joined name=Xã Nguyễn Huệ"),
        (1, 58, 0, 3, "CONTINUITY unit=07002 at=2018-02-01 difference=-258 cause=left name=Xã Nguyễn Huệ"),
    ] {
        let report = gone(i);
        let row = &report.rows[2];
        assert_eq!(
            (row.key.as_str(), row.figures[CarriedOver], row.figures.closing_stock()),
            ("07002", opening, closing)
        );
        assert_eq!((report.completeness.expected, report.status), (expected, Status::Final));
        assert_eq!(report.notes, [note.parse().unwrap()]);
    }
}

#[test]
fn what_was_entered_by_hand_is_said_in_both_languages() {
    let mut sheets = dong_trieu();
    let mark = |code: &str, start: &str, end: &str, by: &str| Entered {
        unit: unit(code),
        start: d(start),
        end: d(end),
        by: by.into(),
    };
    for sheet in &mut sheets {
        edit(sheet, |s| {
            s.entered = vec![
                mark("07001", "2018-01-15", "2018-02-15", "Lò Thị Mai"),
                mark("07002", "2017-12-15", "2018-03-15", ""),
            ];
        });
    }
    let mut shown = report(&query("2018-02", Breakdown::None), &sheets);
    shown.explanations = vec![Explanation {
        unit: unit("07001"),
        name: "Phường Mạo Khê".into(),
        said: Explained {
            start: d("2018-01-15"),
            end: d("2018-02-15"),
            causes: vec![("chờ ý kiến sở".into(), 3), ("mất điện".into(), 12)],
            note: "Đã xin lỗi.".into(),
            by: "Lò Thị Mai".into(),
        },
    }];
    let below = |lang| {
        let text = render::table::table(&shown, lang);
        text.lines().filter(|line| line.starts_with("- ") || line.ends_with(':')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        below(Lang::Vi),
        [
            "Ghi chú:",
            "- Phường Mạo Khê (07001): số liệu nhập tay từ biểu, người nhập: Lò Thị Mai.",
            "- Xã Nguyễn Huệ (07002): số liệu nhập tay từ biểu.",
            "- Xã Nguyễn Huệ (07002): số liệu nhập tay cho cả khoảng 15/12/2017–14/03/2018, không tách được theo ngày nên tính hết vào ngày cuối; phần thuộc kỳ báo cáo này không biết được.",
            "Giải trình của đơn vị:",
            "- Phường Mạo Khê (07001), 15/01/2018–14/02/2018: Nguyên nhân quá hạn: chờ ý kiến sở: 03 hồ sơ; mất điện: 12 hồ sơ. Đã xin lỗi. (Lò Thị Mai)",
        ]
    );
    assert_eq!(
        below(Lang::En),
        [
            "Notes:",
            "- Phường Mạo Khê (07001): figures entered by hand from a form by Lò Thị Mai.",
            "- Xã Nguyễn Huệ (07002): figures entered by hand from a form.",
            "- Xã Nguyễn Huệ (07002): figures entered for all of 15/12/2017 to 14/03/2018; how they lie inside is not known, so all of them count on the last day, and what belongs to the period of this report cannot be told.",
            "The units explain:",
            "- Phường Mạo Khê (07001), 15/01/2018 to 14/02/2018: Late because of: chờ ý kiến sở: 3 dossiers; mất điện: 12 dossiers. Đã xin lỗi. (Lò Thị Mai)",
        ]
    );
    assert_eq!(wire::report::from_pb(wire::report::to_pb(&shown)).unwrap(), shown);
    // Many of them are counted, not named.
    for sheet in &mut sheets {
        edit(sheet, |s| {
            s.entered = (0..25)
                .map(|n| mark(&format!("9{n:02}"), "2018-01-15", if n == 24 { "2018-03-15" } else { "2018-02-15" }, ""))
                .collect()
        });
    }
    let many = report(&query("2018-02", Breakdown::None), &sheets);
    assert_eq!(many.notes.len(), 21);
    assert_eq!(many.notes.last(), Some(&Note::EnteredByMore { units: 5, across: 1 }));
}
