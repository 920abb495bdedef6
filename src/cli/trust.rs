//! Tokens, nodes and people, on the command line.

use std::{io::Read, path::Path};

use super::{
    Failure,
    args::{AccessCommand, NodeCommand, TokenArg, TokenCommand},
    connect::{self, Credentials},
    nodes::time,
    out::say,
    periods::table,
};
use crate::{trust::ticket::Ticket, wire::pb::v1 as pb};

/// `motcua token`
pub(super) async fn token(command: &TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Issue(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::IssueTokenRequest {
                unit: args.unit.clone(),
                valid_hours: args.valid_hours,
                address: args.via.clone().unwrap_or_default(),
                names: args.names.clone(),
                books_from: args.books_from.map(|day| day.to_string()).unwrap_or_default(),
                revoke_old_key: args.revoke_old_key,
            };
            let issued = client.issue_token(request).await.map_err(|s| Failure::status(&s))?.into_inner();
            say!("{}", issued.token);
            if issued.replaces {
                eprintln!(
                    "unit {} has joined already: whoever uses this token takes the place of its machine",
                    args.unit
                );
            }
            eprintln!(
                "token {} for unit {}: good once, until {}; on the new machine: motcua init DIR --token -",
                issued.id,
                args.unit,
                time(issued.expires_at)
            );
        }
        TokenCommand::List(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let all = client.list_tokens(pb::ListTokensRequest {}).await.map_err(|s| Failure::status(&s))?.into_inner();
            let rows = all.tokens.into_iter().map(|t| vec![t.id, t.unit, t.state, time(t.expires_at)]);
            say!("{}", filled(&["token", "unit", "state", "until"], rows));
        }
        TokenCommand::Revoke(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::RevokeTokenRequest { id: args.id.clone() };
            client.revoke_token(request).await.map_err(|s| Failure::status(&s))?;
            eprintln!("token {} lets nobody in any more", args.id);
        }
    }
    Ok(())
}

/// `motcua node`
pub(super) async fn node(command: &NodeCommand) -> Result<(), Failure> {
    match command {
        NodeCommand::List(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let fleet = client.list_nodes(pb::ListNodesRequest {}).await.map_err(|s| Failure::status(&s))?.into_inner();
            let head = [
                "unit",
                "name",
                "state",
                "document key",
                "last seen",
                "program",
                "registry",
                "certificate until",
                "held to",
                "behind",
            ];
            let mut notes = Vec::new();
            let rows = fleet.nodes.into_iter().map(|n| {
                if !n.why.is_empty() {
                    notes.push(format!("{} is {}: {}", n.unit, n.state, n.why));
                }
                if n.state == "waiting" {
                    notes.push(format!("{} waits with document key {}: compare it with `motcua doctor` there, then `motcua node approve {} --key KEY`", n.unit, n.key, n.unit));
                }
                if !n.refused.is_empty() {
                    notes.push(format!("{} was refused: {}", n.unit, n.refused));
                }
                let version = if n.registry_version == 0 { String::new() } else { n.registry_version.to_string() };
                let behind = if n.behind_days == 0 { String::new() } else { format!("{} days", n.behind_days) };
                let (seen, until) = (n.last_seen.map_or_else(String::new, |at| time(Some(at))), n.certificate_until);
                let until = until.map_or_else(String::new, |at| time(Some(at)));
                let key = n.key.chars().take(9).collect();
                vec![n.unit, n.name, n.state, key, seen, n.software, version, until, n.held_through, behind]
            });
            say!("{}", filled(&head, rows));
            for note in notes {
                say!("{note}");
            }
        }
        NodeCommand::Approve(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::ApproveNodeRequest {
                unit: args.unit.clone(),
                revoke_old_key: args.revoke_old_key,
                key: args.key.clone().unwrap_or_default(),
            };
            client.approve_node(request).await.map_err(|s| Failure::status(&s))?;
            eprintln!("unit {} is let in when it asks again; it does so by itself", args.unit);
        }
        NodeCommand::Ban(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::BanNodeRequest { unit: args.unit.clone(), reason: args.reason.clone() };
            client.ban_node(request).await.map_err(|s| Failure::status(&s))?;
            eprintln!("unit {} may not speak any more; the rest of the tree hears of it with the registry", args.unit);
        }
        NodeCommand::Unban(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::UnbanNodeRequest { unit: args.unit.clone(), reason: args.reason.clone() };
            client.unban_node(request).await.map_err(|s| Failure::status(&s))?;
            eprintln!("unit {} may speak again", args.unit);
        }
    }
    Ok(())
}

/// `motcua access`
pub(super) async fn access(command: &AccessCommand) -> Result<(), Failure> {
    match command {
        AccessCommand::Issue(args) => {
            let url = connect::url(&args.node)?;
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::IssueAccessRequest {
                name: args.name.clone(),
                role: args.role.clone(),
                unit: args.unit.clone().unwrap_or_default(),
                valid_days: args.valid_days,
            };
            let issued = client.issue_access(request).await.map_err(|s| Failure::status(&s))?.into_inner();
            let node = if issued.address.is_empty() { url } else { issued.address };
            let credentials = Credentials { node, token: issued.token, authority: issued.authority };
            let text = toml::to_string(&credentials).map_err(Failure::could_not)?;
            say!("{}", text.trim_end());
            eprintln!(
                "{} is {} ({}), until {}; keep this file readable by them only (chmod 600) and use it with --credentials",
                args.name,
                args.role,
                issued.id,
                time(issued.expires_at)
            );
        }
        AccessCommand::List(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let all = client.list_access(pb::ListAccessRequest {}).await.map_err(|s| Failure::status(&s))?.into_inner();
            let rows = all.people.into_iter().map(|p| {
                let until = match p.revoked_at {
                    Some(at) => format!("taken back {}", time(Some(at))),
                    None => time(p.expires_at),
                };
                vec![p.id, p.name, p.role, p.unit, until]
            });
            say!("{}", filled(&["id", "name", "role", "unit", "until"], rows));
        }
        AccessCommand::Revoke(args) => {
            let mut client = connect::trust(connect::channel(&args.node).await?);
            let request = pb::RevokeAccessRequest { id: args.id.clone() };
            client.revoke_access(request).await.map_err(|s| Failure::status(&s))?;
            eprintln!("the token of {} is good no more", args.id);
        }
    }
    Ok(())
}

/// Reads a join token: `-` from standard input, `@FILE` from a file; a token itself is good once only, so it may stand on the line.
pub(super) fn ticket(given: &TokenArg) -> Result<Ticket, Failure> {
    let text = match given.0.as_str() {
        "-" => {
            let mut text = String::new();
            std::io::stdin().take(10_000).read_to_string(&mut text).map_err(Failure::could_not)?;
            text
        }
        other => match other.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(Path::new(file))
                .map_err(|e| Failure::could_not(format!("cannot read the token file {file}: {e}")))?,
            None => other.to_owned(),
        },
    };
    Ticket::parse(&text).map_err(Failure::usage)
}

fn filled(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> comfy_table::Table {
    let mut table = table(head);
    table.add_rows(rows);
    table
}
