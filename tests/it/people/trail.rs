//! Who did it: the trail is the same from a node that runs and from its directory, and says it in words.

use motcua::{
    clock::Moved,
    domain::periods::Period,
    ledger::{By, close::Ask},
};

use crate::{
    heal::made_up::{received, ten},
    support::{TestNode, at, must},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_of_a_running_node_and_of_its_directory_are_one() {
    let clock = Moved::at(at("2018-01-15T08:00:00+07:00"));
    let node = TestNode::new("07069", "2018-01-15", None, &clock).await;
    clock.advance(ten("2018-02-20"));
    let by = By::new("person a Nguyễn A", "10.0.0.7").because("đủ số liệu");
    node.running.node.record(&by, vec![received("07069", "a", "2018-01-20")], false).await.unwrap();
    let close = Ask::Close { reason: None };
    node.running.node.close(&by, None, Period::parse("2018-02").unwrap(), close).await.unwrap();
    let (url, dir) = (node.url(), node.folder.path().to_str().unwrap().to_owned());
    let told = tokio::task::spawn_blocking(move || {
        let ask = |args: &[&str]| must(&[&["audit", "--format", "json"], args].concat());
        let [online, offline] = [ask(&["--node", &url]), ask(&[&dir])];
        assert_eq!(online, offline);
        let [events, later] = [ask(&["--node", &url, "--events"]), ask(&[&dir, "--from", "3", "--events"])];
        assert!(events.contains("received of dossier a of 07069") && !online.contains("dossier a"), "{events}");
        assert_eq!(later.lines().count(), 1, "{later}");
        must(&["audit", &dir])
    });
    let told = told.await.unwrap();
    for words in
        ["books of 07069 begun, from 2018-01-15", "closed 2018-02 of 07069: 2 documents", "10.0.0.7", "đủ số liệu"]
    {
        assert!(told.contains(words), "{words} in {told}");
    }
    node.running.stop().await.unwrap();
}
