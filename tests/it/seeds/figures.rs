//! What the figures of the published reports are to us.

use crate::support::data;

/// A line of `seed_reports.csv`.
pub struct Published {
    pub document: String,
    pub start: String,
    pub measure: String,
    pub value: String,
    pub percent: String,
    pub note: String,
}

/// The figures of a document, or `None` where the data is missing.
pub fn published(document: &str) -> Option<Vec<Published>> {
    let mut reader = csv::Reader::from_path(data("seed_reports.csv")?).unwrap();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let at = |i: usize| row[i].to_owned();
        Published { document: at(0), start: at(2), measure: at(4), value: at(5), percent: at(6), note: at(7) }
    });
    Some(rows.filter(|row| row.document.starts_with(document)).collect())
}

/// Where a published figure stands with us.
pub enum Ours {
    /// A sum of measures of the report, the whole its share is of, and how the narrative says it: `#` is the count, `|` stands between
    /// wordings.
    Figure { measures: &'static [&'static str], of: &'static [&'static str], label: &'static str },
    /// What an agency newly received.
    Agency,
}

const fn figure(measures: &'static [&'static str], of: &'static [&'static str], label: &'static str) -> Ours {
    Ours::Figure { measures, of, label }
}

/// By the name in `seed_reports.csv`.
const OURS: &[(&str, Ours)] = &[
    ("received_new", figure(&["received_new"], &[], "tiếp nhận mới # hồ sơ")),
    ("received", figure(&["received_new"], &[], "tiếp nhận mới # hồ sơ")),
    ("carried_in", figure(&["carried_over"], &[], "kỳ trước chuyển sang # hồ sơ")),
    ("total_to_handle", figure(&["to_handle_total"], &[], "phải giải quyết tổng số # hồ sơ")),
    ("received_online", figure(&["received_online"], &["received_new"], "tiếp nhận trực tuyến # hồ sơ")),
    // Levels 3 and 4 of 2021 are what the channel "online" was called then.
    ("online_level_3_4_received", figure(&["received_online"], &["received_new"], "tiếp nhận trực tuyến # hồ sơ")),
    ("received_direct", figure(&["received_direct"], &["received_new"], "tiếp nhận trực tiếp # hồ sơ")),
    (
        "received_post",
        figure(&["received_postal"], &["received_new"], "tiếp nhận qua dịch vụ bưu chính công ích # hồ sơ"),
    ),
    ("resolved", figure(&["resolved_total"], &["to_handle_total"], "Đã giải quyết # hồ sơ")),
    (
        "resolved_early_or_on_time",
        figure(
            &["resolved_early", "resolved_on_time"],
            &["resolved_total"],
            "Số hồ sơ giải quyết trước và đúng hạn là # hồ sơ",
        ),
    ),
    ("resolved_early", figure(&["resolved_early"], &["resolved_total"], "giải quyết trước hạn # hồ sơ")),
    ("resolved_on_time", figure(&["resolved_on_time"], &["resolved_total"], "giải quyết đúng hạn # hồ sơ")),
    ("resolved_overdue", figure(&["resolved_late"], &["resolved_total"], "giải quyết quá hạn # hồ sơ")),
    ("in_progress", figure(&["pending_total"], &["to_handle_total"], "Đang giải quyết # hồ sơ")),
    (
        "in_progress_within_term",
        figure(
            &["pending_within_deadline"],
            &[],
            "trong hạn # hồ sơ|Đang giải quyết # hồ sơ (chiếm 6,22% tổng số hồ sơ phải giải quyết), đều còn trong hạn",
        ),
    ),
    (
        "in_progress_overdue",
        figure(&["pending_overdue"], &[], "trong hạn 3.098 hồ sơ, quá hạn # hồ sơ.|, quá hạn # hồ sơ."),
    ),
    ("awaiting_supplement", figure(&["awaiting_supplement"], &[], "Chờ bổ sung # hồ sơ")),
    (
        "returned_or_withdrawn",
        figure(
            &["returned", "withdrawn"],
            &[],
            "trả lại hoặc tổ chức, cá nhân xin rút # hồ sơ|Trả lại hoặc tổ chức, cá nhân xin rút # hồ sơ",
        ),
    ),
    (
        "post_total",
        figure(
            &["received_postal", "delivered_by_post"],
            &[],
            "Tiếp nhận và chuyển trả kết quả qua dịch vụ bưu chính công ích # hồ sơ",
        ),
    ),
    // The post is one of the three channels (national code 3), so what it received is newly received, not a figure beside it.
    (
        "post_received",
        figure(&["received_postal"], &["received_new"], "tiếp nhận qua dịch vụ bưu chính công ích # hồ sơ"),
    ),
    (
        "post_results_returned",
        figure(&["delivered_by_post"], &["resolved_total"], "Trả kết quả qua dịch vụ bưu chính công ích # hồ sơ"),
    ),
    (
        "results_by_post",
        figure(&["delivered_by_post"], &["resolved_total"], "Trả kết quả qua dịch vụ bưu chính công ích # hồ sơ"),
    ),
    ("department_received", Ours::Agency),
    ("feedback_received", figure(&["feedback_received"], &[], "Tiếp nhận # phản ánh, kiến nghị")),
    ("feedback_answered", figure(&["feedback_resolved"], &[], "đã giải quyết # phản ánh, kiến nghị")),
    ("feedback_referred", figure(&["feedback_forwarded"], &[], "chuyển cơ quan có thẩm quyền # phản ánh, kiến nghị")),
    (
        "survey_responses",
        figure(
            &["rated_very_satisfied", "rated_satisfied", "rated_unsatisfied"],
            &[],
            "Có # lượt người dân, tổ chức đánh giá",
        ),
    ),
    (
        "survey_very_satisfied",
        figure(
            &["rated_very_satisfied"],
            &["rated_very_satisfied", "rated_satisfied", "rated_unsatisfied"],
            "rất hài lòng # lượt",
        ),
    ),
    (
        "survey_satisfied",
        figure(
            &["rated_satisfied"],
            &["rated_very_satisfied", "rated_satisfied", "rated_unsatisfied"],
            ", hài lòng # lượt",
        ),
    ),
    ("procedures_public", figure(&["procedures_published"], &[], "Đã công khai # thủ tục hành chính")),
];

