//! Clients of a node, with deadlines and limits: who asks is said by a credentials file, or by the node's own keys on its own machine.

use std::{net::IpAddr, path::Path, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tonic::{codec::CompressionEncoding, transport::Endpoint};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use super::{Failure, args::NodeArgs};
use crate::{
    clock,
    config::{Config, FILE},
    trust::{
        TrustError,
        connect::{ClientTls, channel as link},
        files::{IdentityFiles, read_secret},
        identity::Roots,
        keyring::Keyring,
        tls::client_config,
        tls_cause,
        verify::Expect,
    },
    wire::{
        link::{Link, Token},
        pb::v1::{
            admin_service_client::AdminServiceClient, desk_service_client::DeskServiceClient,
            explain_service_client::ExplainServiceClient, period_service_client::PeriodServiceClient,
            registry_service_client::RegistryServiceClient, report_service_client::ReportServiceClient,
            trust_service_client::TrustServiceClient,
        },
        status::reason_of,
    },
};

/// Largest answer.
const MESSAGE_BYTES: usize = 64 << 20;
/// How long a unary call may take; a close of many years is the longest.
const DEADLINE: Duration = Duration::from_secs(120);

/// What a person needs to ask a node. The file is a secret: it holds the token.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// Where the node is reached.
    pub node: String,
    /// Sent with every call.
    pub token: String,
    /// Whom to believe, PEM.
    pub authority: String,
}

/// Where to ask, and as whom.
struct Way {
    url: String,
    tls: Option<ClientTls>,
    token: Token,
}

/// Connects to a node, or says why it cannot.
pub(super) async fn channel(args: &NodeArgs) -> Result<Link, Failure> {
    open(way(args)?, |endpoint| endpoint.timeout(DEADLINE)).await
}

/// As [`channel`], for calls that last: no deadline for the whole, but a link that dies silently is noticed.
pub(super) async fn lasting_channel(args: &NodeArgs) -> Result<Link, Failure> {
    open(way(args)?, |endpoint| endpoint).await
}

/// Where the node is that these arguments name.
pub(super) fn url(args: &NodeArgs) -> Result<String, Failure> {
    Ok(way(args)?.url)
}

async fn open(way: Way, tune: impl FnOnce(Endpoint) -> Endpoint) -> Result<Link, Failure> {
    let Way { url, tls, token } = way;
    let secured = tls.is_some();
    let channel = link(&url, tls, |endpoint| {
        tune(endpoint)
            .connect_timeout(Duration::from_secs(5))
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(20))
    })
    .map_err(Failure::usage)?;
    // Asked by anybody, so what goes wrong here is the link and not the person.
    if let Err(status) = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await {
        if let Some(cause) = tls_cause(&status).filter(|_| secured) {
            return Err(Failure::could_not(format!("{url}: {cause}")));
        }
        if reason_of(&status).is_none() {
            let message = format!(
                "no node answers at {url}: start it with `motcua serve`, or name it with --dir DIR, --credentials FILE or --node URL"
            );
            return Err(Failure::could_not(message));
        }
    }
    Ok(token.on(channel))
}

fn way(args: &NodeArgs) -> Result<Way, Failure> {
    if let Some(dir) = &args.dir {
        return own(dir);
    }
    if let Some(file) = &args.credentials {
        return person(file, args.node.as_deref());
    }
    let url = args.node.clone().unwrap_or_else(|| "http://127.0.0.1:7070".to_owned());
    if url.starts_with("https://") {
        return Err(Failure::usage(
            "say who you are: give --credentials FILE (from `motcua access issue`), or --dir DIR on the node's own machine",
        ));
    }
    if url.strip_prefix("http://").is_none_or(str::is_empty) {
        let message = format!("'{url}' is no address of a node: write https://HOST:PORT, or http://127.0.0.1:7070");
        return Err(Failure::usage(message));
    }
    Ok(Way { url, tls: None, token: Token::default() })
}

/// The node of a directory, with its own keys: whoever can read them is trusted with it anyway.
fn own(dir: &Path) -> Result<Way, Failure> {
    let config = Config::load(&dir.join(FILE)).map_err(Failure::usage)?;
    let mut at = config.listen;
    if at.ip().is_unspecified() {
        at.set_ip(if at.is_ipv4() { IpAddr::from([127, 0, 0, 1]) } else { IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1u16]) });
    }
    if !config.secure {
        return Ok(Way { url: format!("http://{at}"), tls: None, token: Token::default() });
    }
    let identity = IdentityFiles::of_node(&config.data).load().map_err(Failure::could_not)?;
    let expect = Expect::Units(vec![config.unit]);
    // It is itself, lapsed or not, and it may be asked what is wrong with it.
    let (then, lapsed) = (identity.not_before, identity.lapsed(clock::now()));
    let clock = if lapsed { Arc::new(move || then) } else { clock::system() };
    let tls = client_config(&Keyring::new(identity), &clock, expect).map_err(Failure::could_not)?;
    Ok(Way { url: format!("https://{at}"), tls: Some(tls), token: Token::default() })
}

fn person(file: &Path, node: Option<&str>) -> Result<Way, Failure> {
    let text = read_secret(file).map_err(Failure::could_not)?;
    // What the file says is never part of the message: it holds a secret.
    let wrong = || {
        let name = file.display();
        Failure::usage(format!("{name} is no credentials file: use what `motcua access issue` printed, unchanged"))
    };
    let credentials: Credentials = toml::from_str(&text).map_err(|_| wrong())?;
    let roots = Roots::from_pem(&credentials.authority).map_err(|_| wrong())?;
    let token = Token::new(&credentials.token).ok_or_else(wrong)?;
    let make = || -> Result<ClientTls, TrustError> {
        client_config(&Keyring::default(), &clock::system(), Expect::Authority(roots))
    };
    let url = node.map_or(credentials.node, str::to_owned);
    Ok(Way { url, tls: Some(make().map_err(Failure::could_not)?), token })
}

macro_rules! clients {
    ($($name:ident, $client:ident;)*) => {
        $(pub(super) fn $name(link: Link) -> $client<Link> {
            $client::new(link)
                .max_decoding_message_size(MESSAGE_BYTES)
                .max_encoding_message_size(MESSAGE_BYTES)
                .accept_compressed(CompressionEncoding::Gzip)
        })*
    };
}

clients! {
    admin, AdminServiceClient;
    desk, DeskServiceClient;
    explain, ExplainServiceClient;
    period, PeriodServiceClient;
    registry, RegistryServiceClient;
    report, ReportServiceClient;
    trust, TrustServiceClient;
}
