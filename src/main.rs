//! The program: sets up logs, runs one command, and ends with its exit code.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use motcua::cli::{self, Cli, Failure};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    logs(if cli.is_quiet() { "warn" } else { "warn,motcua=info" });
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::could_not(format!("cannot start: {error}")).report(),
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Logs go to standard error: for people on a terminal, JSON elsewhere. `RUST_LOG` says how much.
fn logs(level: &str) {
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).init();
    } else {
        builder.json().init();
    }
}
