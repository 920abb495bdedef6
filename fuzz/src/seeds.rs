//! The seeds: small real inputs for every target, made from the world and written to `corpus/`. `tests/it/fuzz.rs` keeps the two alike.

use std::{collections::BTreeMap, sync::Arc};

use motcua::{
    store::{disk::Disk, faulty_disk::FaultyDisk, journal::Journal, journal::Options},
    wire::{
        event::event_to_pb,
        pb::v1::{self as pb, event::Kind},
        registry::part_to_pb,
    },
};
use prost::Message;

use super::{
    grpc::frame,
    mapping::BETWEEN,
    message::SCHEMA,
    world::{COMMUNE, DISTRICT, KEPT, PROVINCE, WORLD, story},
};

/// Inputs by name.
pub type Seeds = BTreeMap<String, Vec<u8>>;

/// Every seed of every target.
pub fn all() -> BTreeMap<&'static str, Seeds> {
    BTreeMap::from([
        ("bundle", bundles()),
        ("config", configs()),
        ("document", documents()),
        ("grpc", calls()),
        ("journal", journals()),
        ("mapping", mappings()),
        ("text", texts()),
    ])
}

fn named<'a>(all: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Seeds {
    all.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

fn kind(kind: u8, bytes: &[u8]) -> Vec<u8> {
    [&[kind], bytes].concat()
}

fn bundles() -> Seeds {
    let whole = &WORLD.bundle;
    let body = whole.strip_prefix(b"motcua bundle v1\n").unwrap_or_default();
    named([("whole", kind(0, whole)), ("resealed", kind(1, body))])
}

fn documents() -> Seeds {
    let first = WORLD.documents.first().cloned().unwrap_or_default();
    let amended = WORLD.documents.last().cloned().unwrap_or_default();
    let summary = |envelope: &[u8]| pb::Envelope::decode(envelope).unwrap_or_default().summary;
    let top = pb::Bundle::decode(WORLD.bundle.get(17..).unwrap_or_default()).unwrap_or_default();
    let part = |n: usize| top.parts.get(n).cloned().unwrap_or_default();
    let content = |n| pb::SealedPart::decode(part(n).as_slice()).unwrap_or_default().part;
    let above = top.documents.iter().max_by_key(|d| d.len()).cloned().unwrap_or_default();
    named([
        ("envelope", kind(0, &first)),
        ("summary", kind(1, &summary(&amended))),
        ("summary-with-members", kind(1, &summary(&above))),
        ("sealed-part", kind(2, &part(0))),
        ("tree", kind(3, &content(0))),
        ("roll", kind(3, &content(1))),
        ("procedures", kind(3, &part_to_pb(&super::world::procedures_part(), 7).encode_to_vec())),
        ("calendar", kind(3, &calendar().encode_to_vec())),
    ])
}

fn calendar() -> pb::RegistryPart {
    pb::RegistryPart {
        kind: pb::RegistryPartKind::Calendar.into(),
        version: 7,
        calendar: Some(pb::Calendar {
            days_off: vec!["2018-02-15".into(), "2018-02-16".into()],
            days_worked: vec!["2018-02-24".into()],
            cut_off: "15:00".into(),
            saturdays: "morning".into(),
        }),
        ..pb::RegistryPart::default()
    }
}

/// After its length, which may be 65,535 at most.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_le_bytes();
    [&len[..], bytes].concat()
}

