//! The program: sets up logs, runs one command, and ends with its exit code.

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use motcua::{
    cli::{self, Cli, Failure},
    telemetry,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::could_not(format!("cannot start: {error}")).report(),
    };
    let inside = runtime.enter();
    let level = if cli.is_quiet() { "warn" } else { "warn,motcua=info" };
    let telemetry = telemetry::start(level, cli.traces().as_deref());
    let ended = runtime.block_on(cli::run(cli));
    // While the runtime is there to send them: the last traces.
    drop((telemetry, inside));
    // The store is closed. Whatever still computes or waits for somebody else has nothing to lose.
    runtime.shutdown_timeout(Duration::from_secs(2));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
