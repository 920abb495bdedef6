//! A thousand connections that mean no good, from one address, against a secure node, and what a well-behaved desk at another address feels of it:
//! `cargo bench -- hostile`. Before and during are measured in one run, in turns of calls of one kind. The node is a process of its own, so that its
//! memory is its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use motcua::{
    clock,
    trust::{identity::Roots, keyring::Keyring, tls::client_config, verify::Expect},
    wire::{
        link::Token,
        pb::v1::{
            self as pb, admin_service_client::AdminServiceClient, desk_service_client::DeskServiceClient,
            report_service_client::ReportServiceClient,
        },
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_rustls::TlsConnector;
use tonic::{
    codec::CompressionEncoding::Gzip,
    transport::{Channel, Endpoint},
};

/// Connections that mean no good.
const CROWD: usize = 1000;
/// Calls of the desk in each measurement.
const CALLS: usize = 300;

type Tls = Arc<rustls::ClientConfig>;

/// The node, ended with this.
struct Served(Child, SocketAddr);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn motcua(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_motcua")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn serve(dir: &str) -> Served {
    let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(["serve", "--config"])
        .arg(Path::new(dir).join("motcua.toml"))
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let at = lines.find_map(|line| line.unwrap().split_once(" serves at https://").map(|(_, at)| at.parse().unwrap()));
    std::thread::spawn(move || lines.for_each(drop));
    Served(child, at.unwrap())
}

impl Served {
    /// Resident memory, MiB.
    fn memory(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.0.id())).unwrap();
        statm.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4 / 1024
    }
}

