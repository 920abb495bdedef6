//! People with tokens that are not theirs, not good any more, or not good for that; and callers who try odd things with headers.

use motcua::{
    ledger::trust::Role,
    run,
    wire::{
        link::Token,
        pb::v1::{
            desk_service_client::DeskServiceClient, federation_service_client::FederationServiceClient,
            period_service_client::PeriodServiceClient, report_service_client::ReportServiceClient,
        },
        status::reason_of,
    },
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
};

use super::{realm::*, *};

fn reason(status: &Status) -> String {
    reason_of(status).unwrap_or_else(|| panic!("no reason in {status:?}"))
}

fn closing() -> pb::ClosePeriodRequest {
    pb::ClosePeriodRequest { period: "2018-01".into(), ..Default::default() }
}

fn group(unit: &str) -> pb::RecordRequest {
    let event = pb::Event { unit: unit.into(), ..pb::Event::default() };
    pb::RecordRequest { events: vec![event], ..pb::RecordRequest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_its_role_its_unit_and_its_node() {
    let realm = Realm::new().await;
    let here = |token: Token| token.on(realm.link(DISTRICT, None));
    let before = Untouched::of(&realm, DISTRICT).with_people(5);
    for role in [Role::Viewer, Role::Desk, Role::Admin] {
        let token = realm.person(DISTRICT, role, None).await.0;
        let status = PeriodServiceClient::new(here(token)).close_period(closing()).await.unwrap_err();
        assert_eq!(reason(&status), "NOT_ALLOWED", "{role}");
    }
    // And the trail says who it was, not only that somebody tried.
    let tried = |role: Role| {
        let lines = realm.node(DISTRICT).audit(1, 1_000, false).unwrap().lines;
        let who = format!("Nguyễn Thị {role}");
        lines.iter().any(|line| {
            line.who.starts_with("person ") && line.who.ends_with(&who) && line.what.contains("ClosePeriod")
        })
    };
    let trail = async {
        while ![Role::Viewer, Role::Desk, Role::Admin].into_iter().all(tried) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), trail).await.unwrap();
    let desk = realm.person(DISTRICT, Role::Desk, Some(DISTRICT)).await.0;
    for unit in [NORTH, TOP, "205X", "@205"] {
        let mut client = DeskServiceClient::new(here(desk.clone()));
        let mut answers = client.record(tokio_stream::once(group(unit))).await.unwrap().into_inner();
        assert_eq!(reason(&answers.message().await.unwrap_err()), "OTHER_UNIT", "{unit}");
        let asked = pb::ListOpenDossiersRequest { unit: unit.into(), ..Default::default() };
        let status = client.list_open_dossiers(asked).await.unwrap_err();
        assert_eq!(reason(&status), "OTHER_UNIT", "{unit}");
    }
    // At the node above it is the token of nobody.
    let mut there = DeskServiceClient::new(desk.on(realm.link(TOP, None)));
    let status = there.record(tokio_stream::once(group(""))).await.unwrap_err();
    assert_eq!(reason(&status), "BAD_CREDENTIALS");
    // Nor does a person speak for a unit, beside whatever certificate.
    let admin = realm.person(DISTRICT, Role::Admin, None).await.0;
    for link in [realm.link(DISTRICT, None), realm.link_as(DISTRICT, DISTRICT)] {
        let hello = pb::HelloRequest { unit: NORTH.into(), protocol_min: 1, protocol_max: 1, ..Default::default() };
        let status = FederationServiceClient::new(admin.clone().on(link)).hello(hello).await.unwrap_err();
        assert_eq!(reason(&status), "NOT_ALLOWED");
    }
    before.except(&realm, DISTRICT, 15);
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_dismissed_in_the_middle_of_a_stream_is_out() {
    let realm = Realm::new().await;
    let (desk, clerk) = realm.person(DISTRICT, Role::Desk, None).await;
    let (viewer, reader) = realm.person(DISTRICT, Role::Viewer, None).await;
    let (send, groups) = mpsc::channel(4);
    let empty = || pb::RecordRequest { dry_run: true, ..pb::RecordRequest::default() };
    send.send(empty()).await.unwrap();
    let mut client = DeskServiceClient::new(desk.on(realm.link(DISTRICT, None)));
    let mut answers = client.record(ReceiverStream::new(groups)).await.unwrap().into_inner();
    answers.message().await.unwrap().unwrap();
    let query = pb::GetReportRequest { period: "2018-01".into(), ..Default::default() };
    let mut client = ReportServiceClient::new(viewer.on(realm.link(DISTRICT, None)));
    let watch = pb::WatchReportRequest { query: Some(query) };
    let mut reports = client.watch_report(watch).await.unwrap().into_inner();
    reports.message().await.unwrap().unwrap();

    realm.dismiss(DISTRICT, &clerk).await;
    realm.dismiss(DISTRICT, &reader).await;
    let before = Untouched::of(&realm, DISTRICT);
    send.send(empty()).await.unwrap();
    assert_eq!(reason(&answers.message().await.unwrap_err()), "BAD_CREDENTIALS");
    assert_eq!(reason(&reports.message().await.unwrap_err()), "BAD_CREDENTIALS");
    before.except(&realm, DISTRICT, 1);
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_open_nothing() {
    let realm = Realm::new().await;
    let (good, _) = realm.person_text(DISTRICT, Role::Admin, None).await;
    let (other, _) = realm.person_text(DISTRICT, Role::Viewer, None).await;
    let value = |text: String| MetadataValue::<Ascii>::try_from(text).unwrap();
    let bytes = |bytes: &'static [u8]| MetadataValue::<Ascii>::try_from(bytes).unwrap();
    let bearer = |token: &str| value(format!("Bearer {token}"));
    let table: Vec<(&str, Vec<MetadataValue<Ascii>>, &str)> = vec![
        ("right", vec![bearer(&good)], ""),
        ("another scheme", vec![value(format!("Basic {good}"))], "BAD_CREDENTIALS"),
        ("no scheme", vec![value(good.clone())], "BAD_CREDENTIALS"),
        ("empty", vec![value(String::new())], "BAD_CREDENTIALS"),
        ("bytes that are no text", vec![bytes(b"Bearer \xff\xfe")], "BAD_CREDENTIALS"),
        ("the good one twice", vec![bearer(&good), bearer(&good)], "BAD_CREDENTIALS"),
        ("a good one after a bad one", vec![bearer("x"), bearer(&good)], "BAD_CREDENTIALS"),
        ("two good ones", vec![bearer(&good), bearer(&other)], "BAD_CREDENTIALS"),
        ("one inside the other", vec![value(format!("Bearer {other}, Bearer {good}"))], "BAD_CREDENTIALS"),
        ("very long", vec![bearer(&format!("motcua-access-1.a.{}", "A".repeat(12_000)))], "BAD_CREDENTIALS"),
        ("one letter more", vec![bearer(&format!("{good}A"))], "BAD_CREDENTIALS"),
        ("without its secret", vec![bearer(good.rsplit_once('.').unwrap().0)], "BAD_CREDENTIALS"),
    ];
    let before = Untouched::of(&realm, DISTRICT);
    let channel = realm.link(DISTRICT, None);
    for (name, values, expected) in table {
        let mut request = Request::new(pb::GetStatusRequest {});
        for value in values {
            request.metadata_mut().append("authorization", value);
        }
        let result = AdminServiceClient::new(channel.clone()).get_status(request).await;
        match (result, expected) {
            (Ok(_), "") => {}
            (Err(status), expected) => {
                assert_eq!(reason(&status), expected, "{name}");
                assert!(!format!("{status:?}").contains(good.rsplit('.').next().unwrap()), "{name}: {status:?}");
            }
            (Ok(_), expected) => panic!("{name}: it got in instead of {expected}"),
        }
    }
    before.except(&realm, DISTRICT, 1);
    // An id of the caller's own comes back only if it is one.
    for (given, kept) in [("abc-1", true), ("a b", false), ("\t", false), (&"x".repeat(65), false)] {
        let mut request = Request::new(pb::GetStatusRequest {});
        request.metadata_mut().append("x-request-id", value(given.to_owned()));
        request.metadata_mut().append("x-request-id", value("second".into()));
        let status = AdminServiceClient::new(channel.clone()).get_status(request).await.unwrap_err();
        let ids: Vec<_> = status.metadata().get_all("x-request-id").iter().collect();
        assert_eq!(ids.len(), 1, "{given:?}");
        assert_eq!(ids[0].to_str().unwrap() == given, kept, "{given:?}: {ids:?}");
    }
    realm.end().await;
}

/// Whoever kept the old machine of a unit must not be that unit any more: not to its neighbours, and above all not to its own new machine, where a
/// certificate of the unit opens everything.
#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_of_the_machine_before_opens_nothing() {
    let mut realm = Realm::new().await;
    realm.join(NORTH, DISTRICT).await;
    let stolen = || realm.identity(NORTH);
    let (at_the_parent, at_home) = (stolen(), stolen());
    realm.clock.advance(realm.now().plus_millis(10 * 60_000));
    let ticket = realm.ticket(NORTH, DISTRICT).await;
    run::rejoin(&realm.sites[NORTH].config, &ticket, &realm.clock.clock()).await.unwrap();
    realm.settled().await;
    realm.start(NORTH).await;
    for (to, identity) in [(DISTRICT, at_the_parent), (NORTH, at_home)] {
        let status = call(&realm.link(to, Some(identity))).await.unwrap_err();
        assert_eq!(reason(&status), "CERTIFICATE_VOID", "at {to}");
    }
    call(&realm.link_as(NORTH, NORTH)).await.unwrap();
    // A ban takes the unit's voice in the federation, not the machine from those who look after it.
    realm.ban(NORTH).await;
    realm.until(NORTH, "anything", |_| true).await;
    call(&realm.link_as(NORTH, NORTH)).await.unwrap();
    realm.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_he_has_prepared_himself() {
    let mut realm = Realm::new().await;
    realm.join(NORTH, DISTRICT).await;
    realm.sites.get_mut(NORTH).unwrap().config.two_persons = true;
    realm.start(NORTH).await;
    let mut people = Vec::new();
    for role in [Role::Viewer, Role::Desk, Role::Operator, Role::Approver, Role::Approver] {
        let token = realm.person(NORTH, role, None).await.0;
        people.push(PeriodServiceClient::new(token.on(realm.link(NORTH, None))));
    }
    let [mut viewer, mut desk, mut operator, mut first, mut second] = <[_; 5]>::try_from(people).ok().unwrap();
    let mut keys = PeriodServiceClient::new(realm.link_as(NORTH, NORTH));
    let preparing = || pb::PreparePeriodRequest { period: "2018-01".into(), ..Default::default() };
    let approving = || pb::ApprovePeriodRequest { period: "2018-01".into(), ..Default::default() };

    let prepared = operator.prepare_period(preparing()).await.unwrap().into_inner().prepared.unwrap();
    assert!(!prepared.documents.is_empty());
    let (before, waits) = (Untouched::of(&realm, NORTH), realm.state(NORTH).preparations);
    for client in [&mut viewer, &mut desk, &mut operator] {
        assert_eq!(reason(&client.approve_period(approving()).await.unwrap_err()), "NOT_ALLOWED");
    }
    assert_eq!(reason(&keys.approve_period(approving()).await.unwrap_err()), "NEEDS_A_PERSON");
    assert_eq!(reason(&keys.prepare_period(preparing()).await.unwrap_err()), "NEEDS_A_PERSON");
    assert_eq!(reason(&keys.close_period(closing()).await.unwrap_err()), "TWO_PERSONS");
    for alone in [&mut operator, &mut first] {
        assert_eq!(reason(&alone.close_period(closing()).await.unwrap_err()), "TWO_PERSONS");
    }
    assert_eq!(realm.state(NORTH).preparations, waits);
    before.except(&realm, NORTH, 8);

    // An approver may prepare as well; then it takes another one, of whatever name.
    first.prepare_period(preparing()).await.unwrap();
    let (before, waits) = (Untouched::of(&realm, NORTH), realm.state(NORTH).preparations);
    assert_eq!(reason(&first.approve_period(approving()).await.unwrap_err()), "SAME_PERSON");
    assert_eq!(realm.state(NORTH).preparations, waits);
    before.except(&realm, NORTH, 1);
    let out = second.approve_period(approving()).await.unwrap().into_inner().documents;
    assert_eq!(out.len(), prepared.documents.len());
    assert!(realm.state(NORTH).preparations.is_empty());
    realm.end().await;
}
