//! A ranking, in Vietnamese.

use super::{compare, report};
use crate::domain::percent::{NONE, Percent, vi};
use crate::reports::{
    rank::Phrases,
    share::{Part, Whole},
};

pub(in crate::reports) static VI: Phrases = Phrases {
    number: vi,
    percent: Percent::vi,
    none: NONE,
    title: |part, whole| format!("Xếp hạng theo tỷ lệ: {} / {}", compare::part(part), compare::whole(whole)),
    status: |status, received, expected, lowest_first| {
        let order = if lowest_first { "thấp nhất trước" } else { "cao nhất trước" };
        format!("{} · {received}/{expected} đơn vị · {order}", (report::VI.status_name)(status))
    },
    headings: ["Hạng", "Nội dung", "Tỷ lệ"],
    part: |part| match part {
        Part::Late => "Quá hạn",
        Part::Overdue => "Đang giải quyết\nquá hạn",
        Part::OnTime => "Trước và\nđúng hạn",
        Part::Resolved => "Đã giải quyết",
        Part::Online => "Trực tuyến",
        Part::FullOnline => "Trực tuyến\ntoàn trình",
        Part::Postal => "Trả kết quả\nqua bưu chính",
    },
    whole: |whole| match whole {
        Whole::Resolved => "Số đã\ngiải quyết",
        Whole::Received => "Số tiếp\nnhận mới",
        Whole::ToHandle => "Tổng số phải\ngiải quyết",
        Whole::Due => "Đã giải quyết và quá\nhạn chưa giải quyết",
        Whole::Pending => "Số đang\ngiải quyết",
    },
    no_whole: "không có hồ sơ",
    silent: "chưa có số liệu",
    units: |received, expected| format!("{received}/{expected} đơn vị"),
    small: |n| format!("Ít hơn {n} hồ sơ: một hồ sơ đã làm tỷ lệ thay đổi nhiều."),
    absent: "Có đơn vị không thống kê chỉ tiêu này, nên thứ hạng có thể thấp hơn thực tế.",
    across: "Có đơn vị nhập số liệu cho khoảng thời gian khác kỳ này, tính hết vào ngày cuối khoảng đó.",
};
