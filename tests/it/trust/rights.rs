//! Who may call what: every method of every service, called by everybody there is, at a real node. The table in SECURITY.md is what came out;
//! with `MOTCUA_WRITE=1` it is written there.

use std::{fmt::Write, fs, path::Path};

use motcua::{
    ledger::trust::Role,
    trust::rights,
    wire::{link::Token, pb::DESCRIPTORS, status::reason_of},
};
use prost::Message;
use prost_types::{FileDescriptorSet, MethodDescriptorProto, field_descriptor_proto::Type};
use tonic::{Request, service::interceptor::InterceptedService};

use super::{realm::*, *};
use crate::bad_bytes::Raw;

const BEGIN: &str = "<!-- who may call what: written by tests/it/trust/rights.rs -->\n";
const END: &str = "<!-- end of the table -->\n";

/// What a refusal at the door is called in the table. Whatever else comes of a call, it got past the door.
const DOOR: &[(&str, &str)] = &[
    ("NO_CREDENTIALS", "who?"),
    ("BAD_CREDENTIALS", "token"),
    ("NOT_ALLOWED", "no"),
    ("NOT_BELOW_US", "aside"),
    ("OTHER_UNIT", "other"),
    ("BANNED", "banned"),
    ("CERTIFICATE_VOID", "void"),
];

/// A method, by its path, and a message that names the caller where the method asks for it.
struct Method {
    name: String,
    body: Vec<u8>,
}

