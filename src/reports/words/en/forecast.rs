//! A forecast, in English.

use chrono::Datelike;

use crate::domain::percent::en;
use crate::reports::forecast::{OpenPhrases, Phrases};

pub(in crate::reports) static EN: Phrases = Phrases {
    number: en,
    title: "Dossiers that fall overdue unless they are resolved, by their last day",
    until: |at, through| format!("Figures of {at}; until the end of {through}"),
    headings: ["Unit", "Overdue now", "Within deadline", "Sum", "Due later"],
    day: |day| format!("{:02}/{:02}", day.day(), day.month()),
    total: "Total",
    own: "(at the unit)",
    silent: "no figures yet",
    partial: |known, expected| format!("due dates of {known}/{expected} units"),
    told: |name, at| format!("The figures of {name} are of {at}."),
    passed: |name, n| {
        format!("{name}: the last day of {n} has gone by since; whether they were resolved is not known.")
    },
    paused: "Dossiers that wait for a supplement are not counted, because their clock stands.",
    open: OpenPhrases {
        headings: ["Dossier", "Procedure", "Received", "Due", "State"],
        within: "within",
        overdue: "overdue",
        awaiting: "awaiting supplement",
        no_due: "no due date",
        none: "No dossiers.",
        more: |n| format!("{} more.", en(i64::try_from(n).unwrap_or(i64::MAX))),
    },
};
