//! A score, in Vietnamese.

use super::report;
use crate::domain::percent::{NONE, Percent, vi, vi_percent};
use crate::reports::scorecard::Phrases;

pub(in crate::reports) static VI: Phrases = Phrases {
    number: vi,
    percent: vi_percent,
    points,
    none: NONE,
    status: |status, received, expected| format!("{} · {received}/{expected} đơn vị", (report::VI.status_name)(status)),
    part_of_period: "Số liệu mới có một phần của kỳ.",
    headings: ["Chỉ tiêu", "Đạt", "Trên", "Tỷ lệ", "Điểm", "Điểm\ntối đa", "Điểm\nmất"],
    total: "Cộng các chỉ tiêu đo được",
    moves: "Ảnh hưởng đến điểm, nhiều nhất trước:",
    gain: |title, lost, what, points| format!("- {title}: mất {lost} điểm; {what} thì được thêm {points} điểm."),
    not_measured: |weight| format!("Không đo được bằng số liệu này ({weight} điểm):"),
    why: |title, weight, why| format!("- {title} ({weight} điểm): {why}."),
    absent: " (có đơn vị không thống kê)",
    card: |id, version| format!("Bộ chỉ tiêu {id}, phiên bản {version}."),
};

/// `19,87`
fn points(points: i64) -> String {
    Percent(points).vi().trim_end_matches('%').to_owned()
}
