//! What people write in one line: whatever reads prints, and what was printed reads as the same.

use std::{fmt, str::FromStr};

use motcua::{
    desk::terms::parse_term,
    document::Anchor,
    domain::{
        address::is_https,
        atoms::Cuts,
        measure::Measure,
        percent::{en, parse_count, vi},
        periods::{Period, range},
        time::{Timestamp, parse_date},
        units::UnitId,
    },
    ledger::trust::Role,
    reports::{Breakdown, Lang, Note},
    trust::{access::AccessKey, ticket::Ticket},
};

/// One line, or several: each is read as everything it may be, and two neighbours as a range of periods.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut before = None;
    for line in text.split('\n').take(8) {
        let period = Period::parse(line).ok();
        if let Some(period) = &period {
            a_period(period);
            if let Some(before) = &before {
                a_range(before, period);
            }
            before = Some(period.clone());
        }
        figures_and_days(line);
        names(line);
    }
}

fn a_period(period: &Period) {
    assert!(period.start < period.end, "{period}");
    assert_eq!(Period::parse(&period.to_string()).as_ref(), Ok(period));
    if let Ok(atoms) = period.atoms(&Cuts::default()) {
        assert_eq!(
            (atoms.first().map(|a| a.start), atoms.last().map(|a| a.end)),
            (Some(period.start), Some(period.end))
        );
        assert!(atoms.windows(2).all(|w| w[0].end == w[1].start), "{period}");
    }
    let months = period.months();
    if let (Some(first), Some(last)) = (months.first(), months.last()) {
        assert_eq!((first.start, last.end), (period.start, period.end), "{period}");
    }
    for neighbour in [period.previous(), period.next(), period.same_last_year()].into_iter().flatten() {
        assert_eq!(neighbour.kind, period.kind);
        assert_eq!(Period::parse(&neighbour.to_string()), Ok(neighbour));
    }
    if let Some(next) = period.next() {
        assert_eq!(next.previous().as_ref(), Some(period));
    }
}

fn a_range(from: &Period, to: &Period) {
    let all = range(from, to);
    assert!(all.first().is_none_or(|first| first == from), "{from} to {to}");
    assert!(all.windows(2).all(|w| w[0].next().as_ref() == Some(&w[1])), "{from} to {to}");
}

fn figures_and_days(line: &str) {
    if let Ok(count) = parse_count(line) {
        assert!(count >= 0);
        assert_eq!((parse_count(&vi(count)), parse_count(&en(count))), (Ok(count), Ok(count)));
    }
    if let Some(day) = parse_date(line) {
        assert_eq!(day.to_string(), line);
        let midnight = Timestamp::local_midnight(day);
        assert_eq!(midnight.local_date(), day, "{day}");
    }
    if let Ok(time) = Timestamp::parse(line) {
        assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
    }
    let _ = parse_term(line);
}

fn names(line: &str) {
    comes_back::<UnitId>(line);
    comes_back::<Breakdown>(line);
    comes_back::<Lang>(line);
    comes_back::<Role>(line);
    // what is not known stays as it is
    let note: Note = line.parse().unwrap_or_else(|never| match never {});
    assert_eq!(note.to_string(), line);
    if let Some(measure) = Measure::by_name(line) {
        assert_eq!(measure.name(), line);
    }
    if let Ok(anchor) = line.parse::<Anchor>() {
        // it prints as its fingerprint, whatever it was
        let printed: Anchor = anchor.to_string().parse().unwrap_or_else(|e| panic!("{line:?}: {e}"));
        assert_eq!(printed.to_string(), anchor.to_string());
    }
    if is_https(line) {
        assert!(tonic::transport::Endpoint::from_shared(line.to_owned()).is_ok(), "nobody can call {line:?}");
    }
    if let Ok(ticket) = Ticket::parse(line) {
        assert_eq!(Ticket::parse(&ticket.text()), Ok(ticket));
    }
    if let Some(key) = AccessKey::parse(line) {
        assert_eq!(key.text(), line.trim());
    }
}

fn comes_back<T: FromStr + fmt::Display + PartialEq + fmt::Debug>(line: &str) {
    let Ok(read) = line.parse::<T>() else { return };
    assert_eq!(read.to_string().parse::<T>().ok().as_ref(), Some(&read), "{line:?}");
}
