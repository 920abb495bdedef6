//! From a listener to connections that have shown who they are, plain or over TLS. Each is prepared in a task of its own, so that nobody waits for
//! somebody else's handshake; none is handed on before it has sent the first bytes of HTTP/2.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tokio_util::sync::CancellationToken;

use super::{
    connection::{Connection, Wire},
    doors::{Doors, Place},
    listener::Listener,
};
use crate::{
    config::Limits,
    trust::{
        dial::Socket,
        peer::PeerCertificate,
        sessions::{Peer, Sessions},
    },
};

/// What every HTTP/2 client says first.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Rest after the system refuses a connection (too many open files): trying at once would only burn the processor.
const REST: Duration = Duration::from_millis(100);
/// So long a refused client may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a secured listener needs.
#[derive(Clone)]
pub struct Security {
    /// Certificates and how they are checked; see [`crate::trust::tls::server_config`].
    pub tls: Arc<ServerConfig>,
    /// Where open connections are registered.
    pub sessions: Sessions,
    /// Whether a peer may come in. Asked after it is registered, so a ban that cuts [`Sessions`] at the same moment misses nobody.
    pub admits: Arc<dyn Fn(&Peer) -> bool + Send + Sync>,
}

/// Connections as they are ready, until `stop` or until nobody takes them any more. Without `security` they are plain and registered in `sessions`
/// only.
pub fn incoming(
    mut listener: Listener,
    security: Option<Security>,
    limits: &Limits,
    sessions: Sessions,
    stop: CancellationToken,
) -> impl Stream<Item = io::Result<Connection>> + use<> {
    let (ready, connections) = mpsc::channel(32);
    let doors = Doors::new(limits.connections, limits.connections_per_address);
    let porter = Arc::new(Porter { security, sessions, patience: Duration::from_secs(limits.handshake_seconds) });
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = ready.closed() => return,
                accepted = listener.accept() => accepted,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("a connection cannot be taken: {error}");
                    sleep(REST).await;
                    continue;
                }
            };
            let Some(place) = doors.arrive(address.ip()) else {
                tracing::debug!(%address, "too many connections: closed at once");
                continue;
            };
            let (porter, ready, stop) = (Arc::clone(&porter), ready.clone(), stop.clone());
            tokio::spawn(async move {
                let lost = place.lost.clone();
                let connection = tokio::select! {
                    biased;
                    () = stop.cancelled() => return,
                    () = lost.cancelled() => return,
                    connection = timeout(porter.patience, porter.welcome(stream, address, place)) => connection,
                };
                match connection {
                    // Nobody takes it any more: it is dropped with the channel.
                    Ok(Ok(connection)) => drop(ready.send(Ok(connection)).await),
                    Ok(Err(error)) => tracing::debug!(%address, "refused: {error}"),
                    Err(_) => tracing::debug!(%address, "refused: nothing was heard of it in time"),
                }
            });
        }
    });
    ReceiverStream::new(connections)
}

struct Porter {
    security: Option<Security>,
    sessions: Sessions,
    patience: Duration,
}

impl Porter {
    async fn welcome(&self, stream: Socket, address: SocketAddr, place: Place) -> io::Result<Connection> {
        let (mut wire, certificate) = match &self.security {
            None => (Wire::Plain(stream), None),
            Some(security) => {
                let stream = handshake(&security.tls, stream).await?;
                let certificate = certificate(&stream)?;
                (Wire::Tls(Box::new(stream)), certificate.map(Arc::new))
            }
        };
        preface(&mut wire).await?;
        let session = self.sessions.open(Peer { address, certificate });
        if self.security.as_ref().is_some_and(|security| !(security.admits)(session.peer())) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "this peer is not admitted"));
        }
        if !place.enter() {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "its place was given away"));
        }
        Ok(Connection::new(wire, PREFACE, session, place))
    }
}

/// TLS. Whoever is refused is told so: closing at once would make the system throw the reason away together with what the client still sends.
async fn handshake(tls: &Arc<ServerConfig>, stream: Socket) -> io::Result<TlsStream<Socket>> {
    match TlsAcceptor::from(Arc::clone(tls)).accept(stream).into_fallible().await {
        Ok(stream) => Ok(stream),
        Err((error, mut stream)) => {
            // Whether it listens does not matter.
            drop(stream.shutdown().await);
            drop(timeout(FAREWELL, tokio::io::copy(&mut stream, &mut tokio::io::sink())).await);
            Err(error)
        }
    }
}

/// The verifier has checked the chain; here it is only read once more.
fn certificate(stream: &TlsStream<Socket>) -> io::Result<Option<PeerCertificate>> {
    let leaf = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    leaf.map(|leaf| PeerCertificate::parse(leaf).map_err(io::Error::other)).transpose()
}

/// Reads the first bytes and insists on what they are.
async fn preface(wire: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut first = [0; PREFACE.len()];
    let mut read = 0;
    // A wrong byte ends it at once: a browser or a TLS client on a plain port need not send 24 of them.
    while let Some(room) = first.get_mut(read..).filter(|room| !room.is_empty()) {
        let more = wire.read(room).await?;
        let so_far = first.get(..read + more).unwrap_or_default();
        if more == 0 || !PREFACE.starts_with(so_far) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not speak HTTP/2"));
        }
        read += more;
    }
    Ok(())
}
