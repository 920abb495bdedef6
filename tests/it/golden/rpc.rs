//! A request and an answer of every method. Every field of every message is filled, with each arm of what is one of several and each name of an
//! enumeration, so a field that changes its number, its type or its name is seen.

use std::collections::BTreeSet;

use bytes::Buf;
use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::{Files, below, releases, said};

/// A message inside a message inside a message: an event in a correction needs so many.
const DEPTH: usize = 5;

#[test]
fn every_method_of_every_release_is_read_as_it_was_written() {
    for (release, files) in releases() {
        let kept = below(&files, "rpc/");
        let mut read = 0;
        for (path, bytes) in kept.iter().filter(|(path, _)| path.ends_with(".binpb")) {
            let name = path.strip_suffix(".binpb").unwrap();
            let (method, side) = name.rsplit_once('.').unwrap();
            let (request, answer) = methods().remove(method).unwrap_or_else(|| panic!("{release}: {method} is gone"));
            let message = if side == "request" { request } else { answer };
            let words = String::from_utf8(kept[format!("{name}.txt").as_str()].to_vec()).unwrap();
            said::same(&format!("{release}/rpc/{name}"), &words, &spoken(&message, bytes));
            read += 1;
        }
        assert!(read >= 80, "{release} has only {read}");
        if release == super::RELEASE {
            let there = |method: &String| kept.contains_key(format!("{method}.request.binpb").as_str());
            let missing: Vec<String> = methods().into_keys().filter(|method| !there(method)).collect();
            assert!(missing.is_empty(), "no golden bytes: {missing:?}; MOTCUA_WRITE=1 writes them");
        }
    }
}

/// Both messages of every method, by `Service.Method`.
fn methods() -> std::collections::BTreeMap<String, (MessageDescriptor, MessageDescriptor)> {
    let services = said::POOL.services().filter(|service| service.package_name() == "motcua.v1");
    let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    methods.map(|m| (format!("{}.{}", m.parent_service().name(), m.name()), (m.input(), m.output()))).collect()
}

pub fn make() -> Files {
    let mut files = Files::new();
    for (method, (request, answer)) in methods() {
        for (side, message) in [("request", request), ("response", answer)] {
            let mut bytes = Vec::new();
            for n in 0..arms(&message, &mut BTreeSet::new()) {
                fill(&message, n, 0).encode_length_delimited(&mut bytes).unwrap();
            }
            files.insert(format!("rpc/{method}.{side}.txt"), spoken(&message, &bytes).into());
            files.insert(format!("rpc/{method}.{side}.binpb"), bytes);
        }
    }
    files
}

/// All messages of a file in words.
fn spoken(message: &MessageDescriptor, mut bytes: &[u8]) -> String {
    let mut out = format!("# {}\n", message.full_name());
    while !bytes.is_empty() {
        let length = prost::decode_length_delimiter(&mut bytes).unwrap();
        out += &said::text(message.full_name(), &bytes[..length]);
        out += "\n---\n";
        bytes.advance(length);
    }
    out
}

/// How many messages it takes to show every arm and every name anywhere in it.
fn arms(message: &MessageDescriptor, seen: &mut BTreeSet<String>) -> usize {
    if !seen.insert(message.full_name().to_owned()) {
        return 1;
    }
    let own = message.oneofs().filter(|o| !o.is_synthetic()).map(|o| o.fields().count());
    let fields: Vec<usize> = message
        .fields()
        .map(|field| match field.kind() {
            Kind::Message(inner) => arms(&inner, seen),
            Kind::Enum(names) => names.values().count(),
            _ => 1,
        })
        .collect();
    own.chain(fields).max().unwrap_or(1)
}

fn fill(message: &MessageDescriptor, n: usize, depth: usize) -> DynamicMessage {
    let mut filled = DynamicMessage::new(message.clone());
    for field in message.fields() {
        if let Some(one_of) = field.containing_oneof().filter(|o| !o.is_synthetic()) {
            let chosen = one_of.fields().nth(n % one_of.fields().count()).unwrap();
            if chosen.number() != field.number() {
                continue;
            }
        }
        if depth >= DEPTH && matches!(field.kind(), Kind::Message(_)) {
            continue;
        }
        let value = match field.is_list() {
            true => Value::List(vec![value(&field, n, depth), value(&field, n + 1, depth)]),
            false => value(&field, n, depth),
        };
        filled.set_field(&field, value);
    }
    filled
}

/// A value that no other field has, as far as its type has enough of them.
fn value(field: &FieldDescriptor, n: usize, depth: usize) -> Value {
    let number = field.number() * 100 + u32::try_from(n).unwrap();
    match field.kind() {
        Kind::Bool => Value::Bool(true),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(-i32::try_from(number).unwrap()),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(-i64::from(number)),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(number),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(number.into()),
        Kind::Float => Value::F32(1.5),
        Kind::Double => Value::F64(f64::from(number) / 8.0),
        Kind::String => Value::String(format!("{} {n} Đ", field.name())),
        Kind::Bytes => Value::Bytes(number.to_be_bytes().to_vec().into()),
        Kind::Enum(names) => {
            let all: Vec<i32> = names.values().map(|v| v.number()).collect();
            Value::EnumNumber(all[(n + 1) % all.len()])
        }
        Kind::Message(inner) => Value::Message(fill(&inner, n, depth + 1)),
    }
}
