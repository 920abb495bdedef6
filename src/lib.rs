//! motcua: a federation of one-stop shop nodes.
pub mod api;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod desk;
pub mod document;
pub mod domain;
pub mod federation;
pub mod ledger;
pub mod node;
pub mod reports;
pub mod run;
pub mod store;
pub mod trust;
pub mod wire;
