//! The press paragraph in Vietnamese, in the manner of the news items that provincial centres publish.

use chrono::{Datelike, NaiveDate};

use crate::domain::{
    percent::{Percent, vi_prose},
    periods::{Grain, Period, PeriodKind},
};
use crate::reports::{
    narrative::{Change, Channel, Compared, Count, Fact, Named, Rating, Than},
    render::{clean, day, minute},
};

/// A sentence; the title has no full stop.
pub(in crate::reports) fn say(fact: &Fact<'_>) -> String {
    match fact {
        Fact::Title { unit, period, resolved, received } => {
            let (did, n) = if *resolved > 0 { ("giải quyết", *resolved) } else { ("tiếp nhận", *received) };
            if n > 0 {
                format!("{}: {} {did} {}", upper(&name_of(period)), unit_name(unit), dossiers(n))
            } else {
                format!("{}: tình hình giải quyết hồ sơ của {}", upper(&name_of(period)), unit_name(unit))
            }
        }
        Fact::Nothing { unit, period } => {
            format!(
                "{}, {} không tiếp nhận hồ sơ mới và không có hồ sơ kỳ trước chuyển sang.",
                during(period),
                unit_name(unit)
            )
        }
        Fact::ToHandle { unit, period, received, carried_over, taken_in } => {
            to_handle(unit, period, *received, *carried_over, *taken_in)
        }
        Fact::Channels(parts) => {
            let part = |(channel, n): &(Channel, Count)| share_of(channel_name(*channel), *n, "chiếm", "");
            format!("Trong số hồ sơ tiếp nhận mới: {}.", list(parts.iter().map(part)))
        }
        Fact::FullOnline(n) => format!("Trong đó, tiếp nhận qua dịch vụ công trực tuyến toàn trình {}.", dossiers(*n)),
        Fact::Resolved { to_handle, early, on_time, late } => resolved(*to_handle, *early, *on_time, *late),
        Fact::Ended { returned, withdrawn, stopped, handed_over } => {
            ended(*returned, *withdrawn, *stopped, *handed_over)
        }
        Fact::Awaiting(n) => format!("Chờ bổ sung {}.", dossiers(*n)),
        Fact::Pending { to_handle, within, overdue } => pending(*to_handle, *within, *overdue),
        Fact::Unbalanced => {
            "Số hồ sơ kỳ trước chuyển sang và số hồ sơ đang giải quyết chưa khớp nhau vì có đơn vị chưa gửi đủ số liệu \
                             hoặc có thay đổi trong kỳ, nên không nêu ở đây."
                .to_owned()
        }
        Fact::Postal { received, returned } => postal(*received, *returned),
        Fact::Agencies(named) => {
            let part = |agency: &Named<'_>| format!("{} ({})", clean(agency.name), dossiers(agency.n));
            format!("Hồ sơ tiếp nhận mới tập trung nhiều ở một số cơ quan như: {}.", list(named.iter().map(part)))
        }
        Fact::LateAt(named, more) => format!("Đơn vị có hồ sơ giải quyết quá hạn: {}.", places(named, *more)),
        Fact::OverdueAt(named, more) => format!("Đơn vị có hồ sơ đang giải quyết quá hạn: {}.", places(named, *more)),
        Fact::Feedback { received, resolved, forwarded } => feedback(*received, *resolved, *forwarded),
        Fact::Ratings(parts) => {
            let whole = parts.iter().map(|(_, part)| part.n).sum();
            let part = |(rating, part): &(Rating, Count)| {
                format!("{} {} lượt{}", rating_name(*rating), vi_prose(part.n), share(*part, "chiếm", ""))
            };
            format!(
                "Có {} lượt người dân, tổ chức đánh giá, trong đó: {}.",
                vi_prose(whole),
                list(parts.iter().map(part))
            )
        }
        Fact::Procedures(n) => format!("Đã công khai {} thủ tục hành chính.", vi_prose(*n)),
        Fact::Against { than, period, units, changes, share } => against(*than, period, *units, changes, *share),
        Fact::Provisional(Some(at)) => format!("Số liệu tạm tính đến {}.", minute(*at)),
        Fact::Provisional(None) => "Số liệu tạm tính, kỳ báo cáo chưa chốt.".to_owned(),
        Fact::Missing { received, expected, named, more } => missing(*received, *expected, named, *more),
        Fact::BooksBegin(from) => format!("Số liệu tính từ ngày {}, là ngày bắt đầu mở sổ.", day(*from)),
        Fact::Changed => "Sau khi chốt đã có thay đổi, đang chờ điều chỉnh.".to_owned(),
        Fact::Across { named, more } => {
            let more = if *more > 0 { format!(" và {} đơn vị khác", count(*more)) } else { String::new() };
            let names = list(named.iter().map(|name| unit_name(name)));
            format!(
                "Số liệu nhập tay cho khoảng thời gian khác kỳ báo cáo, tính hết vào ngày cuối khoảng đó: {names}{more}."
            )
        }
    }
}

