//! From documents and drafts to a report, and from a report to text. Pure: a query and the sheets of its atoms in, text out.

pub mod alerts;
pub mod build;
pub mod check;
mod collate;
pub mod compare;
mod completeness;
mod continuity;
pub mod entered;
pub mod entry;
pub mod explain;
pub mod forecast;
pub mod form;
pub mod narrative;
pub mod note;
pub mod query;
pub mod rank;
pub mod render;
pub mod report;
mod rows;
pub mod scorecard;
pub mod share;
pub mod sheet;
pub mod verdict;
mod words;

#[cfg(test)]
mod tests;

pub use build::{Names, ReportError, build, subtree_total};
pub use note::{Cause, Note};
pub use query::{Breakdown, Query};
pub use render::{Lang, RenderError};
pub use report::{Completeness, Explanation, MissingUnit, Report, Reviewed, Row, Signed, Status, named};
pub use sheet::Sheet;
