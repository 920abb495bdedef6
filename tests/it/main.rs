//! One binary for everything that is tested from outside: real sockets on port 0, real files in temporary folders, no sleeping.

// A test says what went wrong by stopping where it stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod api;
mod backup;
mod bad_bytes;
mod bad_input;
mod bad_periods;
mod broken_state;
mod bundle;
mod check;
mod crash;
mod demo;
mod desk_log;
mod errors;
mod exit_codes;
mod forms;
mod fuzz;
mod golden;
mod heal;
mod kill;
#[path = "../model/mod.rs"]
mod model;
mod newcomer;
mod ops;
mod people;
mod process;
mod receipt;
mod released;
mod rooms;
mod seeds;
#[allow(dead_code, reason = "the command line of the simulation tells more")]
#[path = "../simulate/mod.rs"]
mod simulate;
mod simulated;
mod support;
mod trees;
mod trust;

// Where the model looks for the names of things.
use motcua::domain;
