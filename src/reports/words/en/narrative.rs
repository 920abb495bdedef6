//! The press paragraph in English.

use chrono::Datelike;

use crate::domain::{
    percent::{Percent, en},
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
            let (did, n) = if *resolved > 0 { ("resolved", *resolved) } else { ("received", *received) };
            if n > 0 {
                format!("{}: {} {did} {}", upper(&name_of(period)), clean(unit), dossiers(n))
            } else {
                format!("{}: dossiers of {}", upper(&name_of(period)), clean(unit))
            }
        }
        Fact::Nothing { unit, period } => {
            format!("{} {} received no dossiers and had none carried over.", during(period), clean(unit))
        }
        Fact::ToHandle { unit, period, received, carried_over, taken_in } => {
            to_handle(unit, period, *received, *carried_over, *taken_in)
        }
        Fact::Channels(parts) => {
            let part = |(channel, n): &(Channel, Count)| share_of(channel_name(*channel), *n, "");
            format!("Of those newly received: {}.", list(parts.iter().map(part)))
        }
        Fact::FullOnline(n) => format!("Received through the full online service: {}.", dossiers(*n)),
        Fact::Resolved { to_handle, early, on_time, late } => resolved(*to_handle, *early, *on_time, *late),
        Fact::Ended { returned, withdrawn, stopped, handed_over } => {
            let parts = [
                ("returned", *returned),
                ("withdrawn by the applicant", *withdrawn),
                ("stopped", *stopped),
                ("handed over to other units", *handed_over),
            ];
            let parts = parts.into_iter().filter(|(_, n)| *n > 0);
            upper(&list(parts.map(|(label, n)| format!("{label}: {}", dossiers(n))))) + "."
        }
        Fact::Awaiting(n) => format!("Awaiting a supplement: {}.", dossiers(*n)),
        Fact::Pending { to_handle, within, overdue } => {
            let whole = Count { n: within + overdue, of: *to_handle };
            let all = share_of("Pending", whole, " of all to be handled");
            match (*within, *overdue) {
                (_, 0) => format!("{all}, all within their deadline."),
                (0, _) => format!("{all}, all overdue."),
                (within, overdue) => format!("{all}: within their deadline {}, overdue {}.", en(within), en(overdue)),
            }
        }
        Fact::Unbalanced => "What was carried over and what is pending do not fit together, because units have not reported everything or \
                             came or went; so neither is stated here."
            .to_owned(),
        Fact::Postal { received, returned } => {
            let back = share_of("Results returned by post", *returned, " of those resolved");
            match received {
                0 => format!("{back}."),
                n => format!("{back}. Received or returned by post together: {}.", dossiers(n + returned.n)),
            }
        }
        Fact::Agencies(named) => {
            let part = |agency: &Named<'_>| format!("{} ({})", clean(agency.name), dossiers(agency.n));
            format!("Among the agencies that received most: {}.", list(named.iter().map(part)))
        }
        Fact::LateAt(named, more) => format!("Units with dossiers resolved late: {}.", places(named, *more)),
        Fact::OverdueAt(named, more) => format!("Units with dossiers pending and overdue: {}.", places(named, *more)),
        Fact::Feedback { received, resolved, forwarded } => feedback(*received, *resolved, *forwarded),
        Fact::Ratings(parts) => {
            let whole = parts.iter().map(|(_, part)| part.n).sum();
            let part = |(rating, part): &(Rating, Count)| {
                format!("{} {}{}", rating_name(*rating), en(part.n), share(*part, ""))
            };
            format!("Ratings: {}, of which {}.", en(whole), list(parts.iter().map(part)))
        }
        Fact::Procedures(n) => format!("Procedures published: {}.", en(*n)),
        Fact::Against { than, period, units, changes, share } => against(*than, period, *units, changes, *share),
        Fact::Provisional(Some(at)) => format!("Provisional figures as of {}.", minute(*at)),
        Fact::Provisional(None) => "Provisional figures: the period is not closed yet.".to_owned(),
        Fact::Missing { received, expected, named, more } => {
            let have = format!("Figures of {received}/{expected} units");
            let names = list(named.iter().map(|name| clean(name)));
            match (names.is_empty(), more) {
                (true, _) => format!("{have}."),
                (false, 0) => format!("{have}; without {names}."),
                (false, more) => format!("{have}; without {names} and {more} others."),
            }
        }
        Fact::BooksBegin(from) => format!("The figures begin on {}, when the books were opened.", day(*from)),
        Fact::Changed => "Something changed after the close and waits for an amendment.".to_owned(),
        Fact::Across { named, more } => {
            let more = if *more > 0 { format!(" and {more} others") } else { String::new() };
            let names = list(named.iter().map(|name| clean(name)));
            format!("Entered by hand for another period than this one, and counted on its last day: {names}{more}.")
        }
    }
}

