//! motcua: a federation of one-stop shop nodes.

pub mod document;
pub mod domain;
pub mod ledger;
pub mod wire;
pub mod store;
pub mod clock;
pub mod node;
pub mod reports;
