//! Two reports beside each other, in English.

use crate::domain::{
    measure::{Derived, Measure},
    percent::{NONE, Percent, en},
};
use crate::reports::{
    compare::{Caution, Phrases},
    render::label,
    share::{Part, Whole},
};

pub(in crate::reports) static EN: Phrases = Phrases {
    number: en,
    percent: Percent::en,
    none: NONE,
    title: "Comparison",
    headings: ["Item", "Difference", "Difference\n(%)"],
    side: |unit, period| match (unit, period) {
        ("", period) => format!("Period {period}"),
        (unit, "") => unit.to_owned(),
        (unit, period) => format!("{unit}\nPeriod {period}"),
    },
    measure: |name| label(name, Measure::en, Derived::en),
    rate: |part, whole| format!("{} / {}", self::part(part), self::whole(whole)),
    points: " points",
    caution: |caution, side| match caution {
        Caution::OtherKind => "The two periods are of different kinds, so one may be longer.".to_owned(),
        Caution::OtherUnit => "One code, but two units: before and after a merger.".to_owned(),
        Caution::Part(_) => format!("{side}: only a part of the period is there yet."),
        Caution::Across(_) => {
            format!("{side}: some units entered figures for another period; all of them count on its last day.")
        }
        Caution::Missing(_, received, expected) => format!("{side}: figures of {received}/{expected} units."),
        Caution::Absent(_, measure) => format!("{side}: some units do not count \"{}\".", measure.en()),
    },
};

/// What is counted.
pub(in crate::reports) const fn part(part: Part) -> &'static str {
    match part {
        Part::Late => "Resolved late",
        Part::Overdue => "Pending and overdue",
        Part::OnTime => "Resolved early or on time",
        Part::Resolved => "Resolved",
        Part::Online => "Received online",
        Part::FullOnline => "Received through the full online service",
        Part::Postal => "Results returned by post",
    }
}

/// Of what.
pub(in crate::reports) const fn whole(whole: Whole) -> &'static str {
    match whole {
        Whole::Resolved => "those resolved",
        Whole::Received => "those newly received",
        Whole::ToHandle => "all to be handled",
        Whole::Due => "those resolved or pending and overdue",
        Whole::Pending => "those pending",
    }
}