fn to_handle(unit: &str, period: &Period, received: i64, carried_over: Option<i64>, taken_in: i64) -> String {
    let start = format!("{}, {}", during(period), unit_name(unit));
    let mut text = match carried_over {
        Some(carried) if carried > 0 && received > 0 => format!(
            "{start} phải giải quyết tổng số {}, trong đó: tiếp nhận mới {}, kỳ trước chuyển sang {}",
            dossiers(carried + received),
            dossiers(received),
            dossiers(carried)
        ),
        Some(carried) if carried > 0 => format!(
            "{start} phải giải quyết tổng số {}, trong đó: kỳ trước chuyển sang {}; không tiếp nhận hồ sơ mới",
            dossiers(carried),
            dossiers(carried)
        ),
        Some(_) if received > 0 => format!(
            "{start} phải giải quyết tổng số {}, trong đó: tiếp nhận mới {}; không có hồ sơ kỳ trước chuyển sang",
            dossiers(received),
            dossiers(received)
        ),
        None if received > 0 => format!("{start} tiếp nhận mới {}", dossiers(received)),
        _ => format!("{start} không tiếp nhận hồ sơ mới"),
    };
    if taken_in > 0 {
        text += &format!(". Ngoài ra, nhận bàn giao từ đơn vị khác {}", dossiers(taken_in));
    }
    text + "."
}

fn resolved(to_handle: i64, early: i64, on_time: i64, late: i64) -> String {
    let whole = early + on_time + late;
    let of_all = share(Count { n: whole, of: to_handle }, "đạt", " tổng số hồ sơ phải giải quyết");
    let parts = [("giải quyết trước hạn", early), ("giải quyết đúng hạn", on_time), ("giải quyết quá hạn", late)];
    let parts = parts.into_iter().filter(|(_, n)| *n > 0);
    let parts = parts.map(|(label, n)| share_of(label, Count { n, of: whole }, "chiếm", ""));
    let mut text = format!("Đã giải quyết {}{of_all}, trong đó: {}.", dossiers(whole), list(parts));
    if early + on_time > 0 {
        let good = share_of("là", Count { n: early + on_time, of: whole }, "đạt", " số hồ sơ đã giải quyết");
        text += &format!(" Số hồ sơ giải quyết trước và đúng hạn {good}.");
    }
    if late == 0 {
        text += " Không có hồ sơ giải quyết quá hạn.";
    }
    text
}

fn ended(returned: i64, withdrawn: i64, stopped: i64, handed_over: i64) -> String {
    let mut parts = Vec::new();
    match (returned, withdrawn) {
        (0, 0) => {}
        (n, 0) => parts.push(format!("trả lại {}", dossiers(n))),
        (0, n) => parts.push(format!("tổ chức, cá nhân xin rút {}", dossiers(n))),
        (r, w) => parts.push(format!(
            "trả lại hoặc tổ chức, cá nhân xin rút {} (trả lại {}, xin rút {})",
            dossiers(r + w),
            dossiers(r),
            dossiers(w)
        )),
    }
    if stopped > 0 {
        parts.push(format!("dừng xử lý {}", dossiers(stopped)));
    }
    if handed_over > 0 {
        parts.push(format!("bàn giao cho đơn vị khác {}", dossiers(handed_over)));
    }
    upper(&parts.join("; ")) + "."
}

