//! Messages made from the descriptors: bytes choose which fields are there and what stands in them, and what comes out is always a message of that
//! type. So a fuzzer gets behind the decoder at once, to what is done with a request.

use std::{collections::BTreeMap, sync::LazyLock};

use motcua::wire::pb::DESCRIPTORS;
use prost::{
    Message,
    encoding::{WireType, encode_key, encode_varint},
};
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    field_descriptor_proto::{Label, Type},
};

use super::{
    bytes::Bytes,
    world::{COMMUNE, DISTRICT, KEPT, PROVINCE, WORLD},
};

/// A method of a service.
pub struct Method {
    /// As it is called: `/package.Service/Method`.
    pub path: String,
    /// What it takes, `.package.Message`.
    pub input: String,
    /// It answers until it is told to stop.
    pub endless: bool,
}

/// Every message by its name, and every method by its path.
pub struct Schema {
    messages: BTreeMap<String, DescriptorProto>,
    /// In the order of their paths.
    pub methods: Vec<Method>,
}

/// What the program's own protocol files describe.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_else(|error| panic!("{error}"));
    let mut schema = Schema { messages: BTreeMap::new(), methods: Vec::new() };
    for file in set.file {
        for message in &file.message_type {
            schema.add(&format!(".{}", file.package()), message);
        }
        for service in &file.service {
            let method = |method: &prost_types::MethodDescriptorProto| Method {
                path: format!("/{}.{}/{}", file.package(), service.name(), method.name()),
                input: method.input_type().to_owned(),
                endless: method.name().starts_with("Watch"),
            };
            schema.methods.extend(service.method.iter().map(method));
        }
    }
    schema.methods.sort_by(|a, b| a.path.cmp(&b.path));
    schema
});

/// Messages inside messages, at most.
const DEEP: usize = 5;

impl Schema {
    fn add(&mut self, above: &str, message: &DescriptorProto) {
        let name = format!("{above}.{}", message.name());
        for inner in &message.nested_type {
            self.add(&name, inner);
        }
        self.messages.insert(name, message.clone());
    }

    /// Where the method of that path stands.
    pub fn place(&self, path: &str) -> Option<usize> {
        self.methods.iter().position(|method| method.path == path)
    }

    /// A message of that type.
    pub fn message(&self, name: &str, choices: &mut Bytes<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        self.fill(name, choices, DEEP, &mut out);
        out
    }

    fn fill(&self, name: &str, choices: &mut Bytes<'_>, deep: usize, out: &mut Vec<u8>) {
        let Some(message) = self.messages.get(name) else { return };
        if name == ".google.protobuf.Timestamp" {
            let seconds = choices.pick(&SECONDS).saturating_add(i64::from(choices.byte()) * 3600);
            number(1, seconds.cast_unsigned(), out);
            return number(2, choices.pick(&[0, 0, 5_000_000, 1, 999_999_999, u64::MAX]), out);
        }
        let mut chosen = BTreeMap::new();
        for field in &message.field {
            let wanted = match field.oneof_index {
                // of several only one, which is chosen when the first of them comes
                Some(group) => {
                    let members = message.field.iter().filter(|f| f.oneof_index == Some(group)).count();
                    let left: &mut usize = chosen.entry(group).or_insert_with(|| choices.below(members + 1));
                    let here = *left == 1;
                    *left = left.wrapping_sub(1);
                    usize::from(here)
                }
                None if field.label() == Label::Repeated => usize::from(choices.byte() % 4),
                None => usize::from(!choices.byte().is_multiple_of(3)),
            };
            for _ in 0..wanted {
                self.field(field, choices, deep, out);
            }
        }
    }

