//! A bundle is judged by itself: no node is asked, no clock, nothing is taken on trust but the root key. What is not proven is named; a bundle
//! that nothing is said against proves every figure in it. No bytes whatever make this panic.

mod anchor;
mod counts;
mod figures;
mod judge;
mod keys;
mod load;
mod members;
mod time;
mod walk;

#[cfg(test)]
mod bytes_tests;
#[cfg(test)]
mod tampering_tests;
#[cfg(test)]
mod world_tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

pub use anchor::{Anchor, fingerprint};

use super::bundle::{self, BundleError};
use crate::domain::{
    atoms::{Atom, Cuts},
    roll::{Key, Roll},
    summary::{Hash, Summary},
    units::{Tree, UnitId},
    verdict::{Finding, Verdict, Who, Wrong},
};

/// Verifies a bundle. `expected` is the root key as the reader knows it from elsewhere; without it the verdict says under which root the
/// figures are proven, and the reader has to compare it.
pub fn verify_bundle(file: &[u8], expected: Option<&Anchor>) -> Verdict {
    let mut case = Case::default();
    case.verdict.anchored = expected.is_some();
    let read = match bundle::read(file) {
        Ok(read) => read,
        Err(error) => {
            case.about_all(match error {
                BundleError::NotABundle => Wrong::NotABundle,
                BundleError::Damaged => Wrong::Damaged,
                BundleError::TooLarge => Wrong::TooLarge,
                BundleError::Newer(format) => Wrong::NewerBundle { format },
            });
            return case.verdict;
        }
    };
    case.parts(&read.root, &read.parts, expected);
    case.question(&read);
    case.load(read.documents);
    case.walk();
    case.judge();
    case.figures();
    case.verdict
}

/// What is known so far.
#[derive(Default)]
struct Case {
    verdict: Verdict,
    tree: Tree,
    cuts: Cuts,
    /// As the root signed it.
    roll: Option<Roll>,
    /// Whose each of its keys is, by bare code.
    owners: BTreeMap<Key, String>,
    asked: Option<UnitId>,
    atoms: Vec<Atom>,
    /// Documents with a good signature.
    documents: BTreeMap<Hash, Document>,
    /// The same by unit and first day; revisions in order.
    shelves: BTreeMap<(UnitId, NaiveDate), Vec<Hash>>,
    /// There are documents only a later release can read, so it is not known what they name.
    unread: bool,
    /// What documents that were altered call themselves: why they are missed is said already.
    altered: BTreeSet<(UnitId, NaiveDate)>,
    /// For every atom the document of the unit asked for, and whatever it names.
    tops: BTreeMap<Atom, Hash>,
    /// Reached from above by hash.
    named: BTreeSet<Hash>,
    /// Stands in the place of another; that is said already.
    in_place: BTreeSet<Hash>,
}

/// A document whose signature is good.
struct Document {
    signer: [u8; 32],
    summary: Summary,
}

impl Case {
    /// The unit with its name.
    fn who(&self, unit: &UnitId) -> Who {
        Who { name: self.tree.get(unit).map(|u| u.name.to_string()).unwrap_or_default(), unit: unit.clone() }
    }

    /// Something is wrong with the bundle itself.
    fn about_all(&mut self, wrong: Wrong) {
        self.verdict.findings.push(Finding { who: None, atom: None, wrong });
    }

    /// Something is wrong with a unit's document.
    fn about(&mut self, unit: &UnitId, atom: Atom, wrong: Wrong) {
        self.verdict.findings.push(Finding { who: Some(self.who(unit)), atom: Some(atom), wrong });
    }

    /// A document that is named by hash, if it is here and is one of that unit and atom.
    fn member(&self, unit: &UnitId, atom: Atom, hash: &Hash) -> Option<&Document> {
        self.documents.get(hash).filter(|d| d.summary.unit == *unit && d.summary.atom == atom)
    }
}