fn pending(to_handle: i64, within: i64, overdue: i64) -> String {
    let whole = Count { n: within + overdue, of: to_handle };
    let all = share_of("Đang giải quyết", whole, "chiếm", " tổng số hồ sơ phải giải quyết");
    match (within, overdue) {
        (_, 0) => format!("{all}, đều còn trong hạn."),
        (0, _) => format!("{all}, đều đã quá hạn."),
        _ => format!("{all}, trong đó: trong hạn {}, quá hạn {}.", dossiers(within), dossiers(overdue)),
    }
}

fn postal(received: i64, returned: Count) -> String {
    let of = " số hồ sơ đã giải quyết";
    let back = share_of("Trả kết quả qua dịch vụ bưu chính công ích", returned, "bằng", of);
    match received {
        0 => format!("{back}."),
        n => format!(
            "{back}. Tiếp nhận và chuyển trả kết quả qua dịch vụ bưu chính công ích {} (trong đó: tiếp nhận {}; trả kết quả {}).",
            dossiers(n + returned.n),
            dossiers(n),
            dossiers(returned.n)
        ),
    }
}

fn feedback(received: i64, resolved: i64, forwarded: i64) -> String {
    let of = |n: i64| format!("{} phản ánh, kiến nghị", vi_prose(n));
    let mut parts = Vec::new();
    if resolved > 0 {
        parts.push(format!("đã giải quyết {}", of(resolved)));
    }
    if forwarded > 0 {
        parts.push(format!("chuyển cơ quan có thẩm quyền {}", of(forwarded)));
    }
    match (received, parts.is_empty()) {
        (0, _) => upper(&parts.join(", ")) + ", tiếp nhận từ kỳ trước.",
        (n, true) => format!("Tiếp nhận {}.", of(n)),
        (n, false) => format!("Tiếp nhận {}, trong đó: {}.", of(n), parts.join(", ")),
    }
}

fn against(than: Than, period: &Period, units: Option<(u32, u32)>, changes: &[Change], share: Option<i64>) -> String {
    let with = match than {
        Than::Previous => format!("So với kỳ trước ({}", name_of(period)),
        Than::YearBefore => format!("So với cùng kỳ năm trước ({}", name_of(period)),
    };
    let units = units.map(|(received, expected)| format!(", số liệu của {received}/{expected} đơn vị"));
    let mut parts: Vec<String> = changes.iter().map(change).collect();
    match share {
        Some(0) => parts.push("tỷ lệ giải quyết trước và đúng hạn không đổi".to_owned()),
        Some(points) => parts.push(format!(
            "tỷ lệ giải quyết trước và đúng hạn {} {} điểm phần trăm",
            up_or_down(points),
            Percent(points.abs()).vi().trim_end_matches('%')
        )),
        None => {}
    }
    format!("{with}{}): {}.", units.unwrap_or_default(), parts.join("; "))
}

fn change(change: &Change) -> String {
    let what = match change.of {
        Compared::Received => "số hồ sơ tiếp nhận mới",
        Compared::Resolved => "số hồ sơ đã giải quyết",
        Compared::Late => "số hồ sơ giải quyết quá hạn",
        Compared::Pending => "số hồ sơ đang giải quyết",
        Compared::Overdue => "số hồ sơ đang giải quyết quá hạn",
    };
    let (difference, way) = (change.now - change.then, up_or_down(change.now - change.then));
    if difference == 0 {
        return format!("{what} không đổi");
    }
    match (Count { n: difference.abs(), of: change.then }).share() {
        Some(share) => format!("{what} {way} {} ({way} {})", dossiers(difference.abs()), share.vi()),
        None => format!("{what} {way} {}", dossiers(difference.abs())),
    }
}

fn missing(received: u32, expected: u32, named: &[&str], more: usize) -> String {
    let have = format!("Số liệu của {received}/{expected} đơn vị");
    let names = list(named.iter().map(|name| unit_name(name)));
    match (names.is_empty(), more) {
        (true, _) => format!("{have}."),
        (false, 0) => format!("{have}; chưa có số liệu của: {names}."),
        (false, more) => format!("{have}; chưa có số liệu của: {names} và {} đơn vị khác.", count(more)),
    }
}

