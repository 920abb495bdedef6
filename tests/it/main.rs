//! One binary for everything that is tested from outside: real sockets on port 0, real files in temporary folders, no sleeping.

mod heal;
mod receipt;
mod rooms;
mod support;
mod trees;
