//! Rows gathered into groups of events, on a thread of its own: reading a file blocks.

use std::{
    io::{self, Read},
    path::PathBuf,
};

use csv::ByteRecord;
use tokio::sync::mpsc;

use super::{
    choices::Column,
    import::{GROUP, ImportError},
    left_out::LeftOut,
    mapping::Mapping,
    rows::{RowOptions, RowReader},
};
use crate::wire::{event::event_to_pb, pb::v1 as pb};

/// What is remembered of an event until it is answered.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) id: Vec<u8>,
    pub(super) row: u64,
    pub(super) dossier: String,
    pub(super) kind: &'static str,
}

/// Events that go together, and what the rows around them left out.
#[derive(Default, Debug)]
pub(super) struct Group {
    pub(super) events: Vec<pb::Event>,
    pub(super) sent: Vec<Sent>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) unknown: Vec<(Column, String)>,
    /// Rows that end in this group.
    pub(super) rows: u64,
    /// Bytes of the file read up to its end.
    pub(super) bytes: u64,
}

/// Reads the whole file; a group leaves as soon as it is full, so no more than one is held here. The path in its errors
/// is the caller's to fill in.
pub(super) fn read_groups(
    file: impl Read,
    mapping: &Mapping,
    options: RowOptions,
    groups: &mpsc::Sender<Group>,
) -> Result<(), ImportError> {
    let lost = |e: csv::Error| ImportError::File { path: PathBuf::new(), source: io::Error::from(e) };
    let mut reader = csv::ReaderBuilder::new().delimiter(mapping.delimiter).flexible(true).from_reader(file);
    let rows = RowReader::new(mapping, reader.byte_headers().map_err(lost)?, options).map_err(ImportError::Mapping)?;
    let mut record = ByteRecord::new();
    let mut group = Group::default();
    let mut row = 1;
    while reader.read_byte_record(&mut record).map_err(lost)? {
        row += 1;
        // spreadsheets leave lines of nothing but separators at the end
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let mut read = rows.read(row, &record);
        let stop = if read.stop { read.left_out.last().cloned() } else { None };
        // a row never straddles two groups, so that what it leaves out is listed with it
        if group.events.len() + read.events.len() > GROUP || group.left_out.len() > GROUP {
            let full = std::mem::take(&mut group);
            if groups.blocking_send(full).is_err() {
                // nobody listens any more: the other side says why
                return Ok(());
            }
        }
        for event in &read.events {
            group.sent.push(Sent {
                id: event.id.0.to_vec(),
                row,
                dossier: event.dossier.clone(),
                kind: event.body.name(),
            });
            group.events.push(event_to_pb(event));
        }
        group.left_out.append(&mut read.left_out);
        group.unknown.extend(read.unknown);
        group.rows += 1;
        group.bytes = reader.position().byte();
        if let Some(fault) = stop {
            let _ = groups.blocking_send(group);
            return Err(ImportError::Stopped(fault));
        }
    }
    group.bytes = reader.position().byte();
    // a closed channel: the other side says why
    let _ = groups.blocking_send(group);
    Ok(())
}