pub fn ours(measure: &str) -> Option<&'static Ours> {
    OURS.iter().find(|(name, _)| *name == measure).map(|(_, ours)| ours)
}

/// What is no figure of ours, and why.
pub const NOT_OURS: &[(&str, &str)] = &[
    ("page_visits_total", "page furniture"),
    ("page_visits_today", "page furniture"),
    ("page_visits_week", "page furniture"),
    ("page_visitors_online", "page furniture"),
    ("page_views_article", "page furniture"),
    ("legal_reference", "the number of a decision"),
    (
        "decisions_issued",
        "decisions of the chairman that announce procedures: no measure of form II.06 and no memo of ours",
    ),
    ("procedures_in_electronic_system", "a share without counts, of procedures and not of dossiers"),
    ("counter_closed_from", "a date"),
    ("counter_closed_to", "a date"),
];

/// A published figure that is wrong, and what is right.
pub struct Wrong {
    pub document: &'static str,
    start: &'static str,
    measure: &'static str,
    given: &'static str,
    pub right: &'static str,
    /// The checks of `seed_checks.csv` that say so.
    pub checks: &'static [&'static str],
}

impl Wrong {
    pub fn is(&self, row: &Published, given: &str) -> bool {
        (self.start, self.measure, self.given) == (row.start.as_str(), row.measure.as_str(), given)
    }
}

pub const WRONG: [Wrong; 7] = [
    Wrong {
        document: "001",
        start: "2021-12-15",
        measure: "resolved_on_time",
        given: "3.24",
        right: "3.25",
        checks: &["on time"],
    },
    Wrong {
        document: "002",
        start: "2020-04-01",
        measure: "received_post",
        given: "2.56",
        right: "2.57",
        checks: &["post"],
    },
    Wrong {
        document: "002",
        start: "2020-04-01",
        measure: "resolved_early_or_on_time",
        given: "99.73",
        right: "99.77",
        checks: &["early or on time (headline)"],
    },
    Wrong {
        document: "002",
        start: "2020-04-01",
        measure: "in_progress",
        given: "942",
        right: "938",
        checks: &["total - resolved = in progress"],
    },
    Wrong {
        document: "004",
        start: "2021-03-01",
        measure: "resolved_early",
        given: "83.8",
        right: "83.9",
        checks: &["2021-03 early"],
    },
    Wrong {
        document: "004",
        start: "2021-03-01",
        measure: "resolved_on_time",
        given: "16.2",
        right: "16.1",
        checks: &["2021-03 on time"],
    },
    Wrong {
        document: "004",
        start: "2021-01-01",
        measure: "resolved",
        given: "6164",
        right: "6192",
        checks: &["2021-01 classes = resolved", "2021-01 early of stated total", "2021-01 on time of stated total"],
    },
];

/// Checks that differ without a wrong figure behind them.
pub const EXPLAINED: [(&str, &str, &str); 5] = [
    (
        "001",
        "resolved + in progress = received",
        "595 dossiers in a state the item does not name; the story lets them await a supplement",
    ),
    ("001", "class percentages = 100", "shares of mixed precision and one wrong one"),
    ("001", "status percentages = 100", "the same 595 dossiers"),
    ("003", "class percentages = 100", "rounding only"),
    ("003", "\"tiếp nhận và giải quyết tổng số 3.201\"", "loose wording: the total to handle, which ours calls so"),
];
