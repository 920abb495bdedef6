//! Two reports beside each other, in Vietnamese.

use crate::domain::{
    measure::{Derived, Measure},
    percent::{NONE, Percent, vi},
};
use crate::reports::{
    compare::{Caution, Phrases},
    render::label,
    share::{Part, Whole},
};

pub(in crate::reports) static VI: Phrases = Phrases {
    number: vi,
    percent: Percent::vi,
    none: NONE,
    title: "So sánh",
    headings: ["Nội dung", "Chênh lệch", "Chênh lệch\n(%)"],
    side: |unit, period| match (unit, period) {
        ("", period) => format!("Kỳ {period}"),
        (unit, "") => unit.to_owned(),
        (unit, period) => format!("{unit}\nKỳ {period}"),
    },
    measure: |name| label(name, Measure::vi, Derived::vi),
    rate: |part, whole| format!("{} / {}", self::part(part), self::whole(whole)),
    points: " điểm %",
    caution: |caution, side| match caution {
        Caution::OtherKind => "Hai kỳ không cùng loại, có thể dài ngắn khác nhau.".to_owned(),
        Caution::OtherUnit => "Hai kỳ cùng một mã nhưng là hai đơn vị khác nhau (trước và sau sắp xếp).".to_owned(),
        Caution::Part(_) => format!("{side}: số liệu mới có một phần của kỳ."),
        Caution::Across(_) => {
            format!(
                "{side}: có đơn vị nhập số liệu cho khoảng thời gian khác kỳ này, tính hết vào ngày cuối khoảng đó."
            )
        }
        Caution::Missing(_, received, expected) => format!("{side}: số liệu của {received}/{expected} đơn vị."),
        Caution::Absent(_, measure) => format!("{side}: có đơn vị không thống kê “{}”.", measure.vi()),
    },
};

/// What is counted.
pub(in crate::reports) const fn part(part: Part) -> &'static str {
    match part {
        Part::Late => "Giải quyết quá hạn",
        Part::Overdue => "Đang giải quyết quá hạn",
        Part::OnTime => "Giải quyết trước và đúng hạn",
        Part::Resolved => "Đã giải quyết",
        Part::Online => "Tiếp nhận trực tuyến",
        Part::FullOnline => "Trực tuyến toàn trình",
        Part::Postal => "Trả kết quả qua bưu chính",
    }
}

/// Of what.
pub(in crate::reports) const fn whole(whole: Whole) -> &'static str {
    match whole {
        Whole::Resolved => "số đã giải quyết",
        Whole::Received => "số tiếp nhận mới",
        Whole::ToHandle => "tổng số phải giải quyết",
        Whole::Due => "số đã giải quyết và số quá hạn chưa giải quyết",
        Whole::Pending => "số đang giải quyết",
    }
}
