//! The way to another node: a lazy channel over TLS, or plain on the machine itself.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::{
    codegen::http::Uri,
    transport::{Channel, Endpoint},
};
use tower::service_fn;

use super::{
    TrustError, cause,
    dial::{Dial, Socket},
};

/// How to speak TLS to somebody; see [`super::tls::client_config`].
pub type ClientTls = Arc<ClientConfig>;

/// A channel that connects at its first call. With `tls` the address is `https://HOST:PORT`, without it `http://HOST:PORT`; who may be called
/// without it is for the configuration to say.
///
/// # Errors
/// [`TrustError::Address`] if the address and `tls` do not fit, or it is no address.
pub fn channel(
    url: &str,
    tls: Option<ClientTls>,
    tune: impl FnOnce(Endpoint) -> Endpoint,
) -> Result<Channel, TrustError> {
    channel_by(&Dial::default(), url, tls, tune)
}

/// As [`channel`], reaching the other end in a way of its own.
///
/// # Errors
/// As [`channel`].
pub fn channel_by(
    dial: &Dial,
    url: &str,
    tls: Option<ClientTls>,
    tune: impl FnOnce(Endpoint) -> Endpoint,
) -> Result<Channel, TrustError> {
    let wrong = |why| TrustError::Address { url: url.to_owned(), why };
    let uri: Uri = url.parse().map_err(|_| wrong("write it as https://HOST:PORT"))?;
    let endpoint = |url: String| Endpoint::from_shared(url).map_err(|_| wrong("write it as https://HOST:PORT"));
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let dial = dial.clone();
    let tls = match (uri.scheme_str(), tls) {
        (Some("http"), None) if dial.is_tcp() => return Ok(tune(endpoint(url.to_owned())?).connect_lazy()),
        (Some("http"), None) => {
            let port = uri.port_u16().unwrap_or(80);
            let connector = service_fn(move |_: Uri| {
                let (dial, host) = (dial.clone(), host.clone());
                async move { Ok::<_, io::Error>(TokioIo::new(dial.open(&host, port).await?)) }
            });
            return Ok(tune(endpoint(url.to_owned())?).connect_with_connector_lazy(connector));
        }
        (Some("https"), Some(tls)) => tls,
        (Some("http"), Some(_)) => return Err(wrong("this link is to be authenticated: write it with https://")),
        (Some("https"), None) => return Err(wrong("this node has no certificate yet: join the federation first")),
        _ => return Err(wrong("write it as https://HOST:PORT")),
    };
    let port = uri.port_u16().unwrap_or(443);
    let name = ServerName::try_from(host.clone()).map_err(|_| wrong("the host is no name and no IP address"))?;
    // Inside it is http: tonic is built without TLS of its own, and would refuse to speak https.
    let authority = uri.authority().map(|a| a.as_str()).unwrap_or_default();
    let endpoint = tune(endpoint(format!("http://{authority}"))?).origin(uri.clone());
    let connector = service_fn(move |_: Uri| {
        let (dial, host, name, tls) = (dial.clone(), host.clone(), name.clone(), Arc::clone(&tls));
        async move { Ok::<_, io::Error>(TokioIo::new(connect(&dial, &host, port, name, tls).await?)) }
    });
    Ok(endpoint.connect_with_connector_lazy(connector))
}

async fn connect(dial: &Dial, host: &str, port: u16, name: ServerName<'static>, tls: ClientTls) -> io::Result<Link> {
    let stream = dial.open(host, port).await?;
    TlsConnector::from(tls).connect(name, stream).await.map(Link).map_err(cause::handshake)
}

/// An open link. What breaks it is put into words here, because nobody above sees more of it than a text.
struct Link(TlsStream<Socket>);

fn worded<T>(polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
    polled.map_err(cause::open_link)
}

impl AsyncRead for Link {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        worded(Pin::new(&mut self.0).poll_read(cx, buf))
    }
}

impl AsyncWrite for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        worded(Pin::new(&mut self.0).poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        worded(Pin::new(&mut self.0).poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        worded(Pin::new(&mut self.0).poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        worded(Pin::new(&mut self.0).poll_shutdown(cx))
    }
}
