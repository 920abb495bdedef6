//! Who tries to join and should not: tokens of others, requests that were changed, sent again, or made up. The province decides, and a district
//! between can only lose a request.

use motcua::{
    document::Sealer,
    domain::{
        calendar::PausePolicy,
        registry::{Part, Procedure, Procedures},
    },
    ledger::{By, enrol::TrustAsk},
    node::enrolment::Invitation,
    trust::{
        enrol::{Wish, ask},
        ticket::Ticket,
    },
    wire::{
        pb::v1::{enrolment_service_client::EnrolmentServiceClient, trust_service_client::TrustServiceClient},
        status::reason_of,
    },
};
use prost::Message;

use super::{realm::*, *};

/// A request of whoever has that document key, signed by all of these.
fn asked(unit: &str, token: &str, document: &dyn Sealer, signers: &[&dyn Sealer], at: Timestamp) -> pb::EnrolRequest {
    let link = NodeKey::generate().unwrap();
    let address = "https://10.0.0.1:7070";
    ask(&Wish { unit, token, link: &link, document: document.public_key(), address, at }, signers).unwrap()
}

async fn knock(realm: &Realm, request: &pb::EnrolRequest) -> Result<pb::EnrolResponse, Status> {
    let mut door = EnrolmentServiceClient::new(realm.link(DISTRICT, None));
    door.enrol(request.clone()).await.map(tonic::Response::into_inner)
}

