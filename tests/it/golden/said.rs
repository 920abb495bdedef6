//! Bytes in words: the text form of protobuf by the descriptors of this release, and what the program makes of a document and of a state.

use std::{fmt::Write, sync::LazyLock};

use motcua::{
    document::Incoming,
    domain::measure::{Figures, Measure},
    ledger::State,
    wire::{pb, prepare::encode_preparation, review::encode_review, trust::encode_trust},
};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, text_format::FormatOptions};

pub static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| DescriptorPool::decode(pb::DESCRIPTORS).unwrap());

pub fn message(name: &str) -> MessageDescriptor {
    POOL.get_message_by_name(name).unwrap_or_else(|| panic!("the message {name} is gone"))
}

/// The text form, unknown fields with it; and the same bytes again when it is written anew.
pub fn text(name: &str, bytes: &[u8]) -> String {
    let read = DynamicMessage::decode(message(name), bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(prost::Message::encode_to_vec(&read) == bytes, "{name} is written otherwise than it was read");
    read.to_text_format_with_options(&FormatOptions::new().pretty(true).skip_unknown_fields(false))
}

/// Stops where two texts part.
pub fn same(what: &str, kept: &str, now: &str) {
    let (mut kept, mut now) = (kept.lines(), now.lines());
    for line in 1.. {
        match (kept.next(), now.next()) {
            (None, None) => return,
            (kept, now) => assert!(kept == now, "{what}, line {line}: it said {kept:?} and says {now:?} now"),
        }
    }
}

pub fn figures(figures: &Figures) -> String {
    let some = Measure::ALL.iter().filter(|m| figures[**m] != 0);
    some.map(|m| format!("{}={}", m.name(), figures[*m])).collect::<Vec<_>>().join(" ")
}

/// What a document is to this program.
pub fn document(read: &Incoming) -> String {
    let header = &read.header;
    let signer: String = header.signer.iter().map(|b| format!("{b:02x}")).collect();
    let mut out = format!(
        "hash {}\nsigner {signer}\nunit {} kept by {}\natom {}\nrevision {} provisional {}\n",
        header.hash, header.unit, header.keeper, header.atom, header.revision, header.provisional
    );
    match &read.summary {
        Ok(summary) => {
            let total = figures(&summary.totals());
            writeln!(out, "total {total}\nreceived {} of {}", summary.received, summary.expected).unwrap();
            writeln!(out, "balances {}", summary.fault().is_none()).unwrap();
        }
        Err(error) => writeln!(out, "{error}").unwrap(),
    }
    out
}

/// What a node knows, without what lies in its dossiers.
pub fn state(state: &State) -> String {
    let mut out = format!(
        "unit {}\nepoch {}\nregistry {} with {} units, {} procedures, {} members\n",
        state.code,
        state.epoch,
        state.registry.version,
        state.registry.tree.len(),
        state.registry.procedures.len(),
        state.registry.roll.iter().count(),
    );
    for (code, books) in &state.books {
        let (from, through, changed) = (books.from, books.closed_through, books.changed_from);
        writeln!(out, "books of {code} from {from} closed through {through} changed from {changed:?}").unwrap();
        writeln!(out, "  held {} in conflict {}", books.held, books.conflicts).unwrap();
        for atom in state.shelves.values().flat_map(|shelf| shelf.values()).map(|held| held.atom) {
            let total = motcua::domain::summary::total(&books.figures(atom, atom.ends_at()));
            writeln!(out, "  {atom}: {}", figures(&total)).unwrap();
        }
    }
    for (unit, shelf) in &state.shelves {
        for held in shelf.values() {
            let (atom, revision, hash) = (held.atom, held.revision, held.hash);
            writeln!(out, "document of {unit} for {atom} revision {revision} {hash}: {}", figures(&held.totals))
                .unwrap();
        }
    }
    for ((unit, start), sum) in &state.below {
        for (cell, own) in sum {
            writeln!(out, "below {unit} from {start}: {} {} {}", cell.agency, cell.procedure, figures(own)).unwrap();
        }
    }
    out += &text("motcua.store.v1.TrustState", &encode_trust(&state.trust));
    for preparation in state.preparations.values() {
        out += &text("motcua.store.v1.Preparation", &encode_preparation(preparation));
    }
    for review in state.reviews.values().flat_map(|reviews| reviews.values()) {
        out += &text("motcua.v1.Review", &encode_review(review));
    }
    out
}
