//! The connections that are open now, and who is at the other end. A ban or the end of a certificate must cut what is open, not only what comes
//! next.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio_util::sync::CancellationToken;

use super::peer::PeerCertificate;
use crate::domain::time::Timestamp;

/// Who is at the other end of a connection. Stands in the extensions of every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Where it comes from.
    pub address: SocketAddr,
    /// What it proved to be; `None` on a plain listener, and for people's programs.
    pub certificate: Option<Arc<PeerCertificate>>,
}

/// The open connections; clones see the same ones.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    peers: BTreeMap<u64, (Peer, CancellationToken)>,
}

/// A place in the register; it is given back when this is dropped.
#[derive(Debug)]
pub struct Session {
    number: u64,
    peer: Peer,
    cut: CancellationToken,
    sessions: Sessions,
}

impl Sessions {
    /// Registers a connection.
    pub fn open(&self, peer: Peer) -> Session {
        let cut = CancellationToken::new();
        let number = self.with(|open| {
            open.next += 1;
            open.peers.insert(open.next, (peer.clone(), cut.clone()));
            open.next
        });
        Session { number, peer, cut, sessions: self.clone() }
    }

    /// Cuts every connection of which that is true, and says how many. Their reads and writes fail from now on.
    pub fn cut(&self, which: impl Fn(&Peer) -> bool) -> usize {
        self.with(|open| {
            let chosen = open.peers.values().filter(|(peer, cut)| !cut.is_cancelled() && which(peer));
            chosen.map(|(_, cut)| cut.cancel()).count()
        })
    }

    /// Cuts every connection whose certificate holds no longer. Ask it now and then: a handshake looks at the clock only once.
    pub fn sweep(&self, now: Timestamp) -> usize {
        self.cut(|peer| peer.certificate.as_ref().is_some_and(|certificate| certificate.expired(now)))
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.with(|open| open.peers.len())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Open) -> T) -> T {
        // What is in the register is whole between any two lines, so a panic elsewhere does not spoil it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Session {
    /// Who it is.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Fires when the connection is to end.
    pub fn cut(&self) -> &CancellationToken {
        &self.cut
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.sessions.with(|open| open.peers.remove(&self.number));
    }
}
