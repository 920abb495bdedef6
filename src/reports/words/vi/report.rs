//! Everything a report says in Vietnamese.

use crate::domain::{
    measure::{Derived, Measure},
    percent::{vi, vi_percent, vi_prose},
    review::{Review, Verdict},
};
use crate::reports::{
    Cause, Explanation, Note, Reviewed, Status,
    render::{Phrases, day, label, last_day},
};

pub(in crate::reports) static VI: Phrases = Phrases {
    number: vi,
    percent: vi_percent,
    measure: Measure::vi,
    form: [
        "Phải giải\nquyết",
        "Trực\ntuyến",
        "Trực tiếp,\nbưu chính",
        "Kỳ trước\nchuyển sang",
        "Đã giải\nquyết",
        "Trước\nhạn",
        "Đúng\nhạn",
        "Quá\nhạn",
        "Đang giải\nquyết",
        "Trong\nhạn",
        "Quá\nhạn",
    ],
    early_or_on_time: "Trước và\nđúng hạn",
    item: "Nội dung",
    period: "Kỳ",
    units: "Đơn vị",
    status: "Trạng thái",
    total: "Tổng số",
    own: "(trực tiếp)",
    unknown: "(không ghi)",
    other: "Khác",
    reason: |name| match name {
        "" => Some("chưa rõ lý do"),
        "NOT_RECEIVED" => Some("chưa gửi số liệu"),
        "NEWER_DOCUMENT" => Some("số liệu do chương trình mới hơn lập, nút này chưa đọc được"),
        "NOT_ENTERED" => Some("chưa nhập số liệu từ biểu"),
        "NOT_CLOSED" => Some("đã có số liệu tại nút này, chưa chốt"),
        "BOOKS_BEGIN_LATER" => Some("sổ bắt đầu sau kỳ này"),
        _ => None,
    },
    status_name: |status| match status {
        Status::Provisional => "Tạm tính",
        Status::Incomplete => "Đã chốt, chưa đủ đơn vị",
        Status::Final => "Chính thức",
    },
    span: |id, first, last| format!("Kỳ {id}: từ {first} đến hết {last}"),
    completeness: |received, expected| format!("{received}/{expected} đơn vị"),
    as_of: |at| format!("hạn tính đến {at}"),
    as_known_at: |at| format!("Theo số liệu đã công bố lúc {at}"),
    missing: |n| format!("Chưa có số liệu của {n} đơn vị:"),
    more_missing: |n| format!("- và {n} đơn vị khác"),
    signed: |prepared_by, approved_by| {
        let or = |name: &str| if name.is_empty() { "—".to_owned() } else { name.to_owned() };
        format!("Người lập biểu: {} / Thủ trưởng đơn vị: {}", or(prepared_by), or(approved_by))
    },
    review,
    explanations: "Giải trình của đơn vị:",
    explanation,
    notes: "Ghi chú:",
    note,
};

fn review(said: &Reviewed) -> String {
    let Review { atom, revision, at, verdict, .. } = &said.review;
    let what = format!("{}–{}, bản {revision}", day(atom.start), last_day(atom.end));
    let (who, on) = (&said.reviewer, day(at.local_date()));
    match verdict {
        Verdict::Accepted => format!("Số liệu {what} đã được {who} chấp nhận ngày {on}."),
        Verdict::Returned { measure, reason, until } => {
            let name = label(measure, Measure::vi, Derived::vi);
            let answer = match said.answered_by {
                Some(revision) => format!("Đã trả lời bằng bản sửa đổi {revision}."),
                None => format!("Hạn trả lời {}.", day(*until)),
            };
            format!("Số “{name}” ({what}): {who} trả lại ngày {on}: {reason}. {answer}")
        }
    }
}

fn explanation(given: &Explanation) -> String {
    let Explanation { unit, name, said } = given;
    let mut parts: Vec<String> = Vec::new();
    if !said.causes.is_empty() {
        let causes: Vec<String> =
            said.causes.iter().map(|(cause, n)| format!("{cause}: {} hồ sơ", vi_prose(*n))).collect();
        parts.push(format!("Nguyên nhân quá hạn: {}.", causes.join("; ")));
    }
    if !said.note.is_empty() {
        parts.push(said.note.clone());
    }
    let by = if said.by.is_empty() { String::new() } else { format!(" ({})", said.by) };
    format!("{name} ({unit}), {}–{}: {}{by}", day(said.start), last_day(said.end), parts.join(" "))
}

fn note(note: &Note) -> String {
    let count = |n: &usize| vi_prose(i64::try_from(*n).unwrap_or(i64::MAX));
    match note {
        Note::ChangedSince { atom, until } => {
            format!("Có thay đổi sau khi chốt {}–{}, chờ điều chỉnh.", day(*atom), last_day(*until))
        }
        Note::Transfers { out, r#in } => format!(
            "Bàn giao chưa có đầu kia trong số liệu này: {} hồ sơ bàn giao đi, {} hồ sơ nhận về.",
            count(out),
            count(r#in)
        ),
        Note::Continuity { unit, at, difference, cause, name } => format!(
            "{name} ({unit}): tồn đầu ngày {} lệch {}{} hồ sơ so với tồn cuối trước đó, do {}.",
            day(*at),
            if *difference > 0 { "+" } else { "" },
            vi(*difference),
            match cause {
                Cause::MissingBefore => "trước đó chưa gửi số liệu",
                Cause::MissingAfter => "từ ngày này chưa gửi số liệu",
                Cause::Joined => "đơn vị mới bắt đầu báo cáo",
                Cause::Left => "đơn vị thôi báo cáo",
                Cause::Below => "các đơn vị báo cáo bên dưới thay đổi",
                Cause::Amended => "số liệu đã điều chỉnh",
            }
        ),
        Note::Unbalanced { difference } => {
            format!("Tổng số không cân đối: vào trừ ra còn lệch {} hồ sơ chưa giải thích được.", vi(*difference))
        }
        Note::Absent { measure } => {
            format!("Có đơn vị không thống kê “{}”, số này thấp hơn thực tế.", measure.vi())
        }
        Note::NotOver { through } => format!("Kỳ chưa kết thúc, số liệu đến ngày {}.", day(*through)),
        Note::BooksBegin { from } => format!("Sổ của đơn vị bắt đầu từ ngày {}.", day(*from)),
        Note::EnteredByHand { unit, by, name } => {
            let by = if by.is_empty() { String::new() } else { format!(", người nhập: {by}") };
            format!("{name} ({unit}): số liệu nhập tay từ biểu{by}.")
        }
        Note::EnteredAcross { unit, start, end, name } => format!(
            "{name} ({unit}): số liệu nhập tay cho cả khoảng {}–{}, không tách được theo ngày nên tính hết vào ngày cuối; phần thuộc kỳ báo cáo này không biết được.",
            day(*start),
            last_day(*end)
        ),
        Note::EnteredByMore { units, across } => {
            let across = match across {
                0 => String::new(),
                n => format!(", trong đó {} đơn vị nhập cho khoảng thời gian khác kỳ này", count(n)),
            };
            format!("Và {} đơn vị khác có số liệu nhập tay từ biểu{across}.", count(units))
        }
        Note::Other(text) => text.clone(),
    }
}
