//! Documents that somebody else has written, and units that speak for others. Each attack has its reason, and leaves nothing behind but a note.

use bytes::Bytes;
use motcua::{
    document::{self, Sealer},
    domain::summary::Summary,
    ledger::enrol::TrustAsk,
    wire::{
        pb::v1::{
            enrolment_service_client::EnrolmentServiceClient, federation_service_client::FederationServiceClient,
        },
        status::reason_of,
    },
};
use prost::Message;

use super::{realm::*, *};
use crate::heal::peers_that_lie::{summary_with, tell};

async fn deliver(link: &Channel, sender: &str, documents: &[Bytes]) -> Result<Vec<pb::Receipt>, Status> {
    let documents = documents.iter().map(|d| d.to_vec()).collect();
    let batch = tokio_stream::once(pb::DeliverRequest { sender: sender.to_owned(), documents });
    FederationServiceClient::new(link.clone()).deliver(batch).await.map(|answer| answer.into_inner().receipts)
}

/// The next revision of a document.
fn after(document: &Bytes, unit: &str, received: i64) -> Summary {
    let mut next = summary_with(unit, received);
    next.revision = document::open(document).unwrap().summary.revision + 1;
    next.previous_revision = Some(document::hash(document));
    next
}

/// A document under the signature of another one, by the same key.
fn under_the_signature_of(signed: &Bytes, changed: &Bytes) -> Bytes {
    let (signed, changed) = (pb::Envelope::decode(signed.clone()), pb::Envelope::decode(changed.clone()));
    pb::Envelope { signature: signed.unwrap().signature, ..changed.unwrap() }.encode_to_vec().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_a_document_in_anothers_name() {
    let mut realm = Realm::new().await;
    for code in [NORTH, SOUTH] {
        realm.join(code, DISTRICT).await;
    }
    let north = realm.sealer(NORTH);
    let (from_north, from_district) = (realm.link_as(DISTRICT, NORTH), realm.link_as(TOP, DISTRICT));
    let first = document::seal(&summary_with(NORTH, 4), &*north);
    let newest = document::seal(&after(&first, NORTH, 5), &*north);
    for true_one in [&first, &newest] {
        assert_eq!(tell(&deliver(&from_north, NORTH, std::slice::from_ref(true_one)).await.unwrap()), [""]);
    }
    let unit = UnitId::new(NORTH, None);
    let atom = summary_with(NORTH, 0).atom.start;
    realm.until(TOP, "the document", |s| s.held(&unit, atom).is_some_and(|held| held.revision == 2)).await;

    let third = |sealer: &dyn Sealer| document::seal(&after(&newest, NORTH, 9), sealer);
    let altered = under_the_signature_of(&newest, &document::seal(&after(&first, NORTH, 6), &*north));
    let of_south = document::seal(&summary_with(SOUTH, 1), &*realm.sealer(SOUTH));
    let elsewhere = document::seal(&summary_with(ELSEWHERE, 1), &key(1));
    let keys = [realm.sealer(DISTRICT), realm.sealer(TOP), realm.sealer(SOUTH), Arc::new(key(9))];
    let [by_district, by_top, by_south, by_nobody] = keys.map(|sealer| third(&*sealer));
    let lies = [
        ("a sibling's", NORTH, &of_south, "NOT_BELOW_SENDER"),
        ("in its own name with a sibling's key", NORTH, &by_south, "WRONG_KEY"),
        ("in its own name with a new key", NORTH, &by_nobody, "WRONG_KEY"),
        ("an old revision again", NORTH, &first, "STALE_REVISION"),
        ("one figure changed", NORTH, &altered, "BAD_SIGNATURE"),
        ("a commune's, by its district", DISTRICT, &by_district, "WRONG_KEY"),
        ("a commune's, with a fresh key", DISTRICT, &by_nobody, "WRONG_KEY"),
        ("a commune's, with the top's own key", DISTRICT, &by_top, "WRONG_KEY"),
        ("relayed with one figure changed", DISTRICT, &altered, "BAD_SIGNATURE"),
        ("relayed from an old revision", DISTRICT, &first, "STALE_REVISION"),
        ("of another district's commune", DISTRICT, &elsewhere, "NOT_BELOW_SENDER"),
    ];
    let before = [Untouched::of(&realm, DISTRICT), Untouched::of(&realm, TOP)];
    for (name, sender, document, reason) in lies {
        let link = if sender == NORTH { &from_north } else { &from_district };
        let receipts = deliver(link, sender, std::slice::from_ref(document)).await.unwrap();
        assert_eq!(tell(&receipts), [reason], "{name}: {}", receipts[0].message);
        assert_eq!(receipts[0].outcome(), pb::DeliveryOutcome::Refused, "{name}");
    }
    before[0].except(&realm, DISTRICT, 5);
    before[1].except(&realm, TOP, 6);
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_banned_unit_or_a_revoked_key_signs_is_taken_from_nobody() {
    let mut realm = Realm::new().await;
    for code in [NORTH, SOUTH] {
        realm.join(code, DISTRICT).await;
    }
    let (old, of_south) = (realm.sealer(NORTH), document::seal(&summary_with(SOUTH, 1), &*realm.sealer(SOUTH)));
    realm.ban(SOUTH).await;
    let from_district = realm.link_as(TOP, DISTRICT);
    let status = deliver(&realm.link_as(DISTRICT, SOUTH), SOUTH, std::slice::from_ref(&of_south)).await.unwrap_err();
    assert_eq!(reason_of(&status).as_deref(), Some("BANNED"), "{status:?}");
    assert_eq!(tell(&deliver(&from_district, DISTRICT, &[of_south]).await.unwrap()), ["BANNED"]);

    // The commune's document key was stolen: it asks with a new one, and a person compares and approves.
    let fresh = key(5);
    let ask = |realm: &Realm, sealer: &dyn Sealer| {
        let link = NodeKey::generate().unwrap();
        let wish = motcua::trust::enrol::Wish {
            unit: NORTH,
            token: "",
            link: &link,
            document: sealer.public_key(),
            address: "",
            at: realm.now(),
        };
        motcua::trust::enrol::ask(&wish, &[sealer]).unwrap()
    };
    realm.clock.advance(realm.now().plus_millis(60_000));
    let mut door = EnrolmentServiceClient::new(realm.link(DISTRICT, None));
    let request = ask(&realm, &fresh);
    let status = door.enrol(request.clone()).await.unwrap_err();
    assert_eq!(reason_of(&status).as_deref(), Some("WAITS_FOR_APPROVAL"), "{status:?}");
    let waits = realm.state(TOP).trust.waiting.get(NORTH).unwrap().keys.document;
    let approve = |key: String| TrustAsk::Approve { code: NORTH.into(), key, revoke_old: true };
    let top = realm.node(TOP);
    let refused = top.trust(&motcua::ledger::By::node(), approve(String::new())).await.unwrap_err();
    assert_eq!(refused.reason(), "KEY_NOT_COMPARED");
    let name = document::fingerprint(&waits);
    top.trust(&motcua::ledger::By::node(), approve(name)).await.unwrap();
    door.enrol(request).await.unwrap();
    let document = document::seal(&summary_with(NORTH, 4), &*old);
    assert_eq!(tell(&deliver(&from_district, DISTRICT, &[document]).await.unwrap()), ["REVOKED_KEY"]);
    let document = document::seal(&summary_with(NORTH, 4), &fresh);
    assert_eq!(tell(&deliver(&from_district, DISTRICT, &[document]).await.unwrap()), [""]);
    // And with the old one nobody gets a certificate any more.
    realm.clock.advance(realm.now().plus_millis(60_000));
    let status = door.enrol(ask(&realm, &*old)).await.unwrap_err();
    assert_eq!(reason_of(&status).as_deref(), Some("WAITS_FOR_APPROVAL"), "{status:?}");
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_speaks_for_itself_only() {
    let mut realm = Realm::new().await;
    for code in [NORTH, SOUTH] {
        realm.join(code, DISTRICT).await;
    }
    let before = Untouched::of(&realm, DISTRICT);
    // Not even the node's own keys speak for a unit below.
    let links = [realm.link_as(DISTRICT, NORTH), realm.link_as(DISTRICT, TOP), realm.link_as(DISTRICT, DISTRICT)];
    for link in links {
        let mut client = FederationServiceClient::new(link.clone());
        let unit = SOUTH.to_owned();
        let hello = pb::HelloRequest { unit: unit.clone(), protocol_min: 1, protocol_max: 1, ..Default::default() };
        let refused = [
            client.hello(hello).await.map(drop).unwrap_err(),
            client.list_holdings(pb::ListHoldingsRequest { unit: unit.clone() }).await.map(drop).unwrap_err(),
            deliver(&link, SOUTH, &[Bytes::new()]).await.map(drop).unwrap_err(),
            client
                .fetch_documents(pb::FetchDocumentsRequest { unit: unit.clone(), hashes: Vec::new() })
                .await
                .map(drop)
                .unwrap_err(),
            client.fetch_registry(pb::FetchRegistryRequest { unit, have: Vec::new() }).await.map(drop).unwrap_err(),
        ];
        for status in refused {
            assert_eq!(reason_of(&status).as_deref(), Some("OTHER_UNIT"), "{status:?}");
        }
    }
    before.except(&realm, DISTRICT, 3);
    // Nor does it speak to the terminal of whoever lists the nodes.
    let software = "\u{1b}[2J9.9\r\n".to_owned();
    let unit = NORTH.to_owned();
    let hello = pb::HelloRequest { unit, software, protocol_min: 1, protocol_max: 1, ..Default::default() };
    FederationServiceClient::new(realm.link_as(DISTRICT, NORTH)).hello(hello).await.unwrap();
    assert_eq!(realm.node(DISTRICT).link.below(&UnitId::new(NORTH, None)).software, "[2J9.9");
    // A certificate is nothing without its key.
    let theirs = realm.identity(NORTH).chain;
    let mixed = Identity::new(&NodeKey::generate().unwrap(), theirs, roots(&realm.authority()));
    assert!(matches!(mixed, Err(motcua::trust::TrustError::OtherKey)), "{mixed:?}");
    realm.end().await;
}