/// `01 hồ sơ` right behind the name; in brackets behind a name that ends in a digit, such as a ward's.
fn places(named: &[Named<'_>], more: usize) -> String {
    let part = |unit: &Named<'_>| {
        let name = format!("{}{}", unit_name(unit.name), if unit.own { " (tại đơn vị)" } else { "" });
        if name.ends_with(|c: char| c.is_ascii_digit()) {
            format!("{name} ({})", dossiers(unit.n))
        } else {
            format!("{name} {}", dossiers(unit.n))
        }
    };
    let all = list(named.iter().map(part));
    if more > 0 { format!("{all} và {} đơn vị khác", count(more)) } else { all }
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "tiếp nhận trực tuyến",
        Channel::Direct => "tiếp nhận trực tiếp",
        Channel::Postal => "tiếp nhận qua dịch vụ bưu chính công ích",
    }
}

fn rating_name(rating: Rating) -> &'static str {
    match rating {
        Rating::Very => "rất hài lòng",
        Rating::Satisfied => "hài lòng",
        Rating::Not => "không hài lòng",
    }
}

fn up_or_down(difference: i64) -> &'static str {
    if difference > 0 { "tăng" } else { "giảm" }
}

fn dossiers(n: i64) -> String {
    format!("{} hồ sơ", vi_prose(n))
}

fn count(n: usize) -> String {
    vi_prose(i64::try_from(n).unwrap_or(i64::MAX))
}

/// `tiếp nhận trực tuyến 645 hồ sơ (chiếm 36,82%)`
fn share_of(label: &str, part: Count, verb: &str, of: &str) -> String {
    format!("{label} {}{}", dossiers(part.n), share(part, verb, of))
}

/// ` (chiếm 36,82% …)`, or nothing where there is no whole.
fn share(part: Count, verb: &str, of: &str) -> String {
    part.share().map(|share| format!(" ({verb} {}{of})", share.vi())).unwrap_or_default()
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// A unit's name inside a sentence: `xã Nguyễn Huệ`, but `Trung tâm …`.
fn unit_name(name: &str) -> String {
    const KINDS: [&str; 10] =
        ["Tỉnh ", "Thành phố ", "Huyện ", "Quận ", "Thị xã ", "Thị trấn ", "Xã ", "Phường ", "Đặc khu ", "Thôn "];
    let name = clean(name);
    if KINDS.iter().any(|kind| name.starts_with(kind)) { lower(&name) } else { name }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `Trong tháng 02 năm 2018 (từ ngày … đến hết ngày …)`; a calendar period says its dates by its name.
fn during(period: &Period) -> String {
    let (first, last) = (day(period.start), day(period.last_day()));
    match period.kind {
        PeriodKind::Calendar(_) => format!("Trong {}", name_of(period)),
        PeriodKind::Legal(_) | PeriodKind::Week => {
            format!("Trong {} (từ ngày {first} đến hết ngày {last})", name_of(period))
        }
        PeriodKind::Span => upper(&name_of(period)),
    }
}

/// `tháng 02 năm 2018`, `quý I năm 2018`, `6 tháng đầu năm 2018`; months 1 and 2 with a zero (decree 30/2020/NĐ-CP).
fn name_of(period: &Period) -> String {
    let last: NaiveDate = period.last_day();
    let (year, month) = (last.year(), last.month());
    match period.kind {
        PeriodKind::Legal(grain) | PeriodKind::Calendar(grain) => match grain {
            Grain::Month if month < 3 => format!("tháng 0{month} năm {year}"),
            Grain::Month => format!("tháng {month} năm {year}"),
            Grain::Quarter => {
                let quarter = match month {
                    ..=3 => "I",
                    4..=6 => "II",
                    7..=9 => "III",
                    _ => "IV",
                };
                format!("quý {quarter} năm {year}")
            }
            Grain::Half if month <= 6 => format!("6 tháng đầu năm {year}"),
            Grain::Half => format!("6 tháng cuối năm {year}"),
            Grain::NineMonths => format!("9 tháng đầu năm {year}"),
            Grain::Year => format!("năm {year}"),
        },
        PeriodKind::Week => {
            let week = period.start.iso_week();
            format!("tuần {} năm {}", week.week(), week.year())
        }
        PeriodKind::Span => format!("từ ngày {} đến hết ngày {}", day(period.start), day(last)),
    }
}
