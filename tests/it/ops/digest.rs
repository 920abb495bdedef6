//! The day's digest: a file each morning, a mail where there is an alert, each once, and again where it failed.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
    time::Duration,
};

use motcua::{
    clock::Moved,
    config::{Config, Digest, Mail, Security},
    domain::calendar::Due,
    reports::Lang,
    run::Running,
    wire::{
        event::due_to_pb,
        pb::v1::{self as pb, event::Kind},
    },
};
use tonic::transport::Endpoint;

use crate::{
    bad_input::{event, record},
    support::{at, motcua, new_node, start},
};

/// Waits until the digest was tried at that time.
async fn tried(running: &Running, time: &str) -> String {
    let mut changes = running.node.changes();
    let wait = async {
        loop {
            if let Some(delivery) = running.node.digest().filter(|delivery| delivery.at >= at(time)) {
                return delivery.error.clone();
            }
            changes.changed().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait).await.expect("no digest was tried")
}

fn mail(port: u16) -> Mail {
    Mail {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        authority: None,
        from: "Một cửa <motcua@example.vn>".parse().unwrap(),
        to: vec!["ubnd@example.vn".parse().unwrap(), "pct@example.vn".parse().unwrap()],
        login: None,
        always: false,
    }
}

fn digest(config: &Config, mail: Option<Mail>) -> Option<Digest> {
    let to = Some(config.data.join("../digest"));
    Some(Digest { to, hour: 7, lang: Lang::Vi, days: 2, mail })
}

/// Answers one mail as a server would and hands over what was said to it.
fn takes_a_mail(mut link: impl Read + Write) -> String {
    let mut said = String::new();
    link.write_all(b"220 here\r\n").unwrap();
    let mut link = BufReader::new(link);
    let mut in_letter = false;
    loop {
        let mut line = String::new();
        if link.read_line(&mut line).unwrap_or(0) == 0 {
            return said;
        }
        said += &line;
        let answer = match line.trim_end() {
            "." => "250 taken\r\n",
            _ if in_letter => continue,
            line if line.starts_with("EHLO") => "250-here\r\n250 AUTH PLAIN\r\n",
            line if line.starts_with("AUTH") => "235 welcome\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 well\r\n",
        };
        in_letter = line.trim_end() == "DATA";
        link.get_mut().write_all(answer.as_bytes()).unwrap();
    }
}

fn decoded(letter: &str) -> String {
    let body = letter.split("\r\n\r\n").nth(1).unwrap();
    let body: String = body.split("\r\n.\r\n").next().unwrap().split_whitespace().collect();
    match data_encoding::BASE64.decode(body.as_bytes()) {
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
        Err(_) => letter.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_one_digest_and_a_failed_one_is_tried_again() {
    let clock = Moved::at(at("2018-03-20T06:59:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let mut config = new_node(folder.path(), "00004", "2018-01-15", None, (clock.clock())());
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    config.digest = digest(&config, Some(mail(port)));
    let out = folder.path().join("digest");
    let file = |day: &str| out.join(format!("motcua-00004-2018-03-{day}.txt"));

    // Before its hour nothing is tried; at its hour the folder is not there, and nobody answers to the mail yet.
    let running = start(&config, &clock).await;
    let due = Some(due_to_pb(Due::Day("2018-03-08".parse().unwrap())));
    let channel = pb::Channel::Direct.into();
    let lost = Kind::Received(pb::Reception { channel, due, ..pb::Reception::default() });
    let link = Endpoint::try_from(format!("http://{}", running.address)).unwrap().connect().await.unwrap();
    record(&link, vec![event(1, "H-qua-han", "2018-03-01", lost)]).await.unwrap();
    drop(link);
    assert_eq!(running.node.digest(), None);
    running.stop().await.unwrap();
    clock.advance(at("2018-03-20T07:00:00+07:00"));
    let taken = thread::spawn(move || (takes_a_mail(server.accept().unwrap().0), server));
    let running = start(&config, &clock).await;
    let error = tried(&running, "2018-03-20T07:00:00+07:00").await;
    assert!(error.contains("cannot write") && error.contains("motcua-00004-2018-03-20"), "{error}");
    assert!(running.node.metrics.text(&running.node.gauges()).unwrap().contains("motcua_digest_failing 1"));
    let (letter, server) = taken.join().unwrap();
    assert!(letter.contains("RCPT TO:<ubnd@example.vn>") && letter.contains("RCPT TO:<pct@example.vn>"), "{letter}");
    let text = decoded(&letter);
    assert!(text.contains("ĐANG QUÁ HẠN: 1 hồ sơ") && !text.contains("H-qua-han"), "a mail has no codes: {text}");
    running.stop().await.unwrap();

    // The folder is there now: the file goes out, the mail does not go out twice.
    fs::create_dir(&out).unwrap();
    clock.advance(at("2018-03-20T09:00:00+07:00"));
    let running = start(&config, &clock).await;
    assert_eq!(tried(&running, "2018-03-20T09:00:00+07:00").await, "");
    let text = fs::read_to_string(file("20")).unwrap();
    assert!(text.contains("ĐANG QUÁ HẠN: 1 hồ sơ") && text.contains("H-qua-han"), "{text}");
    running.stop().await.unwrap();
    server.set_nonblocking(true).unwrap();
    assert!(server.accept().is_err(), "somebody sent the mail again");

    // The next day there is another; a mail server that is gone keeps the file from nobody.
    drop(server);
    clock.advance(at("2018-03-21T23:59:00+07:00"));
    let running = start(&config, &clock).await;
    let error = tried(&running, "2018-03-21T23:59:00+07:00").await;
    assert!(error.contains(&format!("mail by 127.0.0.1:{port}")), "{error}");
    assert!(file("21").exists());
    running.stop().await.unwrap();
    let names: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_only_to_a_server_that_is_vouched_for() {
    let clock = Moved::at(at("2018-11-20T08:00:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let secret = rustls_pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .unwrap();
    let tls = Arc::new(tls);
    let authority = folder.path().join("mail.pem");
    fs::write(&authority, certificate.pem()).unwrap();
    let password = folder.path().join("password");
    fs::write(&password, "bí mật\n").unwrap();
    std::os::unix::fs::chown(&password, None, None).unwrap();
    fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();

    for vouched in [false, true] {
        let dir = folder.path().join(format!("node-{vouched}"));
        let mut config = new_node(&dir, "00004", "2018-01-15", None, (clock.clock())());
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let tls = Arc::clone(&tls);
        let port = server.local_addr().unwrap().port();
        let taken = thread::spawn(move || {
            let link = server.accept().unwrap().0;
            let mut session = rustls::StreamOwned::new(rustls::ServerConnection::new(tls).unwrap(), link);
            // A client that does not believe the certificate is gone before the greeting.
            let greeted = session.conn.complete_io(&mut session.sock);
            greeted.ok().map(|_| takes_a_mail(session))
        });
        let login = Some(("motcua".to_owned(), password.clone()));
        let (host, security) = ("localhost".to_owned(), Security::Tls);
        let authority = vouched.then(|| authority.clone());
        config.digest = digest(&config, Some(Mail { host, security, authority, login, ..mail(port) }));
        config.digest.as_mut().unwrap().to = None;
        let running = start(&config, &clock).await;
        let error = tried(&running, "2018-11-20T08:00:00+07:00").await;
        let letter = taken.join().unwrap();
        if vouched {
            assert_eq!(error, "");
            // AUTH PLAIN: nobody, name and password.
            let said = data_encoding::BASE64.encode("\0motcua\0bí mật".as_bytes());
            assert!(letter.unwrap().contains(&format!("AUTH PLAIN {said}")));
        } else {
            assert!(error.contains("mail by localhost") && error.contains("ertificate"), "{error}");
            assert!(!error.contains("bí mật") && letter.is_none_or(|said| !said.contains("AUTH")), "{error}");
        }
        running.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_the_digest_and_sends_it_now() {
    let clock = Moved::at(at("2018-02-10T06:00:00+07:00"));
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("node");
    let mut config = new_node(&dir, "00004", "2018-01-15", None, (clock.clock())());
    let running = start(&config, &clock).await;
    config.listen = running.address;
    let run = async |args: Vec<String>| {
        let run = move || motcua(&args.iter().map(String::as_str).collect::<Vec<_>>());
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let dir = dir.to_str().unwrap().to_owned();
    let settle = |more: &str| {
        let file = format!("{dir}/motcua.toml");
        let text =
            format!("unit = \"00004\"\nsecure = false\nlisten = \"{}\"\ndata = \"data\"\n{more}", running.address);
        fs::write(file, text).unwrap();
    };
    settle("");
    let (code, out, _) = run(vec!["digest".into(), dir.clone()]).await;
    assert!(
        code == 0 && out.contains("CHƯA CÓ LỊCH LÀM VIỆC NĂM 2018") && out.contains("NHỮNG NGÀY TỚI"),
        "{code} {out}"
    );
    let (code, _, error) = run(vec!["digest".into(), dir.clone(), "--send".into()]).await;
    assert!(code == 2 && error.contains("add [digest]"), "{code} {error}");
    settle("[digest]\nto = \"out\"\nlang = \"en\"\n");
    let (code, _, error) = run(vec!["digest".into(), dir.clone(), "--send".into()]).await;
    assert!(code == 3 && error.contains("cannot write"), "{code} {error}");
    fs::create_dir(format!("{dir}/out")).unwrap();
    let (code, out, _) = run(vec!["digest".into(), dir.clone(), "--send".into()]).await;
    let written = fs::read_to_string(format!("{dir}/out/motcua-00004-2018-02-10.txt")).unwrap();
    assert!(code == 0 && out.contains("NO CALENDAR FOR 2018") && written.trim_end() == out.trim_end(), "{code} {out}");
    running.stop().await.unwrap();
}