fn entries_of(disk: &FaultyDisk) -> Vec<u8> {
    let (journal, _) =
        Journal::open(Arc::new(disk.clone()), Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let entries = journal.read_from(1).filter_map(Result::ok);
    entries.flat_map(|(_, payload)| sized(&payload)).collect()
}

fn journals() -> Seeds {
    let file = |disk: &FaultyDisk| disk.read("journal-00000000000000000001.log").unwrap_or_default();
    let accident = |steps: &[u8]| -> Vec<u8> {
        let steps = steps.iter().flat_map(|step| [*step, 1, 0, 2, 0x20, 1, 0, 0x40, 0]);
        [1, 0, 2].into_iter().chain(steps).collect()
    };
    named([
        ("file", kind(0, &sized(&file(&WORLD.commune)))),
        ("entries-of-the-province", kind(2, &entries_of(&WORLD.top))),
        ("entries-of-the-commune", kind(2, &entries_of(&WORLD.commune))),
        ("full", accident(&[0, 1, 8, 2])),
        ("failed-sync", accident(&[0, 9, 1, 9, 3])),
        ("power-cut", accident(&[0, 0, 10, 0, 10, 0])),
        ("damage", accident(&[0, 0, 0, 11])),
    ])
}

fn mappings() -> Seeds {
    let both = |mapping: &str, file: &str| [mapping.as_bytes(), &[BETWEEN], file.as_bytes()].concat();
    let log = "case_id,received_at,due_at,closed_at,channel,department\n\
               H1,2018-02-01T08:00,2018-02-09,2018-02-05T09:00,Internet,Sở\n\
               H2,2018-02-03,,,Post,\nH3,2018-02-05,2018-02-01,2018-02-01,Fax,\n,,,,,\n";
    named([
        ("receipt", both(include_str!("../../examples/receipt.toml"), log)),
        ("dossiers", both(DOSSIERS, "Mã;Nhận;Xong;Trả;Kênh;Tình trạng\nA;01/02/2018 08:00;05/02/2018 09:00;06/02/2018 10:00;Trực tiếp;9\n")),
        ("events", both(EVENTS, "d,k,t,n\nA,in,2018-02-01T08:00,1\nA,ask,2018-02-02,2\nA,done,2018-02-03,3\n")),
        ("tree", b"code,name,level,parent_code,valid_from,valid_to\n22,T\xe1\xbb\x89nh,province,,,\n205,H,district,22,2018-01-01,\n".to_vec()),
        ("procedures", "code,name,field,deadline_direct,pause\n1.005129,Thủ tục,Đất đai,5 ngày làm việc,restart\n".as_bytes().to_vec()),
        ("calendar", b"date,kind,name\n2018-02-15,holiday,Tet\n2018-02-24,swapped_work,\n".to_vec()),
        ("cuts", b"2022-06-10\n2022-07-05\n".to_vec()),
    ])
}

const DOSSIERS: &str = r#"
source = "s"
[input]
kind = "dossiers"
delimiter = ";"
time_zone = "+07:00"
time_formats = ["%d/%m/%Y %H:%M"]
[columns]
dossier = "Mã"
received_at = "Nhận"
closed_at = "Xong"
delivered_at = "Trả"
channel = "Kênh"
status = "Tình trạng"
[channels]
"Trực tiếp" = "direct"
[statuses]
"9" = 9
[defaults]
delivered_channel = "postal"
due = "instant"
[rules]
on_bad_row = "stop"
"#;

const EVENTS: &str = r#"
source = "s"
[input]
kind = "events"
[columns]
dossier = "d"
kind = "k"
occurred_at = "t"
ordinal = "n"
[statuses]
in = "received"
ask = "supplement_requested"
done = "resolved"
[defaults]
channel = "online"
agency = "Sở"
unit = "07070"
"#;

fn configs() -> Seeds {
    let template = motcua::config::template(&motcua::config::Template {
        unit: COMMUNE,
        secure: true,
        listen: "0.0.0.0:7070",
        address: "https://10.0.0.1:7070",
        parent: Some("https://10.0.0.2:7070"),
    });
    let words = [COMMUNE, "[::1]:7070", "https://a:1", "https://b:2"].join("\u{1f}");
    let every = "unit = \"22\"\nsecure = false\ndata = \"/d\"\n[authority]\ncertificate_days = 30\n[closing]\nautomatic = false\n\
                 grace_days = 5\ntwo_persons = true\n[limits]\nmessage_bytes = 1\ncalls_per_connection = 1\ncall_seconds = 1\n\
                 drain_seconds = 0\nconnections = 1\nconnections_per_address = 1\nhandshake_seconds = 1\nheader_bytes = 4096\n\
                 calls_per_second = 9\n[store]\ncache_bytes = 1048576\nsegment_bytes = 4096\nfreeze_bytes = 1024\n[metrics]\n\
                 listen = \"127.0.0.1:9464\"\n";
    named([
        ("template", template.into_bytes()),
        ("words", words.into_bytes()),
        ("every-setting", every.as_bytes().to_vec()),
    ])
}

fn texts() -> Seeds {
    let ticket = motcua::trust::ticket::Ticket::new(
        "https://10.0.0.1:7070".into(),
        [1; 32],
        [2; 32],
        COMMUNE.into(),
        "k3".into(),
        [3; 32],
    );
    let key = motcua::trust::access::AccessKey::new([4; 32]).text();
    named([
        (
            "periods",
            b"2018-02\n2018-Q1\n2018-H2\n2018-9M\n2018\n2018-W07\ncal:2018-02\n2018-01-15..2018-02-14".to_vec(),
        ),
        ("range", b"2018-01\n2019-03\n2018-W52\n2019-W02\ncal:2018-Q1\ncal:2020-Q4".to_vec()),
        (
            "counts",
            "2.770\n28,375\n04\n1\u{a0}234\u{a0}567\n5 ngày làm việc\n8 giờ làm việc\n5-7 ngày".as_bytes().to_vec(),
        ),
        (
            "times",
            b"2018-02-14\n2018-02-14T15:00:30.250\n2018-02-14T15:00+07:00\n2018-02-14 15:00\n9999-12-31".to_vec(),
        ),
        ("names", b"00004@2025-07-01\nunit\nvi\noperator\nreceived_direct\nhttps://[::1]:443/\nhttps://a.b:1".to_vec()),
        (
            "notes",
            "CONTINUITY unit=1 at=2018-02-01 difference=-4 cause=missing-before name=Xã\nTRANSFERS out=3 in=0"
                .as_bytes()
                .to_vec(),
        ),
        ("secrets", format!("{}\n{key}\n{}\n{}", ticket.text(), "07".repeat(32), "0707-".repeat(8)).into_bytes()),
    ])
}

/// A call: which node, which method, which caller, which form, the body.
fn call(at_top: bool, path: &str, caller: u8, form: u8, body: &[u8]) -> Vec<u8> {
    let place = SCHEMA.place(path).and_then(|place| u8::try_from(place).ok());
    let place = place.unwrap_or_else(|| panic!("there is no {path}"));
    [&[u8::from(!at_top), place, caller, form], body].concat()
}

fn calls() -> Seeds {
    let mut seeds = Seeds::new();
    let mut add = |at_top: bool, path: &str, caller: u8, message: Vec<u8>| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let node = if at_top { "top" } else { "commune" };
        seeds.insert(
            format!("{name}-{node}-{caller}"),
            call(at_top, &format!("/motcua.v1.{path}"), caller, 1, &message),
        );
    };
    for (at_top, unit) in [(true, PROVINCE), (false, COMMUNE)] {
        for (path, message) in of_any_node(unit) {
            add(at_top, path, 0, message);
        }
    }
    for (path, message) in of_the_top() {
        add(true, path, 0, message);
    }
    for (path, message) in of_the_commune() {
        add(true, path, 1, message);
    }
    let period = || "2018-02".to_owned();
    add(
        false,
        "PeriodService/PreparePeriod",
        3,
        pb::PreparePeriodRequest { period: period(), ..Default::default() }.encode_to_vec(),
    );
    add(
        true,
        "PeriodService/AcceptReport",
        3,
        pb::AcceptReportRequest { unit: COMMUNE.into(), period: period() }.encode_to_vec(),
    );
    // for every method messages made of nothing in particular, as they come and signed
    for method in &SCHEMA.methods {
        let name = method.path.rsplit('/').next().unwrap_or_default();
        let mut choices = [0; 160];
        blake3::Hasher::new().update(method.path.as_bytes()).finalize_xof().fill(&mut choices);
        seeds.insert(format!("{name}-made"), call(true, &method.path, 0, 2, &choices));
    }
    seeds.insert(
        "Deliver-signed".into(),
        call(true, "/motcua.v1.FederationService/Deliver", 1, 3, &[0, 1, COMMUNE_PLACE, 2, 4, 1, 0, 0]),
    );
    let enrol = [&[0, 0, 0, 0, 0][..], include_bytes!("statement.bin")].concat();
    seeds.insert("Enrol-signed".into(), call(true, "/motcua.v1.EnrolmentService/Enrol", 5, 3, &enrol));
    let two = [frame(&record(KEPT, 90)), frame(&[0xFF; 8])].concat();
    seeds.insert("Record-and-noise".into(), call(true, "/motcua.v1.DeskService/Record", 0, 0, &two));
    seeds
}

