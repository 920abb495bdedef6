//! What a node knows besides its dossiers: the registry, the books of the units it keeps, and an index of documents.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use chrono::NaiveDate;
use imbl::OrdMap;

use super::{books::Books, prepare::Preparation, refusal::Refusal, review::Reviews, trust::Trust};
use crate::document::{Header, Incoming};
use crate::domain::{
    atoms::Atom,
    contribution::CellKey,
    event::EventId,
    measure::{Figures, Measure},
    registry::{PartKind, Registry},
    review::Review,
    roll::{Key, Standing},
    summary::{Cells, Entered, Hash, Missing, Summary, total},
    time::Timestamp,
    units::{Unit, UnitId},
};

/// What the index remembers of a document: enough to answer for completeness and continuity without opening it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// Which atom.
    pub atom: Atom,
    /// The highest revision held.
    pub revision: u32,
    /// Hash of the envelope.
    pub hash: Hash,
    /// When it was recorded here.
    pub recorded_at: Timestamp,
    /// Total of its subtree.
    pub totals: Figures,
    /// Total of its own figures.
    pub own: Figures,
    /// Units in it.
    pub received: u32,
    /// Units of its subtree that are not in it.
    pub missing: Arc<[Missing]>,
    /// Transfers on the way out of the subtree.
    pub transfers_out: Arc<BTreeSet<EventId>>,
    /// Transfers on the way into it.
    pub transfers_in: Arc<BTreeSet<EventId>>,
    /// Says whether two documents state the same, revisions and hashes aside.
    pub content: Content,
    /// Figures of its subtree that a person entered as a whole.
    pub entered: Arc<[Entered]>,
    /// Says whether the unit says the same of its figures in two documents.
    pub words: Hash,
    /// A later release wrote it: it is held and relayed, but nothing is known of what it states, and its figures here are zero.
    pub unread: bool,
}

/// What a document states, without its revision, times and hashes.
pub type Content = Hash;

impl Held {
    /// What the index remembers of this document.
    pub fn of(summary: &Summary, hash: Hash, recorded_at: Timestamp) -> Held {
        let own = total(&summary.own);
        Held {
            atom: summary.atom,
            revision: summary.revision,
            hash,
            recorded_at,
            totals: summary.totals(),
            own,
            received: summary.received,
            missing: summary.missing.clone().into(),
            transfers_out: Arc::new(summary.transfers_out.clone()),
            transfers_in: Arc::new(summary.transfers_in.clone()),
            content: crate::document::content(summary),
            entered: summary.entered.clone().into(),
            words: crate::document::words(&summary.explained),
            unread: false,
        }
    }

    /// What the index remembers of a document that only a later release can read.
    pub fn unread(header: &Header, recorded_at: Timestamp) -> Held {
        Held {
            atom: header.atom,
            revision: header.revision,
            hash: header.hash,
            recorded_at,
            totals: Figures::default(),
            own: Figures::default(),
            received: 0,
            missing: Arc::default(),
            transfers_out: Arc::default(),
            transfers_in: Arc::default(),
            content: header.hash,
            entered: Arc::default(),
            words: header.hash,
            unread: true,
        }
    }

    /// What the index remembers of a document as it came.
    pub fn came(incoming: &Incoming, recorded_at: Timestamp) -> Held {
        match &incoming.summary {
            Ok(summary) => Held::of(summary, incoming.header.hash, recorded_at),
            Err(_) => Held::unread(&incoming.header, recorded_at),
        }
    }

    /// Its own stock at the start.
    pub fn own_opening(&self) -> i64 {
        self.own[Measure::CarriedOver]
    }

    /// Its own stock at the end.
    pub fn own_closing(&self) -> i64 {
        self.own.closing_stock()
    }
}

/// The documents of one unit: the newest revision for each atom, by the atom's first day.
pub type Shelf = OrdMap<NaiveDate, Held>;

