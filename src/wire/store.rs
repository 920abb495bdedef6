//! Entries and derived state as bytes. What comes from our own disk is checked like anything else: a damaged value is an error, not a panic.

use bytes::Bytes;
use chrono::NaiveDate;
use prost::Message;

use super::{
    entered::{explained_from_pb, explained_to_pb, whole_from_pb, whole_to_pb},
    error::WireError,
    event::{due_from_pb, due_to_pb, event_from_pb, event_to_pb},
    pb::{self, store::v1 as store},
    prepare::{preparation_from_pb, preparation_to_pb},
    review::{review_from_pb, review_to_pb},
    scalar::date,
    trust::{change_from_pb, change_to_pb, optional_key},
};
use crate::{
    document::reopen_part,
    domain::{
        calendar::Due,
        event::EventId,
        measure::Figures,
        record::{PromiseKey, Record, Stored},
        time::Timestamp,
        units::UnitId,
    },
    ledger::{
        books::{Books, CellBook},
        by::By,
        entry::{Entry, EntryKind},
    },
};

/// An entry as the journal holds it.
pub fn encode_entry(entry: &Entry, by: &By) -> Vec<u8> {
    let kind = match &entry.kind {
        EntryKind::Genesis { code, books_from, epoch, root } => store::entry::Kind::Genesis(store::Genesis {
            unit: code.clone(),
            books_from: books_from.to_string(),
            epoch: *epoch,
            root: root.map(|root| root.to_vec()).unwrap_or_default(),
        }),
        EntryKind::Recorded { event, promises } => store::entry::Kind::Recorded(store::Recorded {
            event: Some(event_to_pb(event)),
            promises: promises.iter().map(|(key, due)| promise_to_pb(key, *due)).collect(),
        }),
        EntryKind::RegistryChanged { parts, version } => store::entry::Kind::RegistryChanged(store::RegistryChanged {
            parts: parts.iter().map(|part| part.bytes.to_vec()).collect(),
            version: *version,
        }),
        EntryKind::Published { documents } => {
            store::entry::Kind::Published(store::Published { documents: to_vecs(documents) })
        }
        EntryKind::Accepted { sender, documents } => {
            store::entry::Kind::Accepted(store::Accepted { sender: sender.to_string(), documents: to_vecs(documents) })
        }
        EntryKind::Adopted { documents, epoch } => {
            store::entry::Kind::Adopted(store::Adopted { documents: to_vecs(documents), epoch: *epoch })
        }
        EntryKind::Restored { epoch, through } => {
            store::entry::Kind::Restored(store::Restored { epoch: *epoch, through: *through })
        }
        EntryKind::Trust(change) => store::entry::Kind::Trust(change_to_pb(change)),
        EntryKind::Prepared(preparation) => store::entry::Kind::Prepared(preparation_to_pb(preparation)),
        EntryKind::Reviewed { reviews } => {
            store::entry::Kind::Reviewed(store::Reviewed { reviews: reviews.iter().map(review_to_pb).collect() })
        }
        EntryKind::Withdrawn { unit } => store::entry::Kind::Withdrawn(unit.clone()),
        EntryKind::FiguresEntered { unit, wholes } => store::entry::Kind::FiguresEntered(store::FiguresEntered {
            unit: unit.clone(),
            figures: wholes.iter().map(whole_to_pb).collect(),
        }),
        EntryKind::FiguresWithdrawn { unit, start } => {
            let withdrawn = store::FiguresWithdrawn { unit: unit.clone(), start: start.to_string() };
            store::entry::Kind::FiguresWithdrawn(withdrawn)
        }
        EntryKind::Explained { unit, explained } => store::entry::Kind::Explained(store::UnitExplained {
            unit: unit.clone(),
            explained: Some(explained_to_pb(explained)),
        }),
    };
    let by = store::By { who: by.who.to_string(), from: by.from.to_string(), why: by.why.to_string() };
    store::Entry { recorded_at: entry.recorded_at.0, kind: Some(kind), by: Some(by) }.encode_to_vec()
}

