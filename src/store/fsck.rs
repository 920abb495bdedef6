//! Checking a store from end to end: the chain, the sums, the signatures; and the hash by which two states can be compared.

use super::{core::Core, decide::rebooked, journal::JournalError, keys, loads::broken, map::MapError, tables::each};
use crate::{
    document::{self, DocumentError},
    domain::{atoms::Atom, summary::Hash},
    wire::{
        entered::encode_whole,
        store::{decode_document, decode_record, encode_cell, encode_record},
    },
};

/// What a full check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Entries of the journal whose chain is whole.
    pub entries: u64,
    /// Dossiers and memos.
    pub dossiers: u64,
    /// Documents whose signature and sums are right.
    pub documents: u64,
    /// Everything that is wrong, in words; empty if nothing is.
    pub faults: Vec<String>,
    /// By full scan, over dossiers, books and own figures; equal for every order in which the same events came.
    pub state_hash: Option<Hash>,
}

impl Core {
    /// Reads the whole journal and checks every hash of it; gives the number of entries.
    pub fn check_journal(&self) -> Result<u64, JournalError> {
        self.journal.verify_all()
    }

    /// Reads everything and checks it against everything else. State that cannot be read is made anew by the next opening.
    pub fn check(&self) -> Result<Checked, MapError> {
        let checked = self.check_all();
        if let Err(MapError::Broken(why)) = &checked {
            self.layer.condemn(why);
        }
        checked
    }

    fn check_all(&self) -> Result<Checked, MapError> {
        let mut checked = Checked::default();
        match self.check_journal() {
            Ok(entries) => checked.entries = entries,
            Err(error) => checked.faults.push(error.to_string()),
        }
        self.check_books(&mut checked)?;
        self.check_documents(&mut checked)?;
        checked.state_hash = Some(self.state_hash(&mut checked.dossiers)?);
        Ok(checked)
    }

    /// The books are the sum of what every dossier contributes.
    fn check_books(&self, checked: &mut Checked) -> Result<(), MapError> {
        let mut again = self.state.clone();
        rebooked(&mut again, &self.layer)?;
        for (code, books) in &self.state.books {
            if again.books.get(code) != Some(books) {
                checked
                    .faults
                    .push(format!("the books of unit {code} are not the sum of its dossiers: run `motcua rebuild`"));
            }
            for atom in atoms(self, code) {
                let figures = books.figures(atom, atom.ends_at());
                let sum = crate::domain::summary::total(&figures);
                if sum.imbalance() != 0 {
                    checked
                        .faults
                        .push(format!("unit {code} does not balance for {atom}: {} unaccounted for", sum.imbalance()));
                }
            }
        }
        Ok(())
    }

    fn check_documents(&self, checked: &mut Checked) -> Result<(), MapError> {
        each(&self.layer, keys::DOCUMENTS, |_, value| {
            let (envelope, _) = decode_document(value).map_err(broken)?;
            match document::open(&envelope) {
                Ok(opened) => match opened.summary.fault() {
                    Some(fault) => checked.faults.push(format!("document {}: {fault}", opened.hash)),
                    None => checked.documents += 1,
                },
                // Its signature is good, and more cannot be asked here.
                Err(DocumentError::Newer { .. }) => checked.documents += 1,
                Err(error) => checked.faults.push(format!("document {}: {error}", document::hash(&envelope))),
            }
            Ok(())
        })
    }

    /// Hashes dossiers, books and own figures. Not in it: sequence numbers, recorded times, the chain's head.
    fn state_hash(&self, dossiers: &mut u64) -> Result<Hash, MapError> {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &[u8]| {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        };
        each(&self.layer, keys::DOSSIERS, |key, value| {
            *dossiers += 1;
            let record = decode_record(value).map_err(broken)?;
            add(key);
            add(&encode_record(&record.without_times()));
            Ok(())
        })?;
        for (code, books) in &self.state.books {
            add(code.as_bytes());
            for (at, cell) in books.cells() {
                add(&keys::cell(code, at));
                add(&encode_cell(cell));
            }
            for whole in books.entered.iter() {
                add(&keys::entered(code, whole.start));
                add(&encode_whole(whole));
            }
            for atom in atoms(self, code) {
                for (key, figures) in books.figures(atom, atom.ends_at()) {
                    add(key.agency.as_bytes());
                    add(key.procedure.as_bytes());
                    for value in figures.values() {
                        add(&value.to_le_bytes());
                    }
                }
            }
        }
        Ok(Hash(*hasher.finalize().as_bytes()))
    }
}

/// The atoms in which anything is booked, and those between.
fn atoms(core: &Core, code: &str) -> Vec<Atom> {
    let Some(books) = core.state.books.get(code) else { return Vec::new() };
    let Some(last) = books.last_bucket() else { return Vec::new() };
    let cuts = &core.state.registry.cuts;
    let first = cuts.atom_of(books.from);
    std::iter::successors(Some(first), |a| Some(cuts.next(*a))).take_while(|a| a.start <= last).collect()
}
