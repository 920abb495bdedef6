//! What links are made of: streams of bytes, however they came about.

use std::{fmt, io, pin::Pin, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

/// Bytes both ways.
pub trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// An open stream.
pub type Socket = Box<dyn Bytes>;

/// A stream that will be open, or the reason why not.
pub type Dialing = Pin<Box<dyn Future<Output = io::Result<Socket>> + Send>>;

/// How a node reaches others: over TCP, or through whatever network a simulation has made up.
#[derive(Clone, Default)]
pub struct Dial(Option<Arc<dyn Fn(String, u16) -> Dialing + Send + Sync>>);

impl Dial {
    /// By a function of host and port.
    pub fn by(dial: impl Fn(String, u16) -> Dialing + Send + Sync + 'static) -> Dial {
        Dial(Some(Arc::new(dial)))
    }

    /// Over TCP.
    pub fn is_tcp(&self) -> bool {
        self.0.is_none()
    }

    /// Opens a stream.
    pub async fn open(&self, host: &str, port: u16) -> io::Result<Socket> {
        if let Some(dial) = &self.0 {
            return dial(host.to_owned(), port).await;
        }
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        Ok(Box::new(stream))
    }
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_tcp() { "Dial::Tcp" } else { "Dial::By" })
    }
}