/// The entry these bytes hold.
pub fn decode_entry(bytes: &[u8]) -> Result<Entry, WireError> {
    let pb = store::Entry::decode(bytes).map_err(|e| damaged("entry", &e.to_string()))?;
    let kind = match pb
        .kind
        .ok_or_else(|| damaged("entry.kind", "missing, or of a kind that this program does not know"))?
    {
        store::entry::Kind::Genesis(g) => EntryKind::Genesis {
            code: g.unit,
            books_from: date(&g.books_from, "entry.genesis.books_from")?,
            epoch: g.epoch,
            root: optional_key(&g.root)?,
        },
        store::entry::Kind::Recorded(r) => EntryKind::Recorded {
            event: event_from_pb(r.event.ok_or_else(|| damaged("entry.recorded.event", "missing"))?)?,
            promises: r.promises.into_iter().map(promise_from_pb).collect::<Result<_, _>>()?,
        },
        store::entry::Kind::RegistryChanged(r) => EntryKind::RegistryChanged {
            parts: r
                .parts
                .into_iter()
                .map(|bytes| reopen_part(&bytes.into()).map_err(|e| damaged("entry.parts", &e.to_string())))
                .collect::<Result<_, _>>()?,
            version: r.version,
        },
        store::entry::Kind::Published(p) => EntryKind::Published { documents: to_bytes(p.documents) },
        store::entry::Kind::Accepted(a) => EntryKind::Accepted {
            sender: unit_id("entry.accepted.sender", &a.sender)?,
            documents: to_bytes(a.documents),
        },
        store::entry::Kind::Adopted(a) => EntryKind::Adopted { documents: to_bytes(a.documents), epoch: a.epoch },
        store::entry::Kind::Restored(r) => EntryKind::Restored { epoch: r.epoch, through: r.through },
        store::entry::Kind::Trust(change) => EntryKind::Trust(change_from_pb(change)?),
        store::entry::Kind::Prepared(preparation) => EntryKind::Prepared(preparation_from_pb(preparation)?),
        store::entry::Kind::Reviewed(r) => {
            EntryKind::Reviewed { reviews: r.reviews.into_iter().map(review_from_pb).collect::<Result<_, _>>()? }
        }
        store::entry::Kind::Withdrawn(unit) => EntryKind::Withdrawn { unit },
        store::entry::Kind::FiguresEntered(f) => EntryKind::FiguresEntered {
            unit: f.unit,
            wholes: f.figures.into_iter().map(whole_from_pb).collect::<Result<_, _>>()?,
        },
        store::entry::Kind::FiguresWithdrawn(w) => {
            EntryKind::FiguresWithdrawn { start: date(&w.start, "entry.figures_withdrawn.start")?, unit: w.unit }
        }
        store::entry::Kind::Explained(e) => EntryKind::Explained {
            unit: e.unit,
            explained: explained_from_pb(e.explained.ok_or_else(|| damaged("entry.explained.explained", "missing"))?)?,
        },
    };
    Ok(Entry { recorded_at: Timestamp(pb.recorded_at), kind })
}

/// On whose word an entry was written.
pub fn decode_by(bytes: &[u8]) -> Result<By, WireError> {
    let pb = store::Entry::decode(bytes).map_err(|e| damaged("entry", &e.to_string()))?;
    let by = pb.by.unwrap_or_default();
    Ok(By { who: by.who.into(), from: by.from.into(), why: by.why.into() })
}

/// Whether an entry is a desk's event, without reading all of it.
pub fn is_event(bytes: &[u8]) -> bool {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Peek {
        #[prost(bytes = "vec", optional, tag = "3")]
        recorded: Option<Vec<u8>>,
    }
    Peek::decode(bytes).is_ok_and(|peek| peek.recorded.is_some())
}

/// What a backup has to know of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Glimpse {
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Code of the unit whose books begin with it.
    pub unit: Option<String>,
    /// The epoch that begins with it.
    pub epoch: Option<u64>,
}

