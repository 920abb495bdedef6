//! A mapping and a file read by it; the tables of the registry. What the importer makes of a row the node can read.

use motcua::{
    desk::{
        Mapping,
        rows::{RowOptions, RowReader},
        tables::{self, CalendarSettings, Table, TableError},
    },
    domain::time::Timestamp,
    wire::{
        event::{event_from_pb, event_to_pb},
        registry::{part_from_pb, part_to_pb},
    },
};

/// Between the mapping and the file: a byte that is in no text.
pub const BETWEEN: u8 = 0xFF;
/// Midnight of 20/3/2018.
const NOW: Timestamp = Timestamp(1_521_478_800_000);

/// A mapping, [`BETWEEN`], and a file; or a file alone, which is read as every table of the registry.
pub fn run(data: &[u8]) {
    let Some(middle) = data.iter().position(|byte| *byte == BETWEEN) else { return registry(data) };
    let (text, file) = (&data[..middle], &data[middle + 1..]);
    match Mapping::parse(&String::from_utf8_lossy(text)) {
        Ok(mapping) => {
            rows(&mapping, file, false);
            rows(&mapping, file, true);
        }
        Err(mistakes) => assert!(!mistakes.is_empty()),
    }
}

fn rows(mapping: &Mapping, file: &[u8], opening: bool) {
    let mut csv = csv::ReaderBuilder::new().delimiter(mapping.delimiter).flexible(true).from_reader(file);
    let Ok(header) = csv.byte_headers().cloned() else { return };
    let books_from = opening.then(|| NOW.local_date());
    let options = RowOptions { opening, books_from, now: NOW };
    let reader = match RowReader::new(mapping, &header, options) {
        Ok(reader) => reader,
        Err(mistakes) => return assert!(!mistakes.is_empty()),
    };
    for (row, record) in (2..).zip(csv.byte_records().map_while(Result::ok)) {
        let read = reader.read(row, &record);
        assert_eq!(read, reader.read(row, &record), "a row depends on nothing but itself");
        assert!(!read.stop || read.events.is_empty(), "row {row}");
        for event in read.events {
            assert_eq!(event_from_pb(event_to_pb(&event)).as_ref(), Ok(&event), "row {row}");
        }
    }
}

fn registry(file: &[u8]) {
    let settings = CalendarSettings::default();
    good(tables::tree(file));
    good(tables::procedures(file));
    good(tables::calendar(file, &settings));
    good(tables::cuts(file));
}

/// A table without a mistake is a part of the registry, and the part survives the protocol.
fn good(table: Result<Table, Vec<TableError>>) {
    match table {
        Ok(table) => {
            let (part, version) = part_from_pb(table.part).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            assert_eq!(part_from_pb(part_to_pb(&part, version)), Ok((part, version)));
        }
        Err(mistakes) => assert!(!mistakes.is_empty()),
    }
}