/// Where the commune stands among the texts messages are made of.
const COMMUNE_PLACE: u8 = 4;

fn record(unit: &str, first: u8) -> Vec<u8> {
    let events = story(unit, first).iter().map(event_to_pb).collect();
    pb::RecordRequest { events, cursor: "1".into(), dry_run: false }.encode_to_vec()
}

fn of_any_node(unit: &str) -> Vec<(&'static str, Vec<u8>)> {
    let (unit, period) = (|| unit.to_owned(), || "2018-02".to_owned());
    let query =
        |by: pb::Breakdown| pb::GetReportRequest { unit: unit(), period: period(), by: by.into(), as_known_at: None };
    let memo = pb::Event {
        kind: Some(Kind::Memo(pb::Memo { measure: "feedback_received".into(), value: 3 })),
        ..Default::default()
    };
    vec![
        ("DeskService/Record", record(&unit(), 100)),
        ("DeskService/GetDossier", pb::GetDossierRequest { unit: unit(), dossier: "B".into() }.encode_to_vec()),
        (
            "DeskService/ListOpenDossiers",
            pb::ListOpenDossiersRequest { unit: unit(), page_size: 1, ..Default::default() }.encode_to_vec(),
        ),
        (
            "DeskService/ListProblems",
            pb::ListProblemsRequest { unit: unit(), standing: pb::Standing::Held.into(), ..Default::default() }
                .encode_to_vec(),
        ),
        ("ReportService/GetReport", query(pb::Breakdown::Unit).encode_to_vec()),
        (
            "ReportService/WatchReport",
            pb::WatchReportRequest { query: Some(query(pb::Breakdown::Field)) }.encode_to_vec(),
        ),
        (
            "ReportService/GetSeries",
            pb::GetSeriesRequest { unit: unit(), from: period(), to: "2018-04".into(), as_known_at: None }
                .encode_to_vec(),
        ),
        (
            "ReportService/GetCompleteness",
            pb::GetCompletenessRequest { unit: unit(), period: period() }.encode_to_vec(),
        ),
        ("ReportService/GetDocuments", pb::GetDocumentsRequest { unit: unit(), period: period() }.encode_to_vec()),
        ("ReportService/ExportBundle", pb::ExportBundleRequest { unit: unit(), period: period() }.encode_to_vec()),
        (
            "PeriodService/ListPeriods",
            pb::ListPeriodsRequest { unit: unit(), page_size: 2, ..Default::default() }.encode_to_vec(),
        ),
        (
            "PeriodService/AmendPeriod",
            pb::AmendPeriodRequest { unit: unit(), period: period(), reason: "muộn".into(), ..Default::default() }
                .encode_to_vec(),
        ),
        (
            "PeriodService/ClosePeriod",
            pb::ClosePeriodRequest { period: "2018-01-15..2018-02-14".into(), ..Default::default() }.encode_to_vec(),
        ),
        ("PeriodService/ApprovePeriod", pb::ApprovePeriodRequest { unit: unit(), period: period() }.encode_to_vec()),
        ("PeriodService/WithdrawPeriod", pb::WithdrawPeriodRequest { unit: unit(), period: period() }.encode_to_vec()),
        (
            "PeriodService/ListReviews",
            pb::ListReviewsRequest { unit: COMMUNE.into(), period: period() }.encode_to_vec(),
        ),
        ("RegistryService/GetRegistry", pb::GetRegistryRequest {}.encode_to_vec()),
        ("RegistryService/GetUnit", pb::GetUnitRequest { unit: unit(), ..Default::default() }.encode_to_vec()),
        ("AdminService/GetStatus", Vec::new()),
        ("AdminService/ListAudit", pb::ListAuditRequest::default().encode_to_vec()),
        ("TrustService/ListNodes", Vec::new()),
        ("TrustService/ListTokens", Vec::new()),
        ("TrustService/ListAccess", Vec::new()),
        (
            "DeskService/Record",
            pb::RecordRequest { events: vec![memo], dry_run: true, ..Default::default() }.encode_to_vec(),
        ),
    ]
}