fn methods() -> Vec<Method> {
    let read = |bytes: &[u8]| FileDescriptorSet::decode(bytes).unwrap();
    let sets = [
        read(DESCRIPTORS),
        read(tonic_health::pb::FILE_DESCRIPTOR_SET),
        read(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET),
    ];
    let mut all = Vec::new();
    for set in &sets {
        for file in &set.file {
            for service in &file.service {
                for method in &service.method {
                    let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                    all.push(Method { name, body: naming_itself(set, method) });
                }
            }
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(all.len() > 30, "the test reads the wrong descriptors");
    all
}

/// A message that is whole as far as the door looks: `unit` or `sender` is an aside unit, and the protocol is the first. Everything else in it is
/// empty, so that whoever may call changes nothing.
fn naming_itself(set: &FileDescriptorSet, method: &MethodDescriptorProto) -> Vec<u8> {
    let name = method.input_type().rsplit('.').next().unwrap();
    let message = set.file.iter().flat_map(|f| &f.message_type).find(|m| m.name() == name).unwrap();
    let mut body = Vec::new();
    for field in &message.field {
        let number = u8::try_from(field.number()).unwrap();
        match (field.name(), field.r#type()) {
            ("unit" | "sender", Type::String) => {
                body.extend([number << 3 | 2, u8::try_from(OTHER_DISTRICT.len()).unwrap()]);
                body.extend(OTHER_DISTRICT.as_bytes());
            }
            ("protocol_min" | "protocol_max", Type::Uint32) => body.extend([number << 3, 1]),
            _ => {}
        }
    }
    body
}

type Link = InterceptedService<Channel, Token>;

async fn call(link: &Link, method: &Method, garbage: bool) -> Result<(), Status> {
    let mut client = tonic::client::Grpc::new(link.clone());
    client.ready().await.map_err(|error| Status::from_error(error.into()))?;
    let path = format!("/{}", method.name).parse().unwrap();
    let body = if garbage { vec![0xff; 8] } else { method.body.clone() };
    // Only how it begins: some streams never end by themselves.
    client.streaming(Request::new(tokio_stream::once(body)), path, Raw).await.map(drop)
}

/// Whether the link is refused before any method is heard of. It may be closed before it hears why; every try has a handshake of its own.
async fn is_shut(link: &Link, method: &Method) -> bool {
    for _ in 0..200 {
        match call(link, method, true).await {
            Err(status) if reason_of(&status).is_none() && tls_cause(&status).is_none() => {}
            Err(status) => return tls_cause(&status).is_some(),
            Ok(()) => return false,
        }
    }
    panic!("nobody says why")
}

async fn cell(link: &Link, method: &Method, garbage: bool, shut: bool) -> &'static str {
    let Err(status) = call(link, method, garbage).await else { return "yes" };
    match reason_of(&status) {
        Some(reason) => DOOR.iter().find(|(r, _)| *r == reason).map_or("yes", |(_, word)| word),
        // Only the words of the node itself count as having got past the door.
        None if shut => "TLS",
        None => panic!("{}: nobody says why: {status:?}", method.name),
    }
}

/// A node's certificate that the realm's authority did not write, or wrote for another time.
fn forged(realm: &Realm, by: &Authority, until: i64) -> Identity {
    let key = NodeKey::generate().unwrap();
    let csr = check_request(&request(&key).unwrap()).unwrap();
    let (not_before, not_after) = (realm.now().plus_millis(-9 * DAY_MS), realm.now().plus_millis(until * DAY_MS));
    let unit = UnitId::new(NORTH, None);
    let leaf = Leaf { unit, csr, names: Vec::new(), not_before, not_after, serial: [7; 16] };
    Identity::new(&key, vec![by.issue(&leaf).unwrap().into()], roots(by)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_tries_everything() {
    let mut realm = Realm::new().await;
    for code in [NORTH, SOUTH] {
        realm.join(code, DISTRICT).await;
    }
    realm.join(OTHER_DISTRICT, TOP).await;
    realm.ban(SOUTH).await;

    let bare = |identity| InterceptedService::new(realm.link(DISTRICT, identity), Token::default());
    let with = |token: Token| InterceptedService::new(realm.link(DISTRICT, None), token);
    // Not a handful of random bytes: an authority that says of itself what ours says.
    let stranger = Authority::create("motcua 22", realm.now().plus_millis(-10 * DAY_MS), 10).unwrap();
    let mut callers: Vec<(String, Link)> = vec![
        ("nobody".into(), bare(None)),
        ("other authority".into(), bare(Some(forged(&realm, &stranger, 9)))),
        ("lapsed".into(), bare(Some(forged(&realm, &realm.authority(), -1)))),
        ("banned".into(), bare(Some(realm.identity(SOUTH)))),
        ("below".into(), bare(Some(realm.identity(NORTH)))),
        ("aside".into(), bare(Some(realm.identity(OTHER_DISTRICT)))),
        ("above".into(), bare(Some(realm.identity(TOP)))),
    ];
    for role in Role::ALL {
        callers.push((role.name().into(), with(realm.person(DISTRICT, role, None).await.0)));
    }
    callers.push(("own keys".into(), bare(Some(realm.identity(DISTRICT)))));
    let (token, person) = realm.person(DISTRICT, Role::Admin, None).await;
    realm.dismiss(DISTRICT, &person).await;
    callers.push(("dismissed".into(), with(token)));
    let elsewhere = realm.person(TOP, Role::Admin, None).await.0;
    callers.push(("of another node".into(), with(elsewhere)));
    callers.push(("made up".into(), with(Token::new("motcua-access-1.aaaaaaaaaaaaa.AAAA").unwrap())));

    let before = Untouched::of(&realm, DISTRICT);
    let all = methods();
    let mut shut = Vec::new();
    let mut table = String::from("| method |");
    for (name, link) in &callers {
        write!(table, " {name} |").unwrap();
        shut.push(is_shut(link, &all[0]).await);
    }
    table.push_str("\n|---|");
    callers.iter().for_each(|_| table.push_str("---|"));
    table.push('\n');
    for method in &all {
        assert!(rights::rule(&method.name).is_some(), "{} has no row in src/trust/rights.rs", method.name);
        let short = method.name.strip_prefix("motcua.v1.").unwrap_or(&method.name);
        write!(table, "| `{short}` |").unwrap();
        for ((name, link), shut) in callers.iter().zip(&shut) {
            // Everybody but other nodes sends bytes that are no message: who may call then changes nothing, whatever the method does.
            let garbage = name != "aside" && name != "above";
            write!(table, " {} |", cell(link, method, garbage, *shut).await).unwrap();
        }
        table.push('\n');
    }
    before.except(&realm, DISTRICT, 2_000);
    compare(&table);
    realm.end().await;
}

fn compare(table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md");
    let text = fs::read_to_string(&file).unwrap();
    let (head, rest) = text.split_once(BEGIN).expect("SECURITY.md has no table");
    let (stands, tail) = rest.split_once(END).expect("the table in SECURITY.md has no end");
    if std::env::var_os("MOTCUA_WRITE").is_some() {
        fs::write(&file, format!("{head}{BEGIN}\n{table}\n{END}{tail}")).unwrap();
        return;
    }
    assert_eq!(
        stands.trim(),
        table.trim(),
        "SECURITY.md says otherwise: run this test with MOTCUA_WRITE=1 and look at what changes"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_without_a_row_is_shut() {
    let realm = Realm::new().await;
    let unknown = Method { name: "motcua.v1.AdminService/NoSuchMethod".into(), body: Vec::new() };
    assert!(rights::rule(&unknown.name).is_none());
    let nobody = InterceptedService::new(realm.link(DISTRICT, None), Token::default());
    let keys = InterceptedService::new(realm.link_as(DISTRICT, DISTRICT), Token::default());
    let admin = InterceptedService::new(realm.link(DISTRICT, None), realm.person(DISTRICT, Role::Admin, None).await.0);
    // Names that are made up fill no audit trail.
    let before = Untouched::of(&realm, DISTRICT);
    for n in 0..200 {
        let made_up = Method { name: format!("motcua.v1.AdminService/Made{n}"), body: Vec::new() };
        call(&nobody, &made_up, false).await.unwrap_err();
    }
    before.except(&realm, DISTRICT, 1);
    for (name, link, reason) in
        [("nobody", nobody, "NO_CREDENTIALS"), ("keys", keys, "UNKNOWN_METHOD"), ("admin", admin, "UNKNOWN_METHOD")]
    {
        let status = call(&link, &unknown, false).await.unwrap_err();
        assert_eq!(reason_of(&status).as_deref(), Some(reason), "{name}");
    }
    realm.end().await;
}