/// Reads only that of an entry; the rest need not even be understood.
pub fn glimpse(bytes: &[u8]) -> Result<Glimpse, WireError> {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Peek {
        #[prost(int64, tag = "1")]
        recorded_at: i64,
        #[prost(message, optional, tag = "2")]
        genesis: Option<store::Genesis>,
        #[prost(message, optional, tag = "7")]
        adopted: Option<PeekAdopted>,
        #[prost(message, optional, tag = "12")]
        restored: Option<store::Restored>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct PeekAdopted {
        #[prost(uint64, tag = "2")]
        epoch: u64,
    }
    let peek = Peek::decode(bytes).map_err(|e| damaged("entry", &e.to_string()))?;
    let begun = peek.genesis.as_ref().map(|genesis| genesis.epoch);
    Ok(Glimpse {
        recorded_at: Timestamp(peek.recorded_at),
        unit: peek.genesis.map(|genesis| genesis.unit),
        epoch: begun.or(peek.adopted.map(|a| a.epoch)).or(peek.restored.map(|r| r.epoch)),
    })
}

/// A dossier's record as the derived state holds it.
pub fn encode_record(record: &Record) -> Vec<u8> {
    store::DossierRecord {
        events: record
            .events()
            .iter()
            .map(|s| store::StoredEvent { event: Some(event_to_pb(&s.event)), recorded_at: s.recorded_at.0 })
            .collect(),
        promises: record.promises().iter().map(|(key, due)| promise_to_pb(key, *due)).collect(),
    }
    .encode_to_vec()
}

/// The record these bytes hold.
pub fn decode_record(bytes: &[u8]) -> Result<Record, WireError> {
    let pb = store::DossierRecord::decode(bytes).map_err(|e| damaged("record", &e.to_string()))?;
    let events = pb
        .events
        .into_iter()
        .map(|s| {
            let event = event_from_pb(s.event.ok_or_else(|| damaged("record.event", "missing"))?)?;
            Ok(Stored { event, recorded_at: Timestamp(s.recorded_at) })
        })
        .collect::<Result<Vec<_>, WireError>>()?;
    let promises = pb.promises.into_iter().map(promise_from_pb).collect::<Result<_, WireError>>()?;
    Ok(Record::new(events, promises))
}

/// A cell of the books.
pub fn encode_cell(cell: &CellBook) -> Vec<u8> {
    store::BookCell {
        flows: trimmed(cell.flows.values()),
        pending: cell.pending.iter().map(|(at, n)| store::Movement { overdue_from: at.0, count: *n }).collect(),
        awaiting: cell.awaiting,
    }
    .encode_to_vec()
}

/// The cell these bytes hold.
pub fn decode_cell(bytes: &[u8]) -> Result<CellBook, WireError> {
    let pb = store::BookCell::decode(bytes).map_err(|e| damaged("cell", &e.to_string()))?;
    Ok(CellBook {
        flows: Figures::from_values(&pb.flows).ok_or_else(|| damaged("cell.flows", "too many measures"))?,
        pending: pb.pending.into_iter().map(|m| (Timestamp(m.overdue_from), m.count)).collect(),
        awaiting: pb.awaiting,
    })
}

/// The watermarks of a unit's books.
pub fn encode_unit(books: &Books) -> Vec<u8> {
    store::UnitState {
        books_from: books.from.to_string(),
        closed_through: books.closed_through.to_string(),
        changed_from: books.changed_from.map(|d| d.to_string()).unwrap_or_default(),
        restored: books.restored.is_some(),
        restored_from: books.restored.map(|(from, _)| from.to_string()).unwrap_or_default(),
        restored_through: books.restored.map(|(_, through)| through.to_string()).unwrap_or_default(),
        held: books.held.unsigned_abs(),
        conflicts: books.conflicts.unsigned_abs(),
    }
    .encode_to_vec()
}

/// Empty books with these watermarks.
pub fn decode_unit(bytes: &[u8]) -> Result<Books, WireError> {
    let pb = store::UnitState::decode(bytes).map_err(|e| damaged("unit", &e.to_string()))?;
    let mut books = Books::new(date(&pb.books_from, "unit.books_from")?);
    books.closed_through = date(&pb.closed_through, "unit.closed_through")?;
    if !pb.changed_from.is_empty() {
        books.changed_from = Some(date(&pb.changed_from, "unit.changed_from")?);
    }
    if pb.restored {
        let (from, through) =
            (date(&pb.restored_from, "unit.restored_from")?, date(&pb.restored_through, "unit.restored_through")?);
        books.restored = Some((from, through));
    }
    books.held = i64::try_from(pb.held).unwrap_or(i64::MAX);
    books.conflicts = i64::try_from(pb.conflicts).unwrap_or(i64::MAX);
    Ok(books)
}

/// What the node knows of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeState {
    /// Code of its own unit.
    pub code: String,
    /// First day of its own books.
    pub books_from: NaiveDate,
    /// Raised whenever it was restored.
    pub epoch: u64,
    /// Time of the last entry.
    pub recorded_at: Timestamp,
    /// The registry's version.
    pub registry_version: u64,
    /// Version of the layout of keys and values.
    pub layout: u32,
}