/// A connection from that address of this machine.
async fn from(ip: [u8; 4], to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((ip, 0).into())?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A channel over TLS from that address.
fn channel(ip: [u8; 4], to: SocketAddr, tls: Tls) -> Channel {
    let connector = tower::service_fn(move |_| {
        let tls = Arc::clone(&tls);
        async move {
            let link = TlsConnector::from(tls).connect("localhost".try_into().unwrap(), from(ip, to).await?).await?;
            Ok::<_, std::io::Error>(hyper_util::rt::TokioIo::new(link))
        }
    });
    Endpoint::from_shared(format!("http://{to}")).unwrap().connect_with_connector_lazy(connector)
}

/// One of the crowd: comes, does its worst, and comes again when it was thrown out.
async fn hostile(n: usize, to: SocketAddr, tls: Tls, thrown_out: Arc<AtomicU64>) {
    let me = [127, 0, 0, 1];
    loop {
        // Each goes on as long as it lasts; what comes of it does not matter.
        let _ = match n % 7 {
            // Silent,
            0 => raw(me, to, b"").await,
            // half a handshake,
            1 => raw(me, to, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await,
            // garbage,
            2 => raw(me, to, &[0xa5; 4096]).await,
            // a byte now and then,
            3 => slow(me, to).await,
            // TLS, and then not a word,
            4 => silent_tls(me, to, tls.clone()).await,
            // a message that unpacks to five hundred times its size, or one that is too large to begin with,
            5 => too_large(channel(me, to, tls.clone()), n).await,
            // and calls upon calls on one connection.
            _ => many(channel(me, to, tls.clone())).await,
        };
        thrown_out.fetch_add(1, Relaxed);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn raw(me: [u8; 4], to: SocketAddr, words: &[u8]) -> std::io::Result<()> {
    let mut stream = from(me, to).await?;
    stream.write_all(words).await?;
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

async fn slow(me: [u8; 4], to: SocketAddr) -> std::io::Result<()> {
    let mut stream = from(me, to).await?;
    for byte in b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".iter().cycle() {
        stream.write_all(&[*byte]).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

async fn silent_tls(me: [u8; 4], to: SocketAddr, tls: Tls) -> std::io::Result<()> {
    let mut link = TlsConnector::from(tls).connect("localhost".try_into().unwrap(), from(me, to).await?).await?;
    link.read_to_end(&mut Vec::new()).await.map(drop)
}

async fn too_large(channel: Channel, n: usize) -> std::io::Result<()> {
    let zeros = vec![0; if n.is_multiple_of(2) { 8 << 20 } else { 1 << 20 }];
    let mut client = motcua::wire::pb::v1::enrolment_service_client::EnrolmentServiceClient::new(channel);
    if n.is_multiple_of(2) {
        client = client.send_compressed(Gzip);
    }
    let request = pb::EnrolRequest { statement: zeros, ..Default::default() };
    client.enrol(request).await.map(drop).map_err(std::io::Error::other)
}

async fn many(channel: Channel) -> std::io::Result<()> {
    for _ in 0..20 {
        let calls = (0..100).map(|_| {
            let mut client = AdminServiceClient::new(channel.clone());
            async move { client.get_status(pb::GetStatusRequest {}).await.is_ok() }
        });
        futures_util::future::join_all(calls).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Median and 99th of a hundred of how long calls take, one after the other: a report, and an event that is recorded.
async fn felt(channel: &motcua::wire::link::Link, first: &mut u128) -> [(Duration, Duration); 2] {
    let (mut reports, mut records) = (Vec::new(), Vec::new());
    for _ in 0..CALLS {
        let begun = Instant::now();
        let asked = pb::GetReportRequest { period: "2026-02".into(), ..Default::default() };
        ReportServiceClient::new(channel.clone()).get_report(asked).await.unwrap();
        reports.push(begun.elapsed());
        let groups = super::whole_way::groups(1, 1, first);
        let begun = Instant::now();
        let mut answers =
            DeskServiceClient::new(channel.clone()).record(tokio_stream::iter(groups)).await.unwrap().into_inner();
        let ack = answers.message().await.unwrap().unwrap().acks.remove(0);
        assert_eq!(ack.outcome(), pb::Outcome::Recorded, "{ack:?}");
        records.push(begun.elapsed());
        // Below the rate that one address may call at.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    [reports, records].map(|mut all| {
        all.sort();
        (all[CALLS / 2], all[CALLS * 99 / 100])
    })
}

/// Before, during, and what it cost.
pub fn run() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("top");
    let dir = dir.to_str().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    motcua(&["init", dir, "--unit", "22", "--books-from", "2025-12-15", "--listen", &free.to_string()]);
    let node = serve(dir);
    let told = motcua(&["access", "issue", "--name", "desk", "--role", "operator", "--dir", dir]);
    let token = told.lines().find_map(|l| l.strip_prefix("token = \"")).unwrap().trim_end_matches('"');
    let authority = std::fs::read_to_string(Path::new(dir).join("data/authority/authority.pem")).unwrap();
    let expect = Expect::Authority(Roots::from_pem(&authority).unwrap());
    let tls = client_config(&Keyring::default(), &clock::system(), expect).unwrap();
    // The crowd has a runtime of its own, as it would have machines of its own.
    let crowd = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let desk = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // A channel wants a runtime around it even before it connects.
    let _within = desk.enter();
    let link = Token::new(token).unwrap().on(channel([127, 0, 0, 2], node.1, Arc::clone(&tls)));
    let mut first = 0;
    desk.block_on(felt(&link, &mut first));
    let before = desk.block_on(felt(&link, &mut first));
    let memory = node.memory();
    let thrown_out = Arc::new(AtomicU64::new(0));
    for n in 0..CROWD {
        crowd.spawn(hostile(n, node.1, Arc::clone(&tls), Arc::clone(&thrown_out)));
    }
    desk.block_on(tokio::time::sleep(Duration::from_secs(3)));
    let during = desk.block_on(felt(&link, &mut first));
    // Whoever comes new has to get in as well.
    let newcomer = Token::new(token).unwrap().on(channel([127, 0, 0, 3], node.1, tls));
    let begun = Instant::now();
    desk.block_on(AdminServiceClient::new(newcomer).get_status(pb::GetStatusRequest {})).unwrap();
    let newcomer = begun.elapsed();
    let grown = node.memory().saturating_sub(memory);
    println!("hostile: {CROWD} connections from one address, {} thrown out and back", thrown_out.load(Relaxed));
    for (what, (before, during)) in ["report", "record"].iter().zip(before.iter().zip(&during)) {
        let ratio = during.0.as_secs_f64() / before.0.as_secs_f64();
        println!(
            "  {what}: median {:?} before, {:?} during: {ratio:.2}; 99th {:?}, {:?}",
            before.0, during.0, before.1, during.1
        );
    }
    println!("  a newcomer got in after {newcomer:?}; memory {memory} MiB before, {grown} MiB more during");
    crowd.shutdown_background();
}