/// Figures by cell, sharing what has not changed.
pub type Sum = OrdMap<CellKey, Figures>;

/// Everything in memory. Cloning is cheap; a clone is a snapshot that never changes.
#[derive(Clone, Debug)]
pub struct State {
    /// Code of the node's own unit.
    pub code: String,
    /// Raised whenever the node was restored.
    pub epoch: u64,
    /// Time of the last entry.
    pub recorded_at: Timestamp,
    /// The registry.
    pub registry: Arc<Registry>,
    /// Books of the units kept here, by code; the node's own is always there.
    pub books: OrdMap<String, Books>,
    /// Documents, own and others'.
    pub shelves: OrdMap<UnitId, Shelf>,
    /// For units kept here: the sum of the documents directly below, by atom.
    pub below: OrdMap<(UnitId, NaiveDate), Sum>,
    /// The key each unit signs with, as first seen. Where a roll is known, it is asked instead.
    pub keys: OrdMap<UnitId, Key>,
    /// The parts of the registry as the top of the tree signed them.
    pub parts: OrdMap<PartKind, Bytes>,
    /// Who may join and who may ask.
    pub trust: Trust,
    /// What waits for an approver, by the unit's code; empty for all whose books are kept here.
    pub preparations: OrdMap<String, Preparation>,
    /// What was said of reports, by unit and first day of the atom.
    pub reviews: OrdMap<(UnitId, NaiveDate), Reviews>,
}

impl State {
    /// A node that has recorded nothing but its birth.
    pub fn new(code: &str, books_from: NaiveDate, epoch: u64, recorded_at: Timestamp) -> State {
        State {
            code: code.to_owned(),
            epoch,
            recorded_at,
            registry: Arc::default(),
            books: OrdMap::unit(code.to_owned(), Books::new(books_from)),
            shelves: OrdMap::new(),
            below: OrdMap::new(),
            keys: OrdMap::new(),
            parts: OrdMap::new(),
            trust: Trust::default(),
            preparations: OrdMap::new(),
            reviews: OrdMap::new(),
        }
    }

    /// The identity of a code on a day; the bare code while no tree is known.
    pub fn identity(&self, code: &str, on: NaiveDate) -> Option<UnitId> {
        match self.registry.tree.resolve(code, on) {
            Some(unit) => Some(unit.id.clone()),
            None if self.registry.tree.is_empty() => Some(UnitId { code: code.into(), valid_from: None }),
            None => None,
        }
    }

    /// The node's own identity on a day.
    pub fn own(&self, on: NaiveDate) -> UnitId {
        self.identity(&self.code, on).unwrap_or_else(|| UnitId { code: self.code.as_str().into(), valid_from: None })
    }

