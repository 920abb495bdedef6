//! What can be typed about tokens, nodes and people.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::NodeArgs;

/// A join token, or where it stands. `Debug` does not show it.
#[derive(Clone)]
pub(in crate::cli) struct TokenArg(pub String);

impl std::fmt::Debug for TokenArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenArg")
    }
}

impl std::str::FromStr for TokenArg {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<TokenArg, Self::Err> {
        Ok(TokenArg(text.to_owned()))
    }
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RejoinArgs {
    /// The node's directory. The node must not be running.
    pub dir: PathBuf,
    /// A join token for its unit; `-` reads it from standard input, `@FILE` from a file.
    #[arg(long, value_name = "TOKEN")]
    pub token: TokenArg,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RekeyArgs {
    /// The node's directory. The node must not be running.
    pub dir: PathBuf,
    /// The key before may be in the wrong hands: nothing it signed is taken in any more. At the top only; for any other node see
    /// `motcua token issue --revoke-old-key`.
    #[arg(long)]
    pub revoke_old_key: bool,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum TokenCommand {
    /// Prints a one-time token with which a unit's node joins. Shown once.
    Issue(TokenIssueArgs),
    /// Every token that was issued, without its secret.
    List(JustNode),
    /// Takes back a token that was not used.
    Revoke(IdArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct JustNode {
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct IdArgs {
    /// As listed.
    pub id: String,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct TokenIssueArgs {
    /// Code of the unit that joins.
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// How long it is good.
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub valid_hours: u32,
    /// Where the new node reaches the one above it; as that one said when it joined otherwise.
    #[arg(long, value_name = "URL")]
    pub via: Option<String>,
    /// A host name or address its certificate shall carry, for browsers; may be given several times.
    #[arg(long = "name", value_name = "NAME")]
    pub names: Vec<String>,
    /// First local day of its books; that of the top's own otherwise.
    #[arg(long, value_name = "DATE")]
    pub books_from: Option<NaiveDate>,
    /// The key the unit has signed with may be in the wrong hands: once the token is used, nothing it signed is taken in any more.
    #[arg(long)]
    pub revoke_old_key: bool,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum NodeCommand {
    /// The fleet: every unit below, with version, last seen, lag, refusals and certificate life.
    List(JustNode),
    /// Lets in a unit whose request waits, at the top of the tree.
    Approve(NodeApproveArgs),
    /// Lets a unit not speak any more, and cuts its open sessions. At the top of the tree.
    Ban(NodeBanArgs),
    /// Lets it speak again.
    Unban(NodeBanArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct NodeApproveArgs {
    /// Code of the unit.
    pub unit: String,
    /// Fingerprint of its document key, as `motcua doctor` shows it there.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// The document key before may be in the wrong hands: nothing it signed is taken in any more.
    #[arg(long)]
    pub revoke_old_key: bool,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct NodeBanArgs {
    /// Code of the unit.
    pub unit: String,
    /// Why; it stands in the audit trail and is told to the unit.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    pub node: NodeArgs,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum AccessCommand {
    /// Prints a credentials file for a person. Shown once.
    Issue(AccessIssueArgs),
    /// Everybody with a token at this node.
    List(JustNode),
    /// Takes a person's token back, at once.
    Revoke(IdArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct AccessIssueArgs {
    /// The person's name, as it stands on forms.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// viewer, desk, operator, approver or admin.
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// Code of the unit they are bound to; a desk is bound to the node's own unit otherwise.
    #[arg(long, value_name = "CODE")]
    pub unit: Option<String>,
    /// How long it is good.
    #[arg(long, value_name = "N", default_value_t = 366)]
    pub valid_days: u32,
    #[command(flatten)]
    pub node: NodeArgs,
}