fn of_the_top() -> Vec<(&'static str, Vec<u8>)> {
    let part = Some(calendar());
    vec![
        ("RegistryService/ImportRegistry", pb::ImportRegistryRequest { part }.encode_to_vec()),
        (
            "PeriodService/ReturnFigure",
            pb::ReturnFigureRequest {
                unit: COMMUNE.into(),
                period: "2018-02".into(),
                measure: "received_direct".into(),
                reason: "?".into(),
                answer_until: "2018-03-01".into(),
            }
            .encode_to_vec(),
        ),
        (
            "TrustService/IssueToken",
            pb::IssueTokenRequest {
                unit: DISTRICT.into(),
                valid_hours: 24,
                address: "https://10.0.0.1:7070".into(),
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        ("TrustService/RevokeToken", pb::RevokeTokenRequest { id: "k3".into() }.encode_to_vec()),
        (
            "TrustService/ApproveNode",
            pb::ApproveNodeRequest { unit: DISTRICT.into(), ..Default::default() }.encode_to_vec(),
        ),
        ("TrustService/BanNode", pb::BanNodeRequest { unit: COMMUNE.into(), reason: "?".into() }.encode_to_vec()),
        ("TrustService/UnbanNode", pb::UnbanNodeRequest { unit: COMMUNE.into(), reason: "?".into() }.encode_to_vec()),
        (
            "TrustService/IssueAccess",
            pb::IssueAccessRequest { name: "A".into(), role: "desk".into(), unit: KEPT.into(), ..Default::default() }
                .encode_to_vec(),
        ),
        ("TrustService/RevokeAccess", pb::RevokeAccessRequest { id: "p1".into() }.encode_to_vec()),
    ]
}

fn of_the_commune() -> Vec<(&'static str, Vec<u8>)> {
    let documents: Vec<Vec<u8>> = WORLD.documents.iter().map(|document| document.to_vec()).collect();
    let hashes = documents.iter().map(|document| motcua::document::hash(document).0.to_vec()).collect();
    let unit = || COMMUNE.to_owned();
    vec![
        (
            "FederationService/Hello",
            pb::HelloRequest { unit: unit(), protocol_min: 1, protocol_max: 1, ..Default::default() }.encode_to_vec(),
        ),
        ("FederationService/ListHoldings", pb::ListHoldingsRequest { unit: unit() }.encode_to_vec()),
        ("FederationService/Deliver", pb::DeliverRequest { sender: unit(), documents }.encode_to_vec()),
        ("FederationService/FetchDocuments", pb::FetchDocumentsRequest { unit: unit(), hashes }.encode_to_vec()),
        (
            "FederationService/FetchRegistry",
            pb::FetchRegistryRequest { unit: unit(), have: vec![pb::RegistryPartVersion { kind: 1, version: 3 }] }
                .encode_to_vec(),
        ),
        (
            "FederationService/FetchReviews",
            pb::FetchReviewsRequest { unit: unit(), ..Default::default() }.encode_to_vec(),
        ),
    ]
}
