//! The day's digest: the alerts, what lies ahead, and where they are kept the dossiers themselves.

use super::{
    Alerts,
    written::{phrases, table},
};
use crate::reports::{
    Lang,
    forecast::{self, Forecast, Open},
    render::{clean, day},
};

/// What goes into a digest.
#[derive(Copy, Clone, Debug)]
pub struct Digest<'a> {
    /// The alerts.
    pub alerts: &'a Alerts,
    /// What lies ahead.
    pub forecast: &'a Forecast,
    /// The most urgent dossiers kept here. Codes do not leave the machine, so a mail has none.
    pub listed: &'a [Open],
    /// How many more there are.
    pub more: usize,
}

/// The text of a digest.
pub fn digest(digest: Digest<'_>, lang: Lang) -> String {
    let phrases = phrases(lang);
    let mut out = table(digest.alerts, lang);
    out += &format!("\n{}\n\n{}", phrases.ahead, forecast::table(digest.forecast, lang));
    if !digest.listed.is_empty() {
        let listed = forecast::open_table(digest.listed, digest.more, lang);
        out += &format!("\n{}\n\n{listed}", phrases.listed);
    }
    out
}

/// The subject of its mail.
pub fn subject(alerts: &Alerts, lang: Lang) -> String {
    let date = day(alerts.at.local_date());
    (phrases(lang).subject)(&clean(&alerts.name), alerts.list.len(), &date)
}
