//! The dossiers behind the five reports. Every published figure is a total here; what a report leaves open is made up, and said.

use super::desk::Month;

/// A document, the place it is about, and what happened there.
pub struct Story {
    /// The first digits of its file.
    pub document: &'static str,
    /// The unit asked for; the one whose node it is.
    pub unit: &'static str,
    /// Code, name, level and the unit above.
    pub units: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// The first day of the books.
    pub books_from: &'static str,
    /// The last day of what is told.
    pub through: &'static str,
    /// What happened.
    pub months: Vec<Month>,
    /// Periods that are closed; one that is open is asked for as it stands.
    pub closed: &'static [&'static str],
    /// The first day in `seed_reports.csv`, and the period asked for.
    pub asked: &'static [(&'static str, &'static str)],
    /// What the text says besides.
    pub says: &'static [&'static str],
}

pub fn stories() -> Vec<Story> {
    vec![thanh_hoa(), son_la(), april(), dong_trieu(), thai_binh()]
}

/// Open: how early and on time, returned and withdrawn are told apart, and that the rest of what was received came in person. What the post
/// received is taken for a channel: 1.076 and 2.855 online are together fewer than the 6.189.
fn thanh_hoa() -> Story {
    Story {
        document: "000",
        unit: "38",
        units: &[("38", "Tỉnh Thanh Hóa", "province", "")],
        books_from: "2021-09-01",
        through: "2021-09-30",
        months: vec![Month {
            unit: "38",
            first: "2021-09-01",
            last: "2021-09-30",
            carried_over: 4446,
            online: 2855,
            postal: 1076,
            direct: 6189 - 2855 - 1076,
            early: 5540,
            on_time: 1000,
            awaiting: 783,
            returned: 150,
            withdrawn: 63,
            within: 3098,
            overdue: 1,
            delivered_by_post: 1163,
            agencies: &[
                ("Sở Công Thương", 1117),
                ("Sở Tư pháp", 679),
                ("Sở Nông nghiệp và Phát triển nông thôn", 272),
                ("Sở Y tế", 227),
                ("Sở Lao động, Thương binh và Xã hội", 155),
                ("Sở Giao thông vận tải", 140),
            ],
            memos: &[("feedback_received", 3), ("feedback_resolved", 2), ("feedback_forwarded", 1)],
            ..Month::default()
        }],
        closed: &["cal:2021-09"],
        asked: &[("2021-09-01", "cal:2021-09")],
        says: &["Không có hồ sơ giải quyết quá hạn.", "đạt 100,00%", "(trả lại 150 hồ sơ, xin rút 63 hồ sơ)"],
    }
}

/// Open: where 595 dossiers are that are neither resolved nor pending; here they await a supplement. Nothing was carried over, because the item
/// says nothing of it and its shares are of what was received. Its dates are a cut before the half-year closes, so the half-year is asked for
/// while it is open.
fn son_la() -> Story {
    Story {
        document: "001",
        unit: "14",
        units: &[("14", "Tỉnh Sơn La", "province", "")],
        books_from: "2021-12-15",
        through: "2022-06-09",
        months: vec![Month {
            unit: "14",
            first: "2021-12-15",
            last: "2022-06-09",
            direct: 30_407,
            early: 27_448,
            on_time: 921,
            late: 6,
            within: 1437,
            awaiting: 595,
            memos: &[("feedback_received", 3)],
            ..Month::default()
        }],
        closed: &[],
        asked: &[("2021-12-15", "2022-H1")],
        says: &[
            "Trong 6 tháng đầu năm 2022 (từ ngày 15/12/2021 đến hết ngày 14/06/2022)",
            "Số liệu tạm tính đến 10/06/2022 08:00.",
            "Chờ bổ sung 595 hồ sơ.",
            "(chiếm 3,25%)",
            "Tiếp nhận 03 phản ánh, kiến nghị.",
        ],
    }
}

/// Open: the agencies of the other 686 dossiers; they have none.
fn april() -> Story {
    Story {
        document: "002",
        unit: "10",
        units: &[("10", "Trung tâm Phục vụ hành chính công tỉnh", "province", "")],
        books_from: "2020-04-01",
        through: "2020-04-30",
        months: vec![Month {
            unit: "10",
            first: "2020-04-01",
            last: "2020-04-30",
            carried_over: 952,
            online: 645,
            direct: 1062,
            postal: 45,
            early: 966,
            on_time: 796,
            late: 4,
            within: 931,
            overdue: 7,
            delivered_by_post: 129,
            agencies: &[("Giao thông vận tải", 515), ("Công an tỉnh", 305), ("Công Thương", 246)],
            memos: &[("rated_very_satisfied", 288), ("rated_satisfied", 10)],
            ..Month::default()
        }],
        closed: &["cal:2020-04"],
        asked: &[("2020-04-01", "cal:2020-04")],
        says: &["(chiếm 2,57%)", "(đạt 99,77% số hồ sơ đã giải quyết)", "Đang giải quyết 938 hồ sơ"],
    }
}

/// Open: which commune did what, apart from the one late dossier; channels. The district keeps the books of two of its communes here; all
/// twenty-one with a node each are the demonstration.
fn dong_trieu() -> Story {
    let (first, last) = ("2018-01-15", "2018-02-14");
    Story {
        document: "003",
        unit: "205",
        units: &[
            ("205", "Thị xã Đông Triều", "district", ""),
            ("07069", "Phường Mạo Khê", "commune", "205"),
            ("07099", "Xã Nguyễn Huệ", "commune", "205"),
        ],
        books_from: "2018-01-15",
        through: "2018-02-14",
        months: vec![
            Month {
                unit: "07069",
                first,
                last,
                carried_over: 100,
                direct: 2000,
                early: 1800,
                on_time: 200,
                within: 100,
                ..Month::default()
            },
            Month {
                unit: "07099",
                first,
                last,
                carried_over: 58,
                direct: 1043,
                early: 970,
                on_time: 31,
                late: 1,
                within: 99,
                ..Month::default()
            },
            Month { unit: "205", first, last, memos: &[("procedures_published", 97)], ..Month::default() },
        ],
        closed: &["2018-02"],
        asked: &[("2018-02-01", "2018-02")],
        says: &["Đơn vị có hồ sơ giải quyết quá hạn: xã Nguyễn Huệ 01 hồ sơ.", "đều còn trong hạn"],
    }
}

/// Open: everything but what was resolved; so it was all received in its month, in person.
fn thai_binh() -> Story {
    let month = |first, last, early, on_time| Month {
        unit: "34",
        first,
        last,
        direct: early + on_time,
        early,
        on_time,
        ..Month::default()
    };
    Story {
        document: "004",
        unit: "34",
        units: &[("34", "Tỉnh Thái Bình", "province", "")],
        books_from: "2021-01-01",
        through: "2021-03-31",
        months: vec![
            month("2021-01-01", "2021-01-31", 5184, 1008),
            month("2021-02-01", "2021-02-28", 4061, 1119),
            month("2021-03-01", "2021-03-31", 4671, 899),
        ],
        closed: &["cal:2021-01", "cal:2021-02", "cal:2021-03"],
        asked: &[("2021-03-01", "cal:2021-03"), ("2021-02-01", "cal:2021-02"), ("2021-01-01", "cal:2021-01")],
        says: &["Không có hồ sơ giải quyết quá hạn."],
    }
}
