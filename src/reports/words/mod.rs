//! All words users read: one folder for each language, the same files in each.

pub(super) mod en;
pub(super) mod vi;