fn to_handle(unit: &str, period: &Period, received: i64, carried_over: Option<i64>, taken_in: i64) -> String {
    let start = format!("{} {}", during(period), clean(unit));
    let mut text = match carried_over {
        Some(carried) if carried > 0 && received > 0 => format!(
            "{start} had {} to handle: newly received {}, carried over {}",
            dossiers(carried + received),
            en(received),
            en(carried)
        ),
        Some(carried) if carried > 0 => {
            format!("{start} had {} to handle, all carried over; no new ones were received", dossiers(carried))
        }
        Some(_) if received > 0 => {
            format!("{start} had {} to handle, all newly received; none were carried over", dossiers(received))
        }
        None if received > 0 => format!("{start} newly received {}", dossiers(received)),
        _ => format!("{start} received no new dossiers"),
    };
    if taken_in > 0 {
        text += &format!("; taken over from other units: {}", dossiers(taken_in));
    }
    text + "."
}

fn resolved(to_handle: i64, early: i64, on_time: i64, late: i64) -> String {
    let whole = early + on_time + late;
    let of_all = share(Count { n: whole, of: to_handle }, " of all to be handled");
    let parts = [("early", early), ("on time", on_time), ("late", late)];
    let parts = parts.into_iter().filter(|(_, n)| *n > 0);
    let parts = parts.map(|(label, n)| format!("{label} {}{}", en(n), share(Count { n, of: whole }, "")));
    let mut text = format!("Resolved: {}{of_all}, of which {}.", dossiers(whole), list(parts));
    if early + on_time > 0 {
        let good = Count { n: early + on_time, of: whole };
        text += &format!(" Early or on time: {}{}.", dossiers(good.n), share(good, " of those resolved"));
    }
    if late == 0 {
        text += " None were resolved late.";
    }
    text
}

fn feedback(received: i64, resolved: i64, forwarded: i64) -> String {
    let parts = [("resolved", resolved), ("forwarded to whoever is competent", forwarded)];
    let parts: Vec<String> =
        parts.into_iter().filter(|(_, n)| *n > 0).map(|(label, n)| format!("{label} {}", en(n))).collect();
    match (received, parts.is_empty()) {
        (0, _) => format!("Feedback and petitions of earlier periods: {}.", parts.join(", ")),
        (n, true) => format!("Feedback and petitions received: {}.", en(n)),
        (n, false) => format!("Feedback and petitions received: {}, of which {}.", en(n), parts.join(", ")),
    }
}

fn against(than: Than, period: &Period, units: Option<(u32, u32)>, changes: &[Change], share: Option<i64>) -> String {
    let with = match than {
        Than::Previous => format!("Against the period before ({}", name_of(period)),
        Than::YearBefore => format!("Against the same period a year before ({}", name_of(period)),
    };
    let units = units.map(|(received, expected)| format!(", figures of {received}/{expected} units"));
    let mut parts: Vec<String> = changes.iter().map(change).collect();
    match share {
        Some(0) => parts.push("the share resolved early or on time is unchanged".to_owned()),
        Some(points) => parts.push(format!(
            "the share resolved early or on time is {} by {} percentage points",
            up_or_down(points),
            Percent(points.abs()).en().trim_end_matches('%')
        )),
        None => {}
    }
    format!("{with}{}): {}.", units.unwrap_or_default(), parts.join("; "))
}

