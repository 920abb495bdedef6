//! Authorities, requests and identities, as tables.

use std::{fs, os::unix::fs::PermissionsExt};

use rcgen::{CertificateParams, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};
use rustls::pki_types::CertificateDer;

use super::{
    TrustError,
    authority::{Authority, Leaf, pem},
    error::PeerError,
    files::{IdentityFiles, read_secret, write_secret},
    identity::{Identity, Roots},
    peer::PeerCertificate,
    request::{NodeKey, check_request, request},
};
use crate::domain::{
    time::{DAY_MS, Timestamp},
    units::UnitId,
};

const NOW: Timestamp = Timestamp(1_519_095_600_123);

fn authority() -> Authority {
    Authority::create("motcua", NOW, 10).unwrap()
}

fn leaf(unit: &str, key: &NodeKey) -> Leaf {
    Leaf {
        unit: UnitId::parse(unit).unwrap(),
        csr: check_request(&request(key).unwrap()).unwrap(),
        names: vec!["xa.example.vn".into(), "10.0.0.4".into()],
        not_before: NOW,
        not_after: NOW.plus_millis(90 * DAY_MS),
        serial: [0, 0, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    }
}

#[test]
fn what_is_issued_is_what_is_read() {
    let (authority, key) = (authority(), NodeKey::generate().unwrap());
    for unit in ["00004", "00004@2025-07-01", "000.00.01.H29@2018-01-01"] {
        for serial in [[0; 16], [0xff; 16], [1; 16], leaf(unit, &key).serial] {
            let leaf = Leaf { serial, ..leaf(unit, &key) };
            let read = PeerCertificate::parse(&authority.issue(&leaf).unwrap()).unwrap();
            assert_eq!((read.unit, read.serial), (leaf.unit, serial));
            assert_eq!(read.not_before.0, NOW.0 / 1000 * 1000);
        }
    }
    let der = authority.issue(&leaf("00004", &key)).unwrap();
    let certificate = super::peer::read(&der).unwrap();
    let names = certificate.subject_alternative_name().unwrap().unwrap().value.general_names.len();
    assert_eq!(names, 3, "two names and the unit");
    assert!(!certificate.is_ca());
    assert_eq!(PeerCertificate::parse(authority.certificate_der()), Err(PeerError::Authority));
}

#[test]
fn nothing_outlives_the_authority() {
    let (authority, key) = (authority(), NodeKey::generate().unwrap());
    let long = Leaf { not_after: NOW.plus_millis(99 * 366 * DAY_MS), ..leaf("1", &key) };
    let read = PeerCertificate::parse(&authority.issue(&long).unwrap()).unwrap();
    assert_eq!(read.not_after.0, authority.not_after().0 / 1000 * 1000);
    assert!(!read.expired(read.not_after) && read.expired(read.not_after.plus_millis(1)));
    let late = Leaf { not_before: authority.not_after(), not_after: Timestamp::MAX, ..leaf("1", &key) };
    assert!(matches!(authority.issue(&late), Err(TrustError::Span { .. })));
    for name in ["", "*.vn", "a b", "http://a"] {
        let named = Leaf { names: vec![name.into()], ..leaf("1", &key) };
        assert!(matches!(authority.issue(&named), Err(TrustError::Name(_))), "{name}");
    }
}

#[test]
fn an_authority_comes_back_from_its_texts() {
    let made = authority();
    let read = Authority::from_pem(&made.certificate_pem(), &made.key_pem()).unwrap();
    assert_eq!(read.fingerprint(), made.fingerprint());
    let key = NodeKey::generate().unwrap();
    let der = read.issue(&leaf("00004", &key)).unwrap();
    let roots = || Roots::from_pem(&made.certificate_pem()).unwrap();
    Identity::new(&key, vec![CertificateDer::from(der.clone())], roots()).unwrap();

    let other = authority();
    let refused = [
        Authority::from_pem(&made.certificate_pem(), &other.key_pem()),
        Authority::from_pem(&pem("CERTIFICATE", &der), &key.pem()),
        Authority::from_pem("nothing", &made.key_pem()),
        Authority::from_pem(&made.certificate_pem(), "nothing"),
    ];
    let words = refused.map(|r| r.unwrap_err().to_string());
    for (words, part) in
        words.iter().zip(["belong to", "authority", "certificate cannot be read", "key cannot be read"])
    {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn of_a_request_only_the_key_is_believed() {
    let key = NodeKey::generate().unwrap();
    let good = request(&key).unwrap();
    let pair = KeyPair::from_pem(&key.pem()).unwrap();
    // Another node's name, and the wish to be an authority.
    let mut greedy = CertificateParams::new(vec!["bo.gov.vn".to_owned()]).unwrap();
    greedy.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    greedy.subject_alt_names.push(rcgen::SanType::URI("motcua://unit/01".try_into().unwrap()));
    let greedy = greedy.serialize_request(&pair).unwrap().der().to_vec();
    let csr = check_request(&greedy).unwrap();
    assert_eq!(csr, check_request(&good).unwrap());
    let der = authority().issue(&Leaf { csr, ..leaf("00004", &key) }).unwrap();
    assert_eq!(&*PeerCertificate::parse(&der).unwrap().unit.code, "00004");

    for byte in [20, good.len() / 2, good.len() - 3] {
        let mut bad = good.clone();
        bad[byte] ^= 1;
        assert!(check_request(&bad).is_err(), "byte {byte}");
    }
    assert!(matches!(check_request(&[0; 5000]), Err(TrustError::Request(_))));
    for kind in [&PKCS_ED25519, &PKCS_ECDSA_P384_SHA384] {
        let pair = KeyPair::generate_for(kind).unwrap();
        let other = CertificateParams::default().serialize_request(&pair).unwrap();
        assert!(matches!(check_request(other.der()), Err(TrustError::KeyKind)));
        assert!(matches!(NodeKey::from_pem(&pair.serialize_pem()), Err(TrustError::KeyKind)));
    }
}

#[test]
fn a_certificate_names_exactly_one_unit() {
    let authority = authority();
    let issuer =
        Issuer::from_ca_cert_der(authority.certificate_der(), KeyPair::from_pem(&authority.key_pem()).unwrap());
    let issuer = issuer.unwrap();
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let table: &[(&[&str], Result<&str, PeerError>)] = &[
        (&["motcua://unit/00004"], Ok("00004")),
        (&["https://example.vn", "motcua://unit/00004"], Ok("00004")),
        (&[], Err(PeerError::Units(0))),
        (&["motcua://person/00004"], Err(PeerError::Units(0))),
        (&["motcua://unit/00004", "motcua://unit/00005"], Err(PeerError::Units(2))),
        (&["motcua://unit/00004", "motcua://unit/00004"], Err(PeerError::Units(2))),
        (&["motcua://unit/a b"], Err(PeerError::Unit("a b".into()))),
        (&["motcua://unit/"], Err(PeerError::Unit(String::new()))),
    ];
    for (uris, outcome) in table {
        let mut params = CertificateParams::default();
        params.subject_alt_names = uris.iter().map(|uri| rcgen::SanType::URI((*uri).try_into().unwrap())).collect();
        // The library's own numbers are longer than ours.
        params.serial_number = Some(7.into());
        let der = params.signed_by(&pair, &issuer).unwrap().der().to_vec();
        let read = PeerCertificate::parse(&der).map(|read| read.unit.to_string());
        assert_eq!(read.as_deref().map_err(Clone::clone), *outcome, "{uris:?}");
        let mut longer = der;
        longer.push(0);
        assert_eq!(PeerCertificate::parse(&longer), Err(PeerError::Unreadable));
    }
}

#[test]
fn an_identity_is_whole_or_not_at_all() {
    let (ours, other) = (authority(), authority());
    let (key, another) = (NodeKey::generate().unwrap(), NodeKey::generate().unwrap());
    let chain = pem("CERTIFICATE", &ours.issue(&leaf("00004", &key)).unwrap());
    let both = format!("{}{}", other.certificate_pem(), ours.certificate_pem());
    let identity = Identity::from_pem(&key.pem(), &chain, &both).unwrap();
    assert_eq!((&*identity.unit.code, identity.chain.len()), ("00004", 2));
    assert_eq!(identity.chain.last(), Some(ours.certificate_der()));
    assert_eq!(identity.half_life().0 / DAY_MS, NOW.plus_millis(45 * DAY_MS).0 / DAY_MS);
    let refused = [
        Identity::from_pem(&another.pem(), &chain, &ours.certificate_pem()),
        Identity::from_pem(&key.pem(), &chain, &other.certificate_pem()),
        Identity::from_pem(&key.pem(), &chain, &chain),
        Identity::from_pem(&key.pem(), "", &both),
    ];
    let words = refused.map(|r| r.unwrap_err().to_string());
    for (words, part) in words.iter().zip(["belong to", "come from this authority", "authority", "no certificate"]) {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn files_are_secret_and_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let files = IdentityFiles::new(folder.path().join("tls"));
    assert!(!files.exist());
    let ours = authority();
    let install = |unit: &str| {
        let key = files.next_key().unwrap();
        assert_eq!(files.next_key().unwrap().pem(), key.pem(), "a renewal that broke off goes on with its key");
        files.install(&pem("CERTIFICATE", &ours.issue(&leaf(unit, &key)).unwrap()), &ours.certificate_pem())
    };
    install("00004").unwrap();
    let first = files.load().unwrap();
    // A certificate for another key leaves everything as it was.
    files.next_key().unwrap();
    let wrong = ours.issue(&leaf("00004", &NodeKey::generate().unwrap())).unwrap();
    assert!(files.install(&pem("CERTIFICATE", &wrong), &ours.certificate_pem()).is_err());
    assert_eq!(files.load().unwrap().chain, first.chain);
    install("00005").unwrap();
    assert_eq!(&*files.load().unwrap().unit.code, "00005");
    // Cut off between the two renames.
    let key = files.next_key().unwrap();
    let chain = pem("CERTIFICATE", &ours.issue(&leaf("00006", &key)).unwrap());
    fs::write(folder.path().join("tls/node.pem.next"), chain).unwrap();
    fs::rename(folder.path().join("tls/node.key.next"), folder.path().join("tls/node.key")).unwrap();
    assert_eq!(&*files.load().unwrap().unit.code, "00006");

    let secret = folder.path().join("tls/node.key");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(write_secret(&secret, "x"), Err(TrustError::KeyExists { .. })));
    // What a write that was cut off has left is in nobody's way, and never passes for a key.
    let cut_off = secret.with_file_name("cut-off.key");
    fs::write(cut_off.with_extension("new"), "-----BEGIN PRIV").unwrap();
    write_secret(&cut_off, "whole").unwrap();
    assert_eq!(read_secret(&cut_off).unwrap(), "whole");
    assert!(!cut_off.with_extension("new").exists());
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
        let refused = read_secret(&secret).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
    }
}
