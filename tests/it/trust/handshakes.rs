//! Who may shake hands with whom, and what the other one is told.

use std::sync::Arc;

use motcua::{
    clock::Moved,
    config::Limits,
    trust::{
        connect::{ClientTls, channel},
        identity::Identity,
        keyring::Keyring,
        tls::client_config,
        tls_cause,
        verify::Expect,
    },
};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256, SanType};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::*;

type Credentials = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);
/// What a client shows, and as whom it is known then, or what it is told.
type Client<'a> = (&'a str, Option<Credentials>, Result<Option<&'a str>, &'a str>);
/// Who calls, whom it expects, on which day, and what it is told.
type Caller<'a> = (&'a str, Option<Identity>, Expect, i64, Result<(), &'a str>);

/// A certificate that our own authority would never write.
fn odd(authority: &Authority, uris: &[&str], purposes: &[ExtendedKeyUsagePurpose]) -> Credentials {
    odd_from(authority, uris, purposes, (-1, 90))
}

fn odd_from(
    authority: &Authority,
    uris: &[&str],
    purposes: &[ExtendedKeyUsagePurpose],
    span: (i64, i64),
) -> Credentials {
    let key = KeyPair::from_pem(&authority.key_pem()).unwrap();
    let issuer = Issuer::from_ca_cert_der(authority.certificate_der(), key).unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.subject_alt_names.extend(uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap())));
    params.extended_key_usages = purposes.to_vec();
    let time = |day: i64| std::time::UNIX_EPOCH + std::time::Duration::from_millis(u64::try_from(days(day).0).unwrap());
    // The library's own numbers are longer than ours.
    params.serial_number = Some(7.into());
    params.not_before = time(span.0).into();
    params.not_after = time(span.1).into();
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let leaf = params.signed_by(&key, &issuer).unwrap().der().clone();
    (vec![leaf, authority.certificate_der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// A client of another make: rustls as it comes, checking the server's host name.
fn foreign(trusted: &Authority, shown: Option<Credentials>) -> ClientTls {
    let mut store = RootCertStore::empty();
    store.add(trusted.certificate_der().clone()).unwrap();
    let clock = Moved::at(now()).clock();
    let builder = ClientConfig::builder_with_details(
        motcua::trust::provider::provider(),
        motcua::trust::provider::time_of(&clock),
    )
    .with_protocol_versions(motcua::trust::provider::VERSIONS)
    .unwrap()
    .with_root_certificates(store);
    let mut config = match shown {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).unwrap(),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

#[tokio::test]
async fn clients_that_come_in_and_clients_that_do_not() {
    use ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
    let node = secured(Limits::default()).await;
    let (ours, other) = (&node.authority, authority());
    let (one, both) = (["motcua://unit/07085@2018-01-01"], ["motcua://unit/07085", "motcua://unit/07086"]);
    let purposes = [ServerAuth, ClientAuth];
    let refuses = "refuses this node's certificate";
    let table: Vec<Client<'_>> = vec![
        ("right", Some(odd(ours, &one, &purposes)), Ok(Some("07085@2018-01-01"))),
        ("none", None, Ok(None)),
        ("of another authority", Some(odd(&other, &one, &purposes)), Err("does not trust the authority")),
        ("expired", Some(odd_from(ours, &one, &purposes, (-9, -1))), Err("has expired or does not hold yet")),
        ("not yet", Some(odd_from(ours, &one, &purposes, (1, 9))), Err("has expired or does not hold yet")),
        ("for servers only", Some(odd(ours, &one, &[ServerAuth])), Err(refuses)),
        ("of two units", Some(odd(ours, &both, &purposes)), Err(refuses)),
        ("of no unit", Some(odd(ours, &[], &purposes)), Err(refuses)),
        ("of no possible unit", Some(odd(ours, &["motcua://unit/a%20b"], &purposes)), Err(refuses)),
    ];
    for (name, shown, outcome) in table {
        let channel = node.channel(foreign(ours, shown));
        match outcome {
            Ok(unit) => {
                call(&channel).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
                let peers = node.peers();
                let units = peers.iter().map(|p| p.certificate.as_ref().map(|c| c.unit.to_string()));
                assert!(units.into_iter().any(|u| u.as_deref() == unit), "{name}: {peers:?}");
            }
            Err(words) => {
                let told = refusal(&channel).await;
                assert!(told.contains(words), "{name}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn servers_that_are_spoken_to_and_servers_that_are_not() {
    let node = secured(Limits::default()).await;
    let (ours, other) = (&node.authority, authority());
    let units = |codes: &[&str]| Expect::Units(codes.iter().map(|code| (*code).to_owned()).collect());
    let child = || Some(identity(ours, "07085", -1, 90));
    let table: Vec<Caller<'_>> = vec![
        ("the one that was called", child(), units(&["07084"]), 0, Ok(())),
        ("one of several", child(), units(&["1", "07084"]), 0, Ok(())),
        ("somebody else", child(), units(&["07080", "1"]), 0, Err("is 07084, not 07080 or 1")),
        ("before joining", None, units(&["07084"]), 0, Err("trusts no authority yet")),
        (
            "of another federation",
            Some(identity(&other, "07085", -1, 90)),
            units(&["07084"]),
            0,
            Err("not trusted here"),
        ),
        ("invited", None, Expect::Fingerprint(ours.fingerprint()), 0, Ok(())),
        ("invited elsewhere", None, Expect::Fingerprint(other.fingerprint()), 0, Err("another authority than")),
        ("a person", None, Expect::Authority(roots(ours)), 0, Ok(())),
        ("a person of elsewhere", None, Expect::Authority(roots(&other)), 0, Err("not trusted here")),
        ("too late", None, Expect::Authority(roots(ours)), 91, Err("expired at 2018-05-21")),
        ("too late, invited", None, Expect::Fingerprint(ours.fingerprint()), 91, Err("expired at 2018-05-21")),
        ("too early", None, Expect::Authority(roots(ours)), -2, Err("holds only from 2018-02-19")),
    ];
    for (name, shown, expect, day, outcome) in table {
        let keyring = shown.map(Keyring::new).unwrap_or_default();
        let tls = client_config(&keyring, &Moved::at(days(day)).clock(), expect).unwrap();
        let result = call(&node.channel(tls)).await;
        match outcome {
            Ok(()) => result.unwrap_or_else(|error| panic!("{name}: {error:?}")),
            Err(words) => {
                let told = cause(&result.unwrap_err());
                assert!(told.contains(words), "{name}: {told}");
                assert!(told.contains(": ") && told.starts_with(char::is_lowercase), "{name}: {told}");
            }
        }
    }
}

/// A server that shakes hands with what it is given and no more.
async fn bare(credentials: Credentials) -> std::net::SocketAddr {
    let config = ServerConfig::builder_with_provider(motcua::trust::provider::provider())
        .with_protocol_versions(motcua::trust::provider::VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(credentials.0, credentials.1)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    address
}

#[tokio::test]
async fn servers_that_show_odd_things() {
    use ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
    let ours = authority();
    let one = ["motcua://unit/07084"];
    let short = |(mut chain, key): Credentials| {
        chain.truncate(1);
        (chain, key)
    };
    let invited = Expect::Fingerprint(ours.fingerprint());
    let person = Expect::Authority(roots(&ours));
    let both = ["motcua://unit/07084", "motcua://unit/07085"];
    let table = [
        ("for clients only", odd(&ours, &one, &[ClientAuth]), person.clone(), "cannot be used"),
        ("of two units", odd(&ours, &both, &[ServerAuth]), person.clone(), "names 2 units"),
        ("of no unit", odd(&ours, &[], &[ServerAuth]), person, "names 0 units"),
        (
            "without its authority",
            short(odd(&ours, &one, &[ServerAuth])),
            invited.clone(),
            "does not show its authority",
        ),
    ];
    let clock = Moved::at(now()).clock();
    for (name, credentials, expect, words) in table {
        let url = format!("https://{}", bare(credentials).await);
        let tls = client_config(&Keyring::default(), &clock, expect).unwrap();
        let told = cause(&call(&channel(&url, Some(tls), |e| e).unwrap()).await.unwrap_err());
        assert!(told.contains(words), "{name}: {told}");
    }
    // The fingerprint is right, and the leaf is signed by somebody else.
    let (mut chain, key) = odd(&authority(), &one, &[ServerAuth]);
    chain[1] = ours.certificate_der().clone();
    let url = format!("https://{}", bare((chain, key)).await);
    let tls = client_config(&Keyring::default(), &clock, invited).unwrap();
    let told = cause(&call(&channel(&url, Some(tls), |e| e).unwrap()).await.unwrap_err());
    assert!(told.contains("not trusted here"), "{told}");
}

#[tokio::test]
async fn what_is_no_tls_is_told_from_what_is_not_there() {
    let plain = listening(Limits::default(), None).await;
    let tls = || {
        let expect = Expect::Fingerprint([0; 32]);
        Some(client_config(&Keyring::default(), &Moved::at(now()).clock(), expect).unwrap())
    };
    let url = format!("https://{}", plain.address);
    let told = cause(&call(&channel(&url, tls(), |e| e).unwrap()).await.unwrap_err());
    assert!(told.contains("closed the link during the handshake"), "{told}");
    let web = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", web.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = web.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        // Until the client leaves, so that it has read this.
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    let told = cause(&call(&channel(&url, tls(), |e| e).unwrap()).await.unwrap_err());
    assert!(told.contains("does not speak TLS"), "{told}");

    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = call(&channel(&format!("https://{nobody}"), tls(), |e| e).unwrap()).await.unwrap_err();
    assert_eq!(tls_cause(&error), None, "{error:?}");
    for (url, tls) in [("http://127.0.0.1:1", tls()), ("https://127.0.0.1:1", None), ("ftp://x", None), ("::", tls())] {
        assert!(channel(url, tls, |e| e).is_err(), "{url}");
    }
    // And the other way round: a plain client at a secured node is closed out.
    let node = secured(Limits::default()).await;
    let url = format!("http://{}", node.listening.address);
    assert!(call(&channel(&url, None, |e| e).unwrap()).await.is_err());
}

#[tokio::test]
async fn older_versions_are_refused_by_name() {
    let node = secured(Limits::default()).await;
    // A hello of TLS 1.2: version, random, no session, one cipher, no compression, no extensions.
    let mut hello = vec![0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]);
    let mut stream = TcpStream::connect(node.listening.address).await.unwrap();
    stream.write_all(&hello).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    // A fatal alert, and nothing else.
    assert_eq!((answer.first(), answer.get(5), answer.len()), (Some(&0x15), Some(&2), 7), "{answer:?}");
}
