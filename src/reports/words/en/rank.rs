//! A ranking, in English.

use super::{compare, report};
use crate::domain::percent::{NONE, Percent, en};
use crate::reports::{
    rank::Phrases,
    share::{Part, Whole},
};

pub(in crate::reports) static EN: Phrases = Phrases {
    number: en,
    percent: Percent::en,
    none: NONE,
    title: |part, whole| format!("Ranked by the share: {} / {}", compare::part(part), compare::whole(whole)),
    status: |status, received, expected, lowest_first| {
        let order = if lowest_first { "lowest first" } else { "highest first" };
        format!("{} · {received}/{expected} units · {order}", (report::EN.status_name)(status))
    },
    headings: ["Rank", "Item", "Share"],
    part: |part| match part {
        Part::Late => "Late",
        Part::Overdue => "Pending and\noverdue",
        Part::OnTime => "Early or\non time",
        Part::Resolved => "Resolved",
        Part::Online => "Online",
        Part::FullOnline => "Full online\nservice",
        Part::Postal => "Returned\nby post",
    },
    whole: |whole| match whole {
        Whole::Resolved => "Resolved",
        Whole::Received => "Newly\nreceived",
        Whole::ToHandle => "To be\nhandled",
        Whole::Due => "Resolved, or\npending and overdue",
        Whole::Pending => "Pending",
    },
    no_whole: "no dossiers",
    silent: "no figures yet",
    units: |received, expected| format!("{received}/{expected} units"),
    small: |n| format!("Of fewer than {n} dossiers: a single one moves the share a lot."),
    absent: "Some units do not count this, so they may stand lower than they should.",
    across: "Some units entered figures for another period; all of them count on its last day.",
};