fn change(change: &Change) -> String {
    let what = match change.of {
        Compared::Received => "newly received",
        Compared::Resolved => "resolved",
        Compared::Late => "resolved late",
        Compared::Pending => "pending",
        Compared::Overdue => "pending and overdue",
    };
    let (difference, way) = (change.now - change.then, up_or_down(change.now - change.then));
    if difference == 0 {
        return format!("{what} unchanged");
    }
    match (Count { n: difference.abs(), of: change.then }).share() {
        Some(share) => format!("{what} {way} by {} ({way} {})", en(difference.abs()), share.en()),
        None => format!("{what} {way} by {}", en(difference.abs())),
    }
}

/// In brackets behind a name that ends in a digit, such as a ward's.
fn places(named: &[Named<'_>], more: usize) -> String {
    let part = |unit: &Named<'_>| {
        let name = format!("{}{}", clean(unit.name), if unit.own { " (itself)" } else { "" });
        if name.ends_with(|c: char| c.is_ascii_digit()) {
            format!("{name} ({})", en(unit.n))
        } else {
            format!("{name} {}", en(unit.n))
        }
    };
    let all = list(named.iter().map(part));
    if more > 0 { format!("{all} and {more} other units") } else { all }
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "online",
        Channel::Direct => "in person",
        Channel::Postal => "by post",
    }
}

fn rating_name(rating: Rating) -> &'static str {
    match rating {
        Rating::Very => "very satisfied",
        Rating::Satisfied => "satisfied",
        Rating::Not => "not satisfied",
    }
}

fn up_or_down(difference: i64) -> &'static str {
    if difference > 0 { "up" } else { "down" }
}

fn dossiers(n: i64) -> String {
    format!("{} {}", en(n), if n == 1 { "dossier" } else { "dossiers" })
}

/// `online: 645 dossiers (36.82%)`
fn share_of(label: &str, part: Count, of: &str) -> String {
    format!("{label}: {}{}", dossiers(part.n), share(part, of))
}

fn share(part: Count, of: &str) -> String {
    part.share().map(|share| format!(" ({}{of})", share.en())).unwrap_or_default()
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `In February 2018 (15/01/2018 to 14/02/2018)`; a calendar period says its dates by its name.
fn during(period: &Period) -> String {
    let (first, last) = (day(period.start), day(period.last_day()));
    match period.kind {
        PeriodKind::Calendar(_) => format!("In {}", name_of(period)),
        PeriodKind::Legal(_) | PeriodKind::Week => format!("In {} ({first} to {last})", name_of(period)),
        PeriodKind::Span => format!("From {first} to {last}"),
    }
}

/// `February 2018`, `the first quarter of 2018`.
fn name_of(period: &Period) -> String {
    let last = period.last_day();
    let (year, month) = (last.year(), last.month());
    match period.kind {
        PeriodKind::Legal(grain) | PeriodKind::Calendar(grain) => match grain {
            Grain::Month => last.format("%B %Y").to_string(),
            Grain::Quarter => {
                let quarter = match month {
                    ..=3 => "first",
                    4..=6 => "second",
                    7..=9 => "third",
                    _ => "fourth",
                };
                format!("the {quarter} quarter of {year}")
            }
            Grain::Half if month <= 6 => format!("the first half of {year}"),
            Grain::Half => format!("the second half of {year}"),
            Grain::NineMonths => format!("the first nine months of {year}"),
            Grain::Year => format!("the year {year}"),
        },
        PeriodKind::Week => {
            let week = period.start.iso_week();
            format!("week {} of {}", week.week(), week.year())
        }
        PeriodKind::Span => format!("{} to {}", day(period.start), day(last)),
    }
}
