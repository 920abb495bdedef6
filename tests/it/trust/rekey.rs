//! Keys that are changed, and keys that were lost: what was published stays, what comes after needs the new key.

use std::{collections::BTreeMap, fs};

use bytes::Bytes;
use motcua::{
    document::{self, KeySealer, Sealer},
    domain::{
        periods::Period,
        registry::Part,
        roll::{How, Key, Pinned},
        units::{Tree, UnitId},
    },
    ledger::{By, close::Ask},
    node::{Node, enrolment::Invitation},
    run::{self, Rekeyed},
    trust::{
        files::{FOLDER, IdentityFiles},
        ticket::Ticket,
    },
    wire::pb::v1::federation_service_client::FederationServiceClient,
};

use super::{
    fleet::{BELOW, DISTRICT, Fleet, NORTH, PROVINCE, SOUTH},
    *,
};
use crate::heal::{
    made_up::{received, row, rows},
    peers_that_lie::tell,
};

const ALL: [&str; 4] = [PROVINCE, DISTRICT, NORTH, SOUTH];

async fn record(fleet: &Fleet, code: &str, dossier: &str) {
    let events = vec![received(code, dossier, "2018-01-10")];
    fleet.node(code).record(&By::node(), events, false).await.unwrap();
}

async fn publish(fleet: &Fleet, code: &str, ask: Ask) {
    let period = Period::parse("2018-01").unwrap();
    let out = fleet.node(code).close(&By::node(), Some(code.to_owned()), period, ask).await.unwrap();
    assert!(!out.is_empty(), "{code}");
}

async fn close(fleet: &Fleet, code: &str) {
    publish(fleet, code, Ask::Close { reason: None }).await;
}

async fn amend(fleet: &Fleet, code: &str, dossier: &str) {
    record(fleet, code, dossier).await;
    publish(fleet, code, Ask::Amend { reason: "found in a drawer".into() }).await;
}

/// A federation in which the communes have closed January.
async fn closed() -> Fleet {
    let fleet = Fleet::new().await;
    for code in [NORTH, SOUTH] {
        record(&fleet, code, "a").await;
        close(&fleet, code).await;
        fleet.all_sent(code).await;
    }
    close(&fleet, DISTRICT).await;
    fleet.all_sent(DISTRICT).await;
    // Requests for certificates of one moment are one request.
    fleet.clock.advance(fleet.now().plus_millis(60_000));
    fleet
}

async fn rekey(fleet: &Fleet, code: &str) -> Result<Rekeyed, run::RunError> {
    run::rekey(fleet.config(code), false, &fleet.clock.clock()).await
}

async fn rejoin(fleet: &Fleet, code: &str) {
    let ticket = fleet.ticket(code).await;
    run::rejoin(fleet.config(code), &ticket, &fleet.clock.clock()).await.unwrap();
}

/// The newest document of a unit that a node holds.
fn newest(node: &Node, unit: &str) -> Bytes {
    let unit = UnitId::new(unit, None);
    let held = node.snapshot().state.shelves[&unit].values().next_back().unwrap().clone();
    node.envelope(&unit, held.atom.start, held.revision).unwrap().0
}

fn signer(document: &Bytes) -> Key {
    document::open(document).unwrap().signer
}

fn keys(node: &Node, code: &str) -> Vec<Pinned> {
    node.snapshot().state.registry.roll.get(code).unwrap().keys.clone()
}

fn key(fleet: &Fleet, code: &str) -> Key {
    run::load_key(&fleet.config(code).data).unwrap().public_key()
}

/// Figures of a node, to be compared.
fn books(fleet: &Fleet, code: &str) -> String {
    let state = &fleet.node(code).snapshot().state;
    format!("{:?}", (&state.books, &state.shelves))
}

