//! What is in memory, written to the derived state and read back.

use std::{ops::ControlFlow, sync::Arc};

use bytes::Bytes;

use super::{core::Dirty, keys, layer::Layer, loads::broken, map::MapError};
use crate::{
    document,
    domain::registry::{PartKind, Registry},
    ledger::{
        books::Books,
        state::{Held, State},
    },
    wire::{
        entered::{decode_explained, decode_whole},
        prepare::decode_preparation,
        review::decode_review,
        store::{
            NodeState, decode_cell, decode_document, decode_node, decode_unit, encode_cell, encode_node, encode_unit,
            unit_id,
        },
        trust::decode_trust,
    },
};

/// Writes the cells that changed, and all watermarks, into the layer.
pub(super) fn write(layer: &mut Layer, state: &State, dirty: &Dirty) {
    if dirty.everything {
        write_books(layer, state);
    }
    for (code, at) in &dirty.cells {
        let key = keys::cell(code, at);
        match state.books.get(code).and_then(|b| b.cell(at)) {
            Some(cell) => layer.put(key, encode_cell(cell)),
            None => layer.delete(key),
        }
    }
    for (code, at) in &dirty.transfers {
        let count = state.books.get(code).and_then(|b| b.transfer_count(at));
        match count {
            Some(n) => layer.put(keys::transfer(code, at), n.to_be_bytes().to_vec()),
            None => layer.delete(keys::transfer(code, at)),
        }
    }
    for (code, books) in &state.books {
        layer.put(keys::unit(code), encode_unit(books));
    }
    let books_from = state.books.get(&state.code).map(|b| b.from).unwrap_or_default();
    let node = NodeState {
        code: state.code.clone(),
        books_from,
        epoch: state.epoch,
        recorded_at: state.recorded_at,
        registry_version: state.registry.version,
        layout: keys::LAYOUT,
    };
    layer.put(keys::NODE, encode_node(&node));
}

fn write_books(layer: &mut Layer, state: &State) {
    for table in [keys::CELLS, keys::TRANSFERS] {
        let mut gone = Vec::new();
        // A table that cannot be read is found broken by the next read, and then everything is made anew.
        let _ = layer.visit_prefix(table, table, &mut |key, _| {
            gone.push(key.clone());
            ControlFlow::Continue(())
        });
        for key in gone {
            layer.delete(key);
        }
    }
    for (code, books) in &state.books {
        for (at, cell) in books.cells() {
            layer.put(keys::cell(code, at), encode_cell(cell));
        }
        for (at, n) in books.transfers() {
            layer.put(keys::transfer(code, at), n.to_be_bytes().to_vec());
        }
    }
}

/// Writes parts of the registry into the layer.
pub(super) fn write_parts(layer: &mut Layer, state: &State, parts: &[PartKind]) {
    for kind in parts {
        if let Some(sealed) = state.parts.get(kind) {
            layer.put(keys::part(*kind), sealed.to_vec());
        }
    }
}

