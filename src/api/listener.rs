//! Where connections come from: a port, or whatever network a simulation has made up.

use std::{io, net::SocketAddr, pin::Pin};

use futures_util::stream;
use tokio::net::TcpListener;
use tokio_stream::{Stream, StreamExt};

use crate::trust::dial::Socket;

/// A stream that came in, and from where.
pub type Arrived = io::Result<(Socket, SocketAddr)>;

/// Streams as they come in. It never ends by itself.
pub struct Listener(Pin<Box<dyn Stream<Item = Arrived> + Send>>);

impl Listener {
    /// What this stream gives; when it ends nobody comes any more.
    pub fn of(streams: impl Stream<Item = Arrived> + Send + 'static) -> Listener {
        Listener(Box::pin(streams))
    }

    pub(super) async fn accept(&mut self) -> Arrived {
        match self.0.next().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Listener {
        Listener::of(stream::unfold(listener, |listener| async {
            let accepted = match listener.accept().await {
                Ok((stream, address)) => stream.set_nodelay(true).map(|()| (Box::new(stream) as Socket, address)),
                Err(error) => Err(error),
            };
            Some((accepted, listener))
        }))
    }
}
