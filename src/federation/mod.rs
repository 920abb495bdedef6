//! The upward conversation, in three files: one call, one round, one loop. There is no outbox that could drift: what is sent is what the parent
//! cannot prove that it holds.

pub mod call;
pub mod join;
pub mod round;
pub mod uplink;