    fn field(&self, field: &FieldDescriptorProto, choices: &mut Bytes<'_>, deep: usize, out: &mut Vec<u8>) {
        let tag = field.number().cast_unsigned();
        match field.r#type() {
            Type::Message if deep > 0 => {
                let mut inner = Vec::new();
                self.fill(field.type_name(), choices, deep - 1, &mut inner);
                delimited(tag, &inner, out);
            }
            Type::Message => {}
            Type::String => delimited(tag, text(choices).as_bytes(), out),
            Type::Bytes => delimited(tag, &opaque(choices), out),
            Type::Enum => number(tag, u64::from(choices.byte() % 11), out),
            Type::Bool => number(tag, u64::from(choices.byte() % 2), out),
            _ => number(tag, figure(choices), out),
        }
    }
}

/// First of days that matter, and beyond all of them.
const SECONDS: [i64; 9] =
    [1_515_949_200, 1_516_140_000, 1_517_418_000, 1_518_541_200, 1_519_261_200, 0, -62_135_596_800, i64::MAX, i64::MIN];

/// What people and programs write, good and bad.
const TEXTS: [&str; 54] = [
    "",
    PROVINCE,
    DISTRICT,
    KEPT,
    COMMUNE,
    "22@2018-01-01",
    "99999",
    "A",
    "B",
    "C",
    "D",
    "1.005129",
    "2.000815",
    "other:Đất đai",
    "Sở Tư pháp",
    "2018-02",
    "2018-01",
    "2018-03",
    "2018-Q1",
    "2018",
    "2018-9M",
    "2018-W07",
    "cal:2018-02",
    "2018-01-15..2018-02-14",
    "2018-01-20..2018-02-03",
    "1975",
    "2200",
    "2018-01-15",
    "2018-01-31",
    "2018-02-01",
    "2018-02-14",
    "2018-02-28",
    "9999-12-31",
    "0000-01-01",
    "resolved_late",
    "received_direct",
    "procedures_published",
    "feedback_received",
    "received_for_others",
    "nhập muộn",
    "k3",
    "p1",
    "operator",
    "desk",
    "admin",
    "https://10.0.0.1:7070",
    "https://[::1]:443/",
    "mot-cua.example",
    "15:00",
    "morning",
    "full",
    "\u{202e}x",
    "a\u{301}",
    "x\ny",
];

fn text(choices: &mut Bytes<'_>) -> String {
    let choice = usize::from(choices.byte());
    match TEXTS.get(choice % 64) {
        Some(text) => (*text).to_owned(),
        None if choice % 64 == 63 => "ư".repeat(choices.below(5000)),
        None => {
            let len = choices.below(40);
            String::from_utf8_lossy(choices.take(len)).into_owned()
        }
    }
}

fn opaque(choices: &mut Bytes<'_>) -> Vec<u8> {
    match choices.byte() % 8 {
        // ids of events, some of which are there
        0..=2 => vec![choices.byte(); 16],
        3 => vec![choices.byte(); 32],
        4 => {
            let documents = &WORLD.documents;
            documents.get(usize::from(choices.byte()) % documents.len()).map(|d| d.to_vec()).unwrap_or_default()
        }
        5 => {
            let documents = &WORLD.documents;
            let document = documents.get(usize::from(choices.byte()) % documents.len());
            document.map(|d| motcua::document::hash(d).0.to_vec()).unwrap_or_default()
        }
        _ => {
            let len = choices.below(300);
            choices.take(len).to_vec()
        }
    }
}

fn figure(choices: &mut Bytes<'_>) -> u64 {
    match choices.byte() % 8 {
        0..=3 => u64::from(choices.byte()),
        4 => choices.pick(&[u64::MAX, i64::MAX.cast_unsigned(), i64::MIN.cast_unsigned(), u32::MAX.into()]),
        5 => choices.pick(&[1_000, 10_000, 1_000_000_000_000, 1_000_000_000_001]),
        _ => choices.number(),
    }
}

fn number(tag: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(tag, WireType::Varint, out);
    encode_varint(value, out);
}

fn delimited(tag: u32, value: &[u8], out: &mut Vec<u8>) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}