/// As bytes.
pub fn encode_node(node: &NodeState) -> Vec<u8> {
    store::NodeState {
        genesis: Some(store::Genesis {
            unit: node.code.clone(),
            books_from: node.books_from.to_string(),
            epoch: 0,
            root: Vec::new(),
        }),
        epoch: node.epoch,
        recorded_at: node.recorded_at.0,
        registry_version: node.registry_version,
        layout: node.layout,
    }
    .encode_to_vec()
}

/// From bytes.
pub fn decode_node(bytes: &[u8]) -> Result<NodeState, WireError> {
    let pb = store::NodeState::decode(bytes).map_err(|e| damaged("node", &e.to_string()))?;
    let genesis = pb.genesis.ok_or_else(|| damaged("node.genesis", "missing"))?;
    Ok(NodeState {
        code: genesis.unit,
        books_from: date(&genesis.books_from, "node.genesis.books_from")?,
        epoch: pb.epoch,
        recorded_at: Timestamp(pb.recorded_at),
        registry_version: pb.registry_version,
        layout: pb.layout,
    })
}

/// A document and when it was recorded here.
pub fn encode_document(envelope: &Bytes, recorded_at: Timestamp) -> Vec<u8> {
    store::StoredDocument { envelope: envelope.to_vec(), recorded_at: recorded_at.0 }.encode_to_vec()
}

/// From bytes.
pub fn decode_document(bytes: &[u8]) -> Result<(Bytes, Timestamp), WireError> {
    let pb = store::StoredDocument::decode(bytes).map_err(|e| damaged("document", &e.to_string()))?;
    Ok((pb.envelope.into(), Timestamp(pb.recorded_at)))
}

fn promise_to_pb(key: &PromiseKey, due: Option<Due>) -> store::Promise {
    store::Promise {
        event: key.event.0.to_vec(),
        pause: key.pause.map(|id| id.0.to_vec()).unwrap_or_default(),
        before: key.before.map(due_to_pb),
        due: due.map(due_to_pb),
        basis: key.basis,
    }
}

fn promise_from_pb(pb: store::Promise) -> Result<(PromiseKey, Option<Due>), WireError> {
    let id =
        |bytes: &[u8]| <[u8; 16]>::try_from(bytes).map(EventId).map_err(|_| damaged("promise", "an id has 16 bytes"));
    let due = |due: Option<pb::v1::Due>| due.map(due_from_pb).transpose();
    let key = PromiseKey {
        event: id(&pb.event)?,
        pause: if pb.pause.is_empty() { None } else { Some(id(&pb.pause)?) },
        before: due(pb.before)?,
        basis: pb.basis,
    };
    Ok((key, due(pb.due)?))
}

pub(super) fn trimmed(values: &[i64]) -> Vec<i64> {
    let len = values.iter().rposition(|v| *v != 0).map_or(0, |i| i + 1);
    values.get(..len).unwrap_or_default().to_vec()
}

fn to_vecs(documents: &[Bytes]) -> Vec<Vec<u8>> {
    documents.iter().map(|d| d.to_vec()).collect()
}

fn to_bytes(documents: Vec<Vec<u8>>) -> Vec<Bytes> {
    documents.into_iter().map(Bytes::from).collect()
}

/// A unit's identity in a field.
pub fn unit_id(field: &str, text: &str) -> Result<UnitId, WireError> {
    text.parse().map_err(|_| damaged(field, "a unit is CODE or CODE@VALID_FROM"))
}

pub(super) fn damaged(field: &str, message: &str) -> WireError {
    WireError { field: field.to_owned(), reason: "MALFORMED", message: message.to_owned() }
}
