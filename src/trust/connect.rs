//! The way to another node: a lazy channel over TLS (or plain, on the machine itself), and plain words for what went wrong with TLS on it.

use std::{error::Error, fmt, io, sync::Arc};

use hyper_util::rt::TokioIo;
use rustls::{AlertDescription, CertificateError, ClientConfig, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::{
    Status,
    codegen::http::Uri,
    transport::{Channel, Endpoint},
};
use tower::service_fn;

use super::{TrustError, error::PeerError, provider::instant};

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
    let wrong = |why| TrustError::Address { url: url.to_owned(), why };
    let uri: Uri = url.parse().map_err(|_| wrong("write it as https://HOST:PORT"))?;
    let endpoint = |url: String| Endpoint::from_shared(url).map_err(|_| wrong("write it as https://HOST:PORT"));
    let tls = match (uri.scheme_str(), tls) {
        (Some("http"), None) => return Ok(tune(endpoint(url.to_owned())?).connect_lazy()),
        (Some("https"), Some(tls)) => tls,
        (Some("http"), Some(_)) => return Err(wrong("this link is to be authenticated: write it with https://")),
        (Some("https"), None) => return Err(wrong("this node has no certificate yet: join the federation first")),
        _ => return Err(wrong("write it as https://HOST:PORT")),
    };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = uri.port_u16().unwrap_or(443);
    let name = ServerName::try_from(host.clone()).map_err(|_| wrong("the host is no name and no IP address"))?;
    // Inside it is http: tonic is built without TLS of its own, and would refuse to speak https.
    let authority = uri.authority().map(|a| a.as_str()).unwrap_or_default();
    let endpoint = tune(endpoint(format!("http://{authority}"))?).origin(uri.clone());
    let connector = service_fn(move |_: Uri| {
        let (host, name, tls) = (host.clone(), name.clone(), Arc::clone(&tls));
        async move { Ok::<_, LinkError>(TokioIo::new(connect(&host, port, name, tls).await?)) }
    });
    Ok(endpoint.connect_with_connector_lazy(connector))
}

async fn connect(
    host: &str,
    port: u16,
    name: ServerName<'static>,
    tls: ClientTls,
) -> Result<TlsStream<TcpStream>, LinkError> {
    let stream = TcpStream::connect((host, port)).await.map_err(LinkError::Network)?;
    stream.set_nodelay(true).map_err(LinkError::Network)?;
    TlsConnector::from(tls).connect(name, stream).await.map_err(LinkError::Handshake)
}

/// Why a connection did not come about, and at which step.
#[derive(Debug)]
enum LinkError {
    Network(io::Error),
    Handshake(io::Error),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Network(error) => error.fmt(f),
            LinkError::Handshake(error) => f.write_str(&handshake(error)),
        }
    }
}

impl Error for LinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            LinkError::Network(error) | LinkError::Handshake(error) => Some(error),
        }
    }
}

const CLOSED: &str = "the other node closed the link: it may be stopping, or it does not admit this node's certificate \
                      (any more); see its log, and join again if the certificate was revoked";
const NOT_TLS: &str =
    "the other side does not speak TLS: check the address and the port, and that the node there is secured";

/// What went wrong with TLS, in lower-case words with a way out; `None` if it was something else.
pub fn tls_cause(status: &Status) -> Option<String> {
    let mut next: Option<&(dyn Error + 'static)> = status.source();
    while let Some(error) = next {
        match error.downcast_ref::<LinkError>() {
            Some(LinkError::Handshake(error)) => return Some(handshake(error)),
            Some(LinkError::Network(_)) => return None,
            None => {}
        }
        if let Some(words) = error.downcast_ref::<io::Error>().and_then(open_link) {
            return Some(words);
        }
        next = error.source();
    }
    None
}

/// Before both sides were content.
fn handshake(error: &io::Error) -> String {
    match inner(error) {
        Some(error) => words(error),
        None if closed(error) => format!("the other side closed the link during the handshake: {NOT_TLS}"),
        None => format!("the link broke during the handshake ({error}): try again"),
    }
}

/// After that. In TLS 1.3 a client learns only here that its certificate was refused.
fn open_link(error: &io::Error) -> Option<String> {
    match inner(error) {
        Some(error) => Some(words(error)),
        None => closed(error).then(|| CLOSED.to_owned()),
    }
}

fn inner(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::AlertReceived(alert) => alerted(*alert),
        rustls::Error::InvalidMessage(_) => NOT_TLS.to_owned(),
        rustls::Error::PeerIncompatible(_) => PeerError::Version.to_string(),
        other => format!("the two nodes cannot agree on a link ({other}): update the older program"),
    }
}

/// We refused theirs.
fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Other(other) => match other.0.downcast_ref::<PeerError>() {
            Some(error) => error.to_string(),
            None => format!("the other node's certificate cannot be used ({other}): join that node again"),
        },
        CertificateError::ExpiredContext { not_after, .. } => format!(
            "the other node's certificate expired at {}: renew it there, and check the clocks of both",
            instant(*not_after)
        ),
        CertificateError::Expired => "the other node's certificate has expired: renew it there".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "the other node's certificate holds only from {} on: check the clocks of both",
            instant(*not_before)
        ),
        CertificateError::NotValidYet => {
            "the other node's certificate does not hold yet: check the clocks of both".to_owned()
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the other node's certificate comes from an authority that is not trusted here: check the address, or join the federation it belongs to".to_owned()
        }
        CertificateError::Revoked => "the other node's certificate was revoked: join that node again".to_owned(),
        other => format!("the other node's certificate cannot be used ({other}): join that node again"),
    }
}

/// They refused ours.
fn alerted(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateExpired => {
            "the other node says that this node's certificate has expired or does not hold yet: check the clocks, and join again".to_owned()
        }
        AlertDescription::UnknownCA => {
            "the other node does not trust the authority of this node's certificate: join the federation it belongs to".to_owned()
        }
        AlertDescription::CertificateRevoked | AlertDescription::AccessDenied => {
            "the other node does not admit this node any more: ask the top of the tree, and join again".to_owned()
        }
        AlertDescription::ProtocolVersion => PeerError::Version.to_string(),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown => {
            "the other node refuses this node's certificate: join again".to_owned()
        }
        AlertDescription::CloseNotify => CLOSED.to_owned(),
        other => format!("the other node ended the link ({other:?}): see its log"),
    }
}
