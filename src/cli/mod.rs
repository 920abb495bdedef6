//! The command line. Scripts rely on it: results go to standard output, everything else to standard error, and the exit code says which of
//! four things happened.

mod alerts;
mod args;
mod ask;
mod audit;
mod backup;
mod bundle;
mod check;
mod compare;
mod connect;
mod desk;
mod digest;
mod doctor;
mod entry;
mod exit;
mod explain;
mod forms;
mod narrative;
mod nodes;
pub(crate) mod out;
mod outbox;
mod periods;
mod registry;
mod reports;
mod reviews;
mod scorecard;
mod store;
mod trust;

pub use args::Cli;
pub use exit::Failure;
pub(crate) use nodes::wait_for_signal;

use args::{BundleCommand, Command, DeskCommand, RegistryCommand};

use crate::demo::DemoError;

/// Runs a command.
pub async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Demo(args) => crate::demo::run(&args.into()).await.map_err(|error| match error {
            DemoError::Usage(message) => Failure::usage(message),
            other => Failure::could_not(other),
        }),
        Command::Init(args) => nodes::init(&args).await,
        Command::Rejoin(args) => nodes::rejoin(&args).await,
        Command::Rekey(args) => nodes::rekey(&args).await,
        Command::Token(command) => trust::token(&command).await,
        Command::Node(command) => trust::node(&command).await,
        Command::Access(command) => trust::access(&command).await,
        Command::Serve(args) => nodes::serve(&args).await,
        Command::Status(args) => nodes::status(&args).await,
        Command::Doctor(args) => doctor::doctor(&args).await,
        Command::Registry(RegistryCommand::Import(args)) => registry::import(&args).await,
        Command::Desk(DeskCommand::Import(args)) => desk::import(&args).await,
        Command::Desk(DeskCommand::Send(args)) => outbox::send(&args).await,
        Command::Desk(DeskCommand::Due(args)) => alerts::due(&args).await,
        Command::Entry(args) => entry::run(&args).await,
        Command::Period(command) => periods::run(&command).await,
        Command::Review(command) => reviews::run(&command).await,
        Command::Report(args) => reports::report(&args).await,
        Command::Explain(args) => explain::run(&args).await,
        Command::Forecast(args) => alerts::forecast(&args).await,
        Command::Alerts(args) => alerts::alerts(&args).await,
        Command::Digest(args) => digest::run(&args).await,
        Command::Compare(args) => compare::compare(&args).await,
        Command::Rank(args) => compare::rank(&args).await,
        Command::Form(command) => forms::form(&command),
        Command::Scorecard(args) => scorecard::scorecard(&args).await,
        Command::Children(args) => reports::children(&args).await,
        Command::Bundle(BundleCommand::Export(args)) => bundle::export(&args).await,
        Command::Verify(args) => bundle::verify(&args).await,
        Command::Check(args) => check::check(&args).await,
        Command::Audit(args) => audit::run(&args).await,
        Command::Backup(args) => backup::backup(&args).await,
        Command::Restore(args) => backup::restore(&args),
        Command::Fsck(args) => store::fsck(&args),
        Command::Rebuild(args) => store::rebuild(&args),
    }
}
