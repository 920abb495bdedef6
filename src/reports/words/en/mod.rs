//! Everything users read in English, a file for each subject.

pub(in crate::reports) mod alerts;
pub(in crate::reports) mod check;
pub(in crate::reports) mod compare;
pub(in crate::reports) mod entry;
pub(in crate::reports) mod explain;
pub(in crate::reports) mod forecast;
pub(in crate::reports) mod form;
pub(in crate::reports) mod narrative;
pub(in crate::reports) mod proof;
pub(in crate::reports) mod rank;
pub(in crate::reports) mod report;
pub(in crate::reports) mod scorecard;