    /// A unit by its identity, if the tree has it.
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.registry.tree.get(id)
    }

    /// Whether this node keeps the books of that unit on that day.
    pub fn keeps(&self, id: &UnitId, on: NaiveDate) -> bool {
        self.books.contains_key(&*id.code) && self.identity(&id.code, on).as_ref() == Some(id)
    }

    /// Why a document of that keeper under that key is not taken in. Where links are authenticated the roll says which keys are good; elsewhere
    /// the first one that was seen.
    pub fn distrusts(&self, keeper: &UnitId, key: &Key) -> Option<Refusal> {
        if self.trust.root.is_none() {
            return self.keys.get(keeper).filter(|known| *known != key).map(|_| Refusal::WrongKey(keeper.clone()));
        }
        if self.registry.roll.ban(&keeper.code).is_some() {
            return Some(Refusal::Banned(keeper.code.to_string()));
        }
        match self.registry.roll.standing(&keeper.code, key) {
            Standing::Current | Standing::Retired => None,
            Standing::Revoked => Some(Refusal::RevokedKey(keeper.clone())),
            Standing::Foreign => Some(Refusal::WrongKey(keeper.clone())),
            Standing::NoMember => Some(Refusal::NotEnrolled(keeper.code.to_string())),
        }
    }

    /// Units that should report in the subtree, itself included.
    pub fn expected(&self, id: &UnitId, on: NaiveDate) -> u32 {
        match self.unit(id) {
            Some(_) => u32::try_from(self.registry.tree.expected(id, on)).unwrap_or(u32::MAX),
            None => 1,
        }
    }

    /// Whether the unit itself should report.
    pub fn reports(&self, id: &UnitId, on: NaiveDate) -> bool {
        self.unit(id).is_none() || self.registry.tree.reports(id, on)
    }

    /// The newest document of a unit for an atom.
    pub fn held(&self, id: &UnitId, start: NaiveDate) -> Option<&Held> {
        self.shelves.get(id)?.get(&start)
    }

    /// Keeps what was said of a report.
    pub fn keep_review(&mut self, review: &Review) {
        let place = (review.unit.clone(), review.atom.start);
        let key = (review.at, super::review::id(review));
        self.reviews.entry(place).or_default().insert(key, review.clone());
    }

    /// The sum below, as cells.
    pub fn below_cells(&self, id: &UnitId, start: NaiveDate) -> Cells {
        self.below.get(&(id.clone(), start)).into_iter().flatten().map(|(k, f)| (k.clone(), *f)).collect()
    }

    /// Puts a document on its shelf, and for a unit whose parent is kept here into the parent's sum in place of the one before. Returns the
    /// parent's code if its figures have changed. Costs what the document has cells, whatever else is held. `before` loads the cells of the
    /// document that was held until now. A document that cannot be read adds nothing, and takes away what the one before it added.
    pub fn shelve(
        &mut self,
        id: &UnitId,
        summary: Option<&Summary>,
        held: Held,
        before: impl FnOnce(&Held) -> Option<Cells>,
    ) -> Option<String> {
        let (start, on) = (held.atom.start, held.atom.last_day());
        let old = self.shelves.entry(id.clone()).or_default().insert(start, held);
        let parent = self.registry.tree.parent(id, on).filter(|p| self.keeps(p, on))?;
        let gone = old.and_then(|old| before(&old)).unwrap_or_default();
        let sum = self.below.entry((parent.clone(), start)).or_default();
        add(sum, &gone, -1);
        add(sum, &summary.map(Summary::subtree).unwrap_or_default(), 1);
        Some(parent.code.to_string())
    }

    /// After a restore: the largest difference between an own figure of an adopted document and the same figure of the books; 0 if the books
    /// explain all of them. Stock alone would not do: a dossier that was received and resolved in what was lost leaves none.
    pub fn unexplained(&self, code: &str) -> i64 {
        let Some((books, (from, through))) = self.books.get(code).and_then(|b| Some((b, b.restored?))) else {
            return 0;
        };
        let cuts = &self.registry.cuts;
        let atoms = std::iter::successors(Some(cuts.atom_of(from)), |atom| Some(cuts.next(*atom)));
        let differences = atoms.take_while(|atom| atom.start < through).filter_map(|atom| {
            let held = self.held(&self.identity(code, atom.last_day())?, atom.start)?;
            let now = total(&books.figures(atom, atom.ends_at()));
            Measure::ALL.iter().map(|m| (held.own[*m] - now[*m]).abs()).max()
        });
        differences.max().unwrap_or_default()
    }
}

/// Adds cells to a sum or takes them away, statements aside; cells that come to nothing go.
fn add(sum: &mut Sum, cells: &Cells, sign: i64) {
    for (key, figures) in cells {
        let figures = figures.for_parent();
        if figures.is_zero() {
            continue;
        }
        let cell = sum.entry(key.clone()).or_default();
        if sign < 0 {
            *cell -= &figures;
        } else {
            *cell += &figures;
        }
        if cell.is_zero() {
            sum.remove(key);
        }
    }
}
