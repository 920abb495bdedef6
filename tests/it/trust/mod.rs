//! Links that are authenticated: who gets in, who is told what, and who is kept out. Real sockets, a clock that the tests move.

mod crowd;
mod fleet;
mod forged;
mod handshakes;
mod joining;
mod liar;
mod limits;
mod links;
mod people;
mod realm;
mod rekey;
mod rights;
mod secrets;
mod security;
mod traffic;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use motcua::{
    api::accept::Security,
    clock::Moved,
    config::Limits,
    domain::{
        time::{DAY_MS, Timestamp},
        units::UnitId,
    },
    trust::{
        authority::{Authority, Leaf},
        connect::{ClientTls, channel},
        identity::{Identity, Roots},
        keyring::Keyring,
        request::{NodeKey, check_request, request},
        sessions::{Peer, Sessions},
        tls::{client_config, server_config},
        tls_cause,
        verify::Expect,
    },
    wire::pb::v1::{self as pb, admin_service_client::AdminServiceClient},
};
use tonic::{Status, transport::Channel};

use super::api::{Listening, listening};

fn now() -> Timestamp {
    Timestamp::parse("2018-02-20T10:00:00+07:00").unwrap()
}

fn days(days: i64) -> Timestamp {
    now().plus_millis(days * DAY_MS)
}

fn authority() -> Authority {
    Authority::create("motcua", now(), 10).unwrap()
}

fn roots(authority: &Authority) -> Roots {
    Roots::new(vec![authority.certificate_der().clone()]).unwrap()
}

/// A certificate from the first day to the second, counted from today.
fn identity(authority: &Authority, unit: &str, from: i64, until: i64) -> Identity {
    let key = NodeKey::generate().unwrap();
    let mut serial = [0; 16];
    serial.copy_from_slice(&check_request(&request(&key).unwrap()).unwrap().public_key()[1..17]);
    let leaf = Leaf {
        unit: UnitId::parse(unit).unwrap(),
        csr: check_request(&request(&key).unwrap()).unwrap(),
        names: vec!["127.0.0.1".into(), "localhost".into()],
        not_before: days(from),
        not_after: days(until),
        serial,
    };
    let der = authority.issue(&leaf).unwrap();
    Identity::new(&key, vec![der.into()], roots(authority)).unwrap()
}

/// A node of unit 07084 behind TLS.
struct Secured {
    listening: Listening,
    authority: Authority,
    keyring: Keyring,
    clock: Moved,
    sessions: Sessions,
    banned: Arc<AtomicBool>,
}

async fn secured(limits: Limits) -> Secured {
    let authority = authority();
    let keyring = Keyring::new(identity(&authority, "07084", -1, 90));
    let (clock, sessions, banned) = (Moved::at(now()), Sessions::default(), Arc::new(AtomicBool::new(false)));
    let ban = Arc::clone(&banned);
    let security = Security {
        tls: server_config(&keyring, &clock.clock()).unwrap(),
        sessions: sessions.clone(),
        admits: Arc::new(move |_| !ban.load(Ordering::SeqCst)),
    };
    let listening = listening(limits, Some(security)).await;
    Secured { listening, authority, keyring, clock, sessions, banned }
}

impl Secured {
    fn url(&self) -> String {
        format!("https://{}", self.listening.address)
    }

    /// Whoever is connected now.
    fn peers(&self) -> Vec<Peer> {
        let peers = std::cell::RefCell::new(Vec::new());
        self.sessions.cut(|peer| {
            peers.borrow_mut().push(peer.clone());
            false
        });
        peers.into_inner()
    }

    /// A child of this node, with a clock that agrees.
    fn child(&self) -> ClientTls {
        let keyring = Keyring::new(identity(&self.authority, "07085", -1, 90));
        client_config(&keyring, &self.clock.clock(), Expect::Units(vec!["07084".into()])).unwrap()
    }

    fn channel(&self, tls: ClientTls) -> Channel {
        channel(&self.url(), Some(tls), |endpoint| endpoint).unwrap()
    }
}

async fn call(channel: &Channel) -> Result<(), Status> {
    AdminServiceClient::new(channel.clone()).get_status(pb::GetStatusRequest {}).await.map(drop)
}

/// Why calls fail. A refusal that comes between handshake and call leaves only "closed"; the next call has a handshake of its own.
async fn refusal(channel: &Channel) -> String {
    for _ in 0..20 {
        let told = cause(&call(channel).await.unwrap_err());
        if !told.contains("closed the link:") {
            return told;
        }
    }
    panic!("nobody says why");
}

/// What a person is told.
fn cause(status: &Status) -> String {
    tls_cause(status).unwrap_or_else(|| panic!("no cause in {status:?}"))
}
