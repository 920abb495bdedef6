//! A score, in English.

use super::report;
use crate::domain::percent::{NONE, Percent, en, en_percent};
use crate::reports::scorecard::Phrases;

pub(in crate::reports) static EN: Phrases = Phrases {
    number: en,
    percent: en_percent,
    points,
    none: NONE,
    status: |status, received, expected| format!("{} · {received}/{expected} units", (report::EN.status_name)(status)),
    part_of_period: "Only a part of the period is there yet.",
    headings: ["Indicator", "Count", "Of", "Share", "Points", "Possible", "Lost"],
    total: "Sum of what is measured",
    moves: "What moves the score, most first:",
    gain: |title, lost, what, points| format!("- {title}: {lost} points lost; {what} there would be {points} more."),
    not_measured: |weight| format!("Not measured by these figures ({weight} points):"),
    why: |title, weight, why| format!("- {title} ({weight} points): {why}."),
    absent: " (some units do not count this)",
    card: |id, version| format!("Card {id}, version {version}."),
};

/// `19.87`
fn points(points: i64) -> String {
    Percent(points).en().trim_end_matches('%').to_owned()
}
