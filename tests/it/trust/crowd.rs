//! Connections that mean no good, or nothing at all, do not keep a well-behaved peer out.

use std::{net::SocketAddr, time::Duration};

use motcua::{config::Limits, trust::connect::channel};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::*;

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// Patient, so that nothing ends by itself while a test looks.
fn few(connections: usize, connections_per_address: usize) -> Limits {
    Limits { connections, connections_per_address, handshake_seconds: 600, ..Limits::default() }
}

async fn crowd(address: SocketAddr) -> Vec<TcpStream> {
    let words: [&[u8]; 5] = [
        b"",
        b"PRI * HTTP/2.0\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x00\xff garbage without an end",
    ];
    let mut crowd = Vec::new();
    for n in 0..100 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // It may be closed already.
        drop(stream.write_all(words[n % words.len()]).await);
        crowd.push(stream);
    }
    crowd
}

#[tokio::test]
async fn a_crowd_at_the_door_gives_way() {
    for (connections, per_address) in [(8, 100), (100, 8), (1000, 1000)] {
        let plain = listening(few(connections, per_address), None).await;
        let crowd_there = crowd(plain.address).await;
        let url = format!("http://{}", plain.address);
        timeout(LONG, call(&channel(&url, None, |e| e).unwrap())).await.unwrap().unwrap();
        drop(crowd_there);

        let node = secured(few(connections, per_address)).await;
        let crowd_there = crowd(node.listening.address).await;
        timeout(LONG, call(&node.channel(node.child()))).await.unwrap().unwrap();
        drop(crowd_there);
    }
}

#[tokio::test]
async fn whoever_is_in_stays_in_and_one_more_is_closed_at_once() {
    let node = secured(few(100, 2)).await;
    let (one, two) = (node.channel(node.child()), node.channel(node.child()));
    call(&one).await.unwrap();
    call(&two).await.unwrap();
    assert!(timeout(LONG, call(&node.channel(node.child()))).await.unwrap().is_err());
    let crowd_there = crowd(node.listening.address).await;
    call(&one).await.unwrap();
    call(&two).await.unwrap();
    assert_eq!(node.sessions.count(), 2);
    drop((one, crowd_there));
    // The server learns of the end of the first by and by.
    let again = async { while call(&node.channel(node.child())).await.is_err() {} };
    timeout(LONG, again).await.unwrap();
}

#[tokio::test]
async fn silence_is_cut_and_garbage_at_once() {
    let limits = Limits { handshake_seconds: 1, ..Limits::default() };
    let (plain, node) = (listening(limits.clone(), None).await, secured(limits).await);
    for address in [plain.address, node.listening.address] {
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut half = TcpStream::connect(address).await.unwrap();
        half.write_all(if address == plain.address { b"PRI * HTT" } else { b"\x16\x03\x01\x02\x00" }).await.unwrap();
        for stream in [&mut silent, &mut half] {
            let end = timeout(LONG, stream.read(&mut [0; 64])).await.unwrap();
            assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
        }
    }
    let patient = listening(few(10, 10), None).await;
    let mut garbage = TcpStream::connect(patient.address).await.unwrap();
    garbage.write_all(b"PRX").await.unwrap();
    let end = timeout(LONG, garbage.read(&mut [0; 64])).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}
