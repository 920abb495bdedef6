//! Alerts, in English.

use crate::domain::percent::en;
use crate::reports::alerts::Phrases;

fn units(n: usize) -> String {
    if n == 1 { "1 unit".to_owned() } else { format!("{n} units") }
}

pub(in crate::reports) static EN: Phrases = Phrases {
    number: en,
    title: |unit, at| format!("Alerts of {unit}, {at}"),
    none: "No alerts.",
    overdue: |n| format!("OVERDUE (dossiers): {n}"),
    due_soon: |n, through| format!("DUE SOON (dossiers, until the end of {through}): {n}"),
    late_report: |n| format!("LATE TO REPORT: {}", units(n)),
    silent: |n| format!("SILENT: {}", units(n)),
    calendar: |years| format!("NO CALENDAR FOR {years}"),
    missing: |period, due| format!("period {period}, due {due}"),
    since: |at| format!("last heard of at {at}"),
    not_since: |at| format!("not heard of since this node started at {at}"),
    own: "(at the unit)",
    unknown: |n| {
        let n = units(usize::try_from(n).unwrap_or(usize::MAX));
        format!("Due dates of {n} are not known, so nothing is said here of their dossiers.")
    },
    dossiers: "see the dossiers: motcua desk due (with --dir or --credentials as for any question)",
    bring_calendar: "bring in holidays and swapped days at the top of the tree: motcua registry import calendar",
    ahead: "THE DAYS AHEAD",
    listed: "DOSSIERS TO RESOLVE FIRST",
    subject: |unit, alerts, day| match alerts {
        0 => format!("[motcua] {unit}: no alerts, {day}"),
        1 => format!("[motcua] {unit}: 1 alert, {day}"),
        n => format!("[motcua] {unit}: {n} alerts, {day}"),
    },
};
