//! Printed forms: templates, the layout, and every way to write it down.

mod layout;
mod templates;
mod written;

pub use written::recomputed;

use super::*;
use crate::reports::form::{Asked, Page, Template, Year, lay_out, shipped};

pub fn template(name: &str) -> Template {
    shipped(name).unwrap().unwrap()
}

/// Đông Triều's February, cut that way, with January and February as the year so far.
pub fn page(name: &str, by: Breakdown, lang: Lang) -> Page {
    let sheets = dong_trieu();
    let report = report(&query("2018-02", by), &sheets);
    lay_out(&Asked { template: &template(name), report: &report, by, year: Year::Report(&report), lang })
}