/// One key was retired by another, which is in use.
fn retired_and_current(keys: &[Pinned], old: Key, new: Key, how: How) {
    let told: Vec<_> = keys.iter().map(|k| (k.key, k.retired.is_some(), k.revoked)).collect();
    assert_eq!(told, [(old, true, false), (new, false, false)]);
    assert_eq!(keys[1].how, how);
}

/// It came up as after a proper end.
fn unalarmed(fleet: &Fleet, code: &str) {
    assert_eq!(fleet.node(code).recovered, Vec::<String>::new(), "{code}");
}

/// The registry flows to everybody.
async fn registry_flows(fleet: &Fleet, code: &str) {
    let mut rows = rows();
    rows.push(row(code, Some(DISTRICT)));
    fleet.node(PROVINCE).import(&By::node(), Part::Tree(Tree::from_rows(rows).unwrap())).await.unwrap();
    let version = fleet.node(PROVINCE).snapshot().state.registry.version;
    for below in BELOW {
        fleet.until(below, "the registry", |n| n.snapshot().state.registry.version == version).await;
    }
}

async fn everything_below_is_sent(fleet: &Fleet) {
    amend(fleet, NORTH, "late").await;
    fleet.all_sent(NORTH).await;
    publish(fleet, DISTRICT, Ask::Amend { reason: "a commune amended".into() }).await;
    fleet.all_sent(DISTRICT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_changes_its_document_key_and_the_old_one_signs_for_it() {
    let mut fleet = closed().await;
    let (old, first) = (key(&fleet, NORTH), newest(fleet.node(NORTH), NORTH));
    fleet.stop(NORTH).await;
    fleet.stop(DISTRICT).await;
    rekey(&fleet, NORTH).await.unwrap_err();
    let next = fleet.config(NORTH).data.join("document.key.next");
    let begun = fs::read_to_string(&next).unwrap();
    assert_eq!(key(&fleet, NORTH), old, "nobody knows the new one yet");
    fleet.start(DISTRICT).await;

    // The same machine, but the roll does not know the key yet.
    let new = KeySealer::from_pem(&begun).unwrap();
    let mut summary = document::open(&first).unwrap().summary;
    summary.revision += 1;
    summary.previous_revision = Some(document::hash(&first));
    summary.reason = "early".into();
    let early = document::seal(&summary, &new);
    let identity = IdentityFiles::new(fleet.config(NORTH).data.join(FOLDER)).load().unwrap();
    let expect = Expect::Units(vec![DISTRICT.into()]);
    let tls = client_config(&Keyring::new(identity), &fleet.clock.clock(), expect).unwrap();
    let link = channel(&format!("https://{}", fleet.address(DISTRICT)), Some(tls), |e| e).unwrap();
    let batch = pb::DeliverRequest { sender: NORTH.into(), documents: vec![early.to_vec()] };
    let answer = FederationServiceClient::new(link).deliver(tokio_stream::once(batch)).await.unwrap();
    assert_eq!(tell(&answer.into_inner().receipts), ["WRONG_KEY"]);

    assert_eq!(rekey(&fleet, NORTH).await.unwrap(), Rekeyed::Handed);
    assert_eq!(fs::read_to_string(fleet.config(NORTH).data.join("document.key")).unwrap(), begun);
    assert!(!next.exists());
    let roll = keys(fleet.node(PROVINCE), NORTH);
    retired_and_current(&roll, old, new.public_key(), How::OldKey);
    fleet.start(NORTH).await;
    unalarmed(&fleet, NORTH);
    everything_below_is_sent(&fleet).await;
    for code in [NORTH, DISTRICT, PROVINCE] {
        let node = fleet.node(code);
        let last = newest(node, NORTH);
        assert_eq!(signer(&last), new.public_key(), "{code}");
        let summary = document::open(&first).unwrap().summary;
        let (kept, _) = node.envelope(&summary.unit, summary.atom.start, summary.revision).unwrap();
        assert_eq!(kept, first, "{code}");
    }
    fleet.until(NORTH, "its own keys", |node| keys(node, NORTH) == roll).await;
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_top_that_lost_its_keys_signs_anew_and_is_believed_with_tokens_only() {
    for authority_too in [false, true] {
        let mut fleet = closed().await;
        let before: BTreeMap<_, _> = ALL.map(|code| (code, books(&fleet, code))).into();
        let old = key(&fleet, PROVINCE);
        fleet.stop(PROVINCE).await;
        let data = fleet.config(PROVINCE).data.clone();
        fs::remove_file(data.join("document.key")).unwrap();
        if authority_too {
            fs::remove_dir_all(data.join("authority")).unwrap();
        }
        assert_eq!(rekey(&fleet, PROVINCE).await.unwrap(), Rekeyed::Root);
        let new = key(&fleet, PROVINCE);
        fleet.start(PROVINCE).await;
        unalarmed(&fleet, PROVINCE);
        let roots = |code: &str| fleet.node(code).keyring().unwrap().get().unwrap().roots_pem();
        assert_eq!(roots(PROVINCE) == roots(DISTRICT), !authority_too);
        retired_and_current(&keys(fleet.node(PROVINCE), PROVINCE), old, new, How::Founder);
        let told = if authority_too { "authority" } else { "not signed by the top" };
        fleet.until(DISTRICT, "the refusal", |node| node.link.up().last_error.contains(told)).await;
        for code in BELOW {
            assert_eq!(fleet.node(code).snapshot().state.trust.root, Some(old), "{code}");
        }
        // Parents first.
        for code in BELOW {
            fleet.stop(code).await;
            rejoin(&fleet, code).await;
            fleet.start(code).await;
            unalarmed(&fleet, code);
            assert_eq!(fleet.node(code).snapshot().state.trust.root, Some(new), "{code}");
            assert_eq!(keys(fleet.node(PROVINCE), code).len(), 1, "{code} has kept its own key");
        }
        for code in ALL {
            assert_eq!(books(&fleet, code), before[code], "{code}");
        }
        registry_flows(&fleet, "07200").await;
        everything_below_is_sent(&fleet).await;
        fleet.agreed(SOUTH).await;
        fleet.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_lost_its_document_key_gets_another_with_a_token() {
    let mut fleet = closed().await;
    let (old, before) = (key(&fleet, NORTH), books(&fleet, NORTH));
    fleet.stop(NORTH).await;
    fs::remove_file(fleet.config(NORTH).data.join("document.key")).unwrap();
    rejoin(&fleet, NORTH).await;
    let new = key(&fleet, NORTH);
    retired_and_current(&keys(fleet.node(PROVINCE), NORTH), old, new, How::Token);
    fleet.start(NORTH).await;
    unalarmed(&fleet, NORTH);
    assert_eq!(books(&fleet, NORTH), before);
    everything_below_is_sent(&fleet).await;
    assert_eq!(signer(&newest(fleet.node(PROVINCE), NORTH)), new);
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_stolen_is_revoked_with_the_token_that_replaces_it() {
    let mut fleet = closed().await;
    let old = key(&fleet, NORTH);
    fleet.stop(NORTH).await;
    fs::remove_file(fleet.config(NORTH).data.join("document.key")).unwrap();
    let invitation = Invitation { unit: NORTH.to_owned(), valid_hours: 1, revoke_old: true, ..Invitation::default() };
    let (token, _) = fleet.node(PROVINCE).invite(&By::node(), invitation).await.unwrap();
    let ticket = Ticket::parse(&token).unwrap();
    run::rejoin(fleet.config(NORTH), &ticket, &fleet.clock.clock()).await.unwrap();
    let roll = keys(fleet.node(PROVINCE), NORTH);
    assert_eq!(
        roll.iter().map(|pinned| (pinned.key == old, pinned.revoked)).collect::<Vec<_>>(),
        [(true, true), (false, false)]
    );
    fleet.start(NORTH).await;
    everything_below_is_sent(&fleet).await;
    fleet.end().await;
}
