//! What an explanation of a figure says in Vietnamese.

use crate::{
    domain::{
        measure::{Derived, Figure, Kind, Measure},
        percent::vi,
    },
    reports::explain::{Cause, text::Phrases},
};

pub(in crate::reports) static EXPLAIN: Phrases = Phrases {
    number: vi,
    figure: |figure| match figure {
        Figure::Counted(measure) => Measure::vi(measure),
        Figure::Sum(sum) => Derived::vi(sum),
    },
    title: |figure, name, value| format!("{name}: {figure} {value}"),
    terms: "Cộng từ:",
    over_time: |figure| match figure {
        Figure::Counted(measure) => match measure.kind() {
            Kind::Opening => "Theo thời gian (số tồn đầu kỳ là của khoảng đầu tiên):",
            Kind::Closing | Kind::Statement => "Theo thời gian (số cuối kỳ là của khoảng cuối cùng):",
            Kind::Flow | Kind::Memo | Kind::Local => "Theo thời gian (số phát sinh được cộng dồn):",
        },
        Figure::Sum(_) => {
            "Theo thời gian (tồn đầu kỳ của khoảng đầu tiên, phát sinh cộng dồn, tồn cuối kỳ của khoảng cuối cùng):"
        }
    },
    atom: |dates, value, document| match document {
        Some((revision, hash)) => format!("{dates}: {value} (văn bản {hash}…, bản {revision})"),
        None => format!("{dates}: {value} (chưa chốt)"),
    },
    changed: "Thay đổi sau khi công bố lần đầu:",
    unchanged: "Không thay đổi từ khi công bố lần đầu.",
    revision: |dates, revision, at, reason| match reason {
        "" => format!("{dates}, bản {revision} lúc {at}"),
        "late changes" => format!("{dates}, bản {revision} lúc {at} (thay đổi sau khi chốt)"),
        reason => format!("{dates}, bản {revision} lúc {at} (“{reason}”)"),
    },
    first: "công bố lần đầu",
    own: "trực tiếp",
    cause: |cause, dossiers| match cause {
        Cause::LateEntry => format!("{dossiers} hồ sơ nhập muộn"),
        Cause::Voided => format!("{dossiers} hồ sơ có sự kiện bị hủy"),
        Cause::CorrectedDue => format!("{dossiers} hồ sơ sửa hạn trả"),
        Cause::Corrected => format!("{dossiers} hồ sơ đính chính"),
        Cause::LateStep => format!("{dossiers} hồ sơ cập nhật xử lý muộn"),
        Cause::LateMemo => format!("{dossiers} số ghi ngoài hồ sơ nhập muộn"),
        Cause::Unknown => "không còn dấu vết ở từng hồ sơ".to_owned(),
    },
    units: "Theo đơn vị:",
    newer: |value| format!("văn bản mới nhất của đơn vị ghi {value}, cấp trên chưa điều chỉnh"),
    own_part: |value| format!("trực tiếp {value}"),
    entered: |by| match by.is_empty() {
        true => "Số liệu nhập tay từ biểu, không có hồ sơ để tra.".to_owned(),
        false => format!("Số liệu nhập tay từ biểu, người nhập: {by}; không có hồ sơ để tra."),
    },
    elsewhere: |name, command| format!("Hồ sơ nằm tại nút của {name}. Chạy tại đó: {command}"),
    dossiers: |shown, all| match shown == all {
        true => format!("Hồ sơ được tính ({shown}):"),
        false => format!("Hồ sơ được tính theo sổ hiện tại ({shown} dòng, số đã nêu {all}):"),
    },
    state: |state| match state {
        "held" => "chưa có tiếp nhận",
        "pending" => "đang giải quyết",
        "awaiting_supplement" => "chờ bổ sung",
        "awaiting_payment" => "chờ nộp phí",
        "resolved" => "đã giải quyết",
        "returned" => "trả lại",
        "withdrawn" => "xin rút",
        "stopped" => "dừng xử lý",
        "transferred_out" => "đã bàn giao",
        other => other,
    },
    dossier: |code, state, received, due, closed| {
        let part =
            |label: &str, value: &str| if value.is_empty() { String::new() } else { format!(", {label} {value}") };
        format!("{code}: {state}{}{}{}", part("tiếp nhận", received), part("hạn trả", due), part("xong", closed))
    },
    memo: "ghi ngoài hồ sơ:",
};
