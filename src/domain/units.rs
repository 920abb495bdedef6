//! Units and the dated tree they form.
//!
//! The depth of the tree is data: three levels until 30/6/2025, two since (law 72/2025/QH15 on local government).
//! Codes are those of the General Statistics Office (decision 124/2004/QĐ-TTg and its successors); they are reused,
//! so a code names a unit only together with a date.

mod check;
mod id;
mod row;
mod tree;

pub use check::{MAX_DEPTH, MAX_ERRORS, TreeError};
pub use id::{UnitId, UnitIdError, is_code};
pub use row::{Edge, Unit, UnitRow, Validity};
pub use tree::Tree;

#[cfg(test)]
mod real;
#[cfg(test)]
mod tests;
