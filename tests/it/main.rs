//! One binary for everything that is tested from outside: real sockets on port 0, real files in temporary folders, no sleeping.

mod bad_bytes;
mod bad_input;
mod bad_periods;
mod errors;
mod exit_codes;
mod receipt;
mod rooms;
mod support;
mod trees;