/// Visits a table in order.
pub(super) fn each(
    layer: &Layer,
    table: &[u8],
    mut visit: impl FnMut(&Bytes, &Bytes) -> Result<(), MapError>,
) -> Result<(), MapError> {
    let mut failed = None;
    layer.visit_prefix(table, table, &mut |key, value| match visit(key, value) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// Reads back what is in memory; `None` if nothing was ever written.
pub(super) fn read(layer: &Layer) -> Result<Option<State>, MapError> {
    let Some(node) = layer.get(keys::NODE)? else { return Ok(None) };
    let node = decode_node(&node).map_err(broken)?;
    if node.layout != keys::LAYOUT {
        return Err(broken("it was written by another release"));
    }
    let mut state = State::new(&node.code, node.books_from, node.epoch, node.recorded_at);
    read_registry(layer, &mut state, node.registry_version)?;
    if let Some(trust) = layer.get(keys::TRUST)? {
        state.trust = decode_trust(&trust).map_err(broken)?;
    }
    each(layer, keys::PREPARATIONS, |_, value| {
        let preparation = decode_preparation(value).map_err(broken)?;
        state.preparations.insert(preparation.unit.clone(), preparation);
        Ok(())
    })?;
    each(layer, keys::REVIEWS, |_, value| {
        state.keep_review(&decode_review(value).map_err(broken)?);
        Ok(())
    })?;
    each(layer, keys::UNITS, |key, value| {
        let code = text(key.get(1..))?;
        state.books.insert(code, decode_unit(value).map_err(broken)?);
        Ok(())
    })?;
    each(layer, keys::CELLS, |key, value| {
        let (code, at) = keys::cell_parts(key).ok_or_else(|| broken("a cell's key cannot be read"))?;
        let books = state.books.get_mut(&code).ok_or_else(|| broken("a cell has no books"))?;
        books.restore_cell(at, decode_cell(value).map_err(broken)?);
        Ok(())
    })?;
    each(layer, keys::ENTERED, |key, value| {
        books_of(&mut state, key)?.entered.put(decode_whole(value).map_err(broken)?);
        Ok(())
    })?;
    each(layer, keys::EXPLAINED, |key, value| {
        let explained = decode_explained(value).map_err(broken)?;
        let at = (explained.end, explained.start);
        books_of(&mut state, key)?.explained.insert(at, Arc::new(explained));
        Ok(())
    })?;
    each(layer, keys::TRANSFERS, |key, value| {
        let (code, at) = keys::transfer_parts(key).ok_or_else(|| broken("a transfer's key cannot be read"))?;
        let n = value.as_ref().try_into().map(i64::from_be_bytes).map_err(broken)?;
        let books = state.books.get_mut(&code).ok_or_else(|| broken("a transfer has no books"))?;
        books.restore_transfer(at, n);
        Ok(())
    })?;
    each(layer, keys::KEYS, |key, value| {
        let unit = unit_id("key", &text(key.get(1..))?).map_err(broken)?;
        state.keys.insert(unit, value.as_ref().try_into().map_err(broken)?);
        Ok(())
    })?;
    // Revisions come in order, and each takes the place of the one before.
    each(layer, keys::DOCUMENTS, |_, value| {
        let (envelope, recorded_at) = decode_document(value).map_err(broken)?;
        let incoming = document::restore(&envelope).map_err(broken)?;
        if let (Err(newer), true) = (&incoming.summary, *incoming.header.keeper.code == *state.code) {
            // a rebuild would not help, and the program that wrote it can go on with the state as it lies
            return Err(MapError::Unavailable(newer.to_string()));
        }
        let (unit, held) = (&incoming.header.unit, Held::came(&incoming, recorded_at));
        let mut before = None;
        if let Some(old) = state.held(unit, held.atom.start) {
            let load = super::decide::stored_document(layer, unit, old.atom.start, old.revision);
            before = load.and_then(|b| document::reopen(&b).ok()).map(|o| o.summary.subtree());
        }
        state.shelve(unit, incoming.summary.as_ref().ok(), held, |_| before);
        Ok(())
    })?;
    Ok(Some(state))
}

fn books_of<'a>(state: &'a mut State, key: &[u8]) -> Result<&'a mut Books, MapError> {
    let code = keys::unit_part(key).ok_or_else(|| broken("a key cannot be read"))?;
    state.books.get_mut(code).ok_or_else(|| broken("what was entered has no books"))
}

fn read_registry(layer: &Layer, state: &mut State, version: u64) -> Result<(), MapError> {
    let mut registry = Registry { version, ..Registry::default() };
    each(layer, keys::PARTS, |_, value| {
        let sealed = document::reopen_part(value).map_err(broken)?;
        state.parts.insert(sealed.part.kind(), sealed.bytes);
        registry.replace(sealed.part, sealed.version);
        Ok(())
    })?;
    state.registry = Arc::new(registry);
    Ok(())
}

fn text(bytes: Option<&[u8]>) -> Result<String, MapError> {
    std::str::from_utf8(bytes.unwrap_or_default()).map(str::to_owned).map_err(broken)
}