async fn refused(realm: &Realm, request: &pb::EnrolRequest) -> String {
    let status = knock(realm, request).await.unwrap_err();
    reason_of(&status).unwrap_or_else(|| panic!("no reason in {status:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lets_in_one_machine_of_one_unit_once() {
    let realm = Realm::new().await;
    let (north, south) = (realm.ticket(NORTH, DISTRICT).await, realm.ticket(SOUTH, DISTRICT).await);
    let revoked = realm.ticket(SOUTH, DISTRICT).await;
    realm.node(TOP).trust(&By::node(), TrustAsk::Revoke(revoked.id.clone())).await.unwrap();
    let short =
        Invitation { unit: SOUTH.into(), valid_hours: 1, address: realm.url(DISTRICT), ..Invitation::default() };
    let (lapsed, _) = realm.node(TOP).invite(&By::node(), short).await.unwrap();
    let lapsed = Ticket::parse(&lapsed).unwrap();
    realm.clock.advance(realm.now().plus_millis(2 * 3_600_000));
    let now = realm.now();
    let (mine, other) = (key(1), key(2));
    let good = asked(NORTH, &north.id, &mine, &[&mine, &north.sealer()], now);
    let first = knock(&realm, &good).await.unwrap();
    // A lost answer burns nothing, and whoever recorded the request gets a certificate for keys that he does not have.
    assert_eq!(knock(&realm, &good).await.unwrap().certificates, first.certificates);

    // What a district could do with the request of another: put its own keys in, and sign what it can.
    let mut statement = pb::EnrolStatement::decode(good.statement.as_slice()).unwrap();
    statement.document_key = other.public_key().to_vec();
    let swapped = pb::EnrolRequest { statement: statement.encode_to_vec(), ..good.clone() };
    let mut halved = good.clone();
    halved.signatures.truncate(1);
    let mut doubled = good.clone();
    doubled.signatures = [good.signatures.clone(), good.signatures.clone(), good.signatures.clone()].concat();
    let large = pb::EnrolRequest { statement: vec![0; 9 << 10], ..good.clone() };
    let year_9999 = Timestamp::parse("9999-01-01T00:00:00+07:00").unwrap();
    let attacks = [
        ("used, other keys", asked(NORTH, &north.id, &other, &[&other, &north.sealer()], now), "TOKEN_USED"),
        ("of another unit", asked(NORTH, &south.id, &other, &[&other, &south.sealer()], now), "TOKEN_OTHER_UNIT"),
        ("lapsed", asked(SOUTH, &lapsed.id, &other, &[&other, &lapsed.sealer()], now), "TOKEN_EXPIRED"),
        ("revoked", asked(SOUTH, &revoked.id, &other, &[&other, &revoked.sealer()], now), "TOKEN_UNKNOWN"),
        ("made up", asked(SOUTH, "aaaaaaaa", &other, &[&other, &key(3)], now), "TOKEN_UNKNOWN"),
        ("seen, but not held", asked(SOUTH, &south.id, &other, &[&other], now), "BAD_PROOF"),
        ("another token's secret", asked(SOUTH, &south.id, &other, &[&other, &north.sealer()], now), "BAD_PROOF"),
        ("a document key of somebody else", asked(SOUTH, &south.id, &other, &[&south.sealer()], now), "BAD_PROOF"),
        ("keys swapped on the way", swapped, "BAD_PROOF"),
        ("a signature lost on the way", halved, "BAD_PROOF"),
        ("many signatures", doubled, "INVALID"),
        ("large", large, "INVALID"),
        ("no token, never enrolled", asked(ELSEWHERE, "", &other, &[&other], now), "NOT_ENROLLED"),
        ("as the top", asked(TOP, "", &other, &[&other], now), "BAD_PROOF"),
        ("from the year 9999", asked(NORTH, "", &mine, &[&mine], year_9999), "IN_THE_FUTURE"),
        ("of no unit", asked("../../etc", "", &other, &[&other], now), "INVALID"),
        ("a token with words for a terminal", asked(SOUTH, "\u{1b}[2J", &other, &[&other], now), "INVALID"),
    ];
    realm.settled().await;
    let before = [Untouched::of(&realm, DISTRICT), Untouched::of(&realm, TOP)];
    for (name, request, reason) in attacks {
        assert_eq!(refused(&realm, &request).await, reason, "{name}");
    }
    before[0].except(&realm, DISTRICT, 10);
    before[1].except(&realm, TOP, 20);
    // The right one still has its chance.
    knock(&realm, &asked(SOUTH, &south.id, &other, &[&other, &south.sealer()], now)).await.unwrap();
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_no_use_later() {
    let realm = Realm::new().await;
    let ticket = realm.ticket(NORTH, DISTRICT).await;
    let mine = key(1);
    let joined = asked(NORTH, &ticket.id, &mine, &[&mine, &ticket.sealer()], realm.now());
    knock(&realm, &joined).await.unwrap();
    let renewals: Vec<_> =
        (1..=2).map(|n| asked(NORTH, "", &mine, &[&mine], realm.now().plus_millis(n * 60_000))).collect();
    for renewal in &renewals {
        knock(&realm, renewal).await.unwrap();
    }
    let before = Untouched::of(&realm, TOP);
    assert_eq!(refused(&realm, &renewals[0]).await, "OLD_REQUEST");
    assert_eq!(refused(&realm, &joined).await, "TOKEN_USED");
    before.except(&realm, TOP, 2);
    realm.ban(NORTH).await;
    for request in [&joined, &renewals[0], &renewals[1]] {
        assert_eq!(refused(&realm, request).await, "BANNED");
    }
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_attempts_do_not_fill_the_journal() {
    let mut realm = Realm::new().await;
    realm.join(NORTH, DISTRICT).await;
    realm.until(TOP, "the roll", |s| s.registry.roll.get(NORTH).is_some()).await;
    let before = Untouched::of(&realm, TOP);
    let mut door = EnrolmentServiceClient::new(realm.link(TOP, None));
    // Each with keys of its own, so each would be another request that waits for a person.
    for n in 0..2_000_u32 {
        let document = motcua::document::KeySealer::from_seed(&[n.to_le_bytes(); 8].concat().try_into().unwrap());
        let token = if n % 2 == 0 { String::new() } else { format!("made{n}") };
        let request = asked(NORTH, &token, &document, &[&document], realm.now().plus_millis(1));
        door.enrol(request).await.unwrap_err();
    }
    let state = realm.state(TOP);
    assert_eq!(state.trust.waiting.len(), 1);
    let after = realm.node(TOP).snapshot().sequence;
    let first = &state.trust.waiting.get(NORTH).unwrap().keys;
    assert_eq!(first.document, motcua::document::KeySealer::from_seed(&[0; 32]).public_key(), "the first one stays");
    assert!(after <= before.sequence() + 31, "{after} after {}", before.sequence());
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_cannot_invite() {
    use motcua::ledger::trust::Role;
    let realm = Realm::new().await;
    let admin = |token: motcua::wire::link::Token, to: &str| TrustServiceClient::new(token.on(realm.link(to, None)));
    let mut top = admin(realm.person(TOP, Role::Admin, None).await.0, TOP);
    let whole = || pb::IssueTokenRequest {
        unit: NORTH.into(),
        address: "https://10.0.0.1:7070".into(),
        ..pb::IssueTokenRequest::default()
    };
    top.issue_token(whole()).await.unwrap();
    let before = Untouched::of(&realm, TOP);
    let table = [
        ("as the top", pb::IssueTokenRequest { unit: TOP.into(), ..whole() }, "TOKEN_OF_TOP"),
        ("nowhere", pb::IssueTokenRequest { unit: "99999".into(), ..whole() }, "UNKNOWN_UNIT"),
        ("a path", pb::IssueTokenRequest { unit: "../x".into(), ..whole() }, "BAD_UNIT"),
        ("no host name", pb::IssueTokenRequest { names: vec!["a b".into()], ..whole() }, "CANNOT_ISSUE"),
        ("every host", pb::IssueTokenRequest { names: vec!["*.gov.vn".into()], ..whole() }, "CANNOT_ISSUE"),
        ("too many", pb::IssueTokenRequest { names: vec!["a".into(); 11], ..whole() }, "OUT_OF_RANGE"),
        ("a setting", pb::IssueTokenRequest { address: "https://a\"#:1".into(), ..whole() }, "INVALID"),
        ("a line", pb::IssueTokenRequest { address: "https://a\n:1".into(), ..whole() }, "CONTROL_CHARACTER"),
        ("books from no boundary", pb::IssueTokenRequest { books_from: "2018-01-02".into(), ..whole() }, "INVALID"),
        ("for ever", pb::IssueTokenRequest { valid_hours: 721, ..whole() }, "OUT_OF_RANGE"),
    ];
    for (name, request, reason) in table {
        let status = top.issue_token(request).await.unwrap_err();
        assert_eq!(reason_of(&status).as_deref(), Some(reason), "{name}: {status:?}");
    }
    before.except(&realm, TOP, 0);
    // An administrator of a district lets in no unit and bans none.
    let mut district = admin(realm.person(DISTRICT, Role::Admin, None).await.0, DISTRICT);
    let ban = pb::BanNodeRequest { unit: NORTH.into(), reason: "spite".into() };
    let approve = pb::ApproveNodeRequest { unit: NORTH.into(), ..Default::default() };
    for status in [
        district.issue_token(whole()).await.map(drop).unwrap_err(),
        district.ban_node(ban).await.map(drop).unwrap_err(),
        district.approve_node(approve).await.map(drop).unwrap_err(),
    ] {
        let reason = reason_of(&status).unwrap();
        assert!(["NOT_THE_TOP", "NO_AUTHORITY"].contains(&reason.as_str()), "{status:?}");
    }
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_gets_the_registry_whatever_its_size() {
    let mut realm = Realm::new().await;
    let procedure = |n: u32| Procedure {
        code: format!("1.{n:06}"),
        name: format!("Thủ tục số {n}, với tên dài như tên của những thủ tục thật"),
        field: "Đất đai".into(),
        level: "Cấp xã".into(),
        term: None,
        pause: PausePolicy::default(),
        payment_pauses: false,
    };
    // As many as there are in the country; a request to join may have 64 KiB.
    let all = Procedures::new((0..5_000).map(procedure));
    realm.node(TOP).import(&By::node(), Part::Procedures(all.clone())).await.unwrap();
    realm.until(DISTRICT, "the procedures", |state| state.registry.procedures == all).await;
    realm.join(NORTH, DISTRICT).await;
    realm.start(NORTH).await;
    realm.until(NORTH, "the procedures", |state| state.registry.procedures == all).await;
    realm.end().await;
}
