//! Two levels of changes over a map, read as one ordered map.

use std::iter::Peekable;
use std::ops::{Bound, ControlFlow};

use bytes::Bytes;
use imbl::OrdMap;

use super::map::{Map, MapError, Visit};

/// Changes not yet in the map: a value, or `None` for a removal. Cloning costs nothing.
pub(crate) type Level = OrdMap<Bytes, Option<Bytes>>;

/// What lies over the map: what was frozen is being written down, what is active is newer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels {
    pub active: Level,
    pub frozen: Level,
}

/// A part of a scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Keys and values in order.
    pub items: Vec<(Bytes, Bytes)>,
    /// The first key that did not fit: where the next page begins.
    pub next: Option<Bytes>,
}

impl Levels {
    /// The value as of now, where `map` is what lies below.
    pub(crate) fn get(&self, map: &dyn Map, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        match self.active.get(key).or_else(|| self.frozen.get(key)) {
            Some(change) => Ok(change.clone()),
            None => map.get(key),
        }
    }

    /// Visits, in order, all keys with this prefix that are not below `from`.
    pub(crate) fn scan(&self, map: &dyn Map, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        let mut over = Over::new(self, prefix, from);
        let mut stopped = false;
        map.scan(prefix, from, &mut |key, value| {
            let mut flow = over.up_to(Some(key), visit);
            if flow.is_continue() {
                flow = match over.peek() {
                    Some(same) if same == key => match over.take(same) {
                        Some(newer) => visit(key, newer),
                        None => ControlFlow::Continue(()),
                    },
                    _ => visit(key, value),
                };
            }
            stopped = flow.is_break();
            flow
        })?;
        if !stopped {
            let _ = over.up_to(None, visit);
        }
        Ok(())
    }

    /// At most `limit` pairs of a scan.
    pub(crate) fn page(&self, map: &dyn Map, prefix: &[u8], from: &[u8], limit: usize) -> Result<Page, MapError> {
        let mut page = Page::default();
        self.scan(map, prefix, from, &mut |key, value| {
            if page.items.len() >= limit {
                page.next = Some(key.clone());
                return ControlFlow::Break(());
            }
            page.items.push((key.clone(), value.clone()));
            ControlFlow::Continue(())
        })?;
        Ok(page)
    }
}

type Changes<'a> = imbl::ordmap::RangedIter<'a, Bytes, Option<Bytes>, imbl::shared_ptr::DefaultSharedPtr>;

/// Both levels as one ordered sequence of changes, the active one winning.
struct Over<'a> {
    active: Peekable<Changes<'a>>,
    frozen: Peekable<Changes<'a>>,
    prefix: &'a [u8],
}

impl<'a> Over<'a> {
    fn new(levels: &'a Levels, prefix: &'a [u8], from: &[u8]) -> Self {
        let from = (Bound::Included(from.max(prefix)), Bound::Unbounded);
        Self {
            active: levels.active.range::<_, [u8]>(from).peekable(),
            frozen: levels.frozen.range::<_, [u8]>(from).peekable(),
            prefix,
        }
    }

    /// The key of the next change, while it has the prefix.
    fn peek(&mut self) -> Option<&'a Bytes> {
        let active = self.active.peek().map(|(key, _)| *key);
        let frozen = self.frozen.peek().map(|(key, _)| *key);
        let key = match (active, frozen) {
            (Some(a), Some(f)) => a.min(f),
            (a, f) => a.or(f)?,
        };
        key.starts_with(self.prefix).then_some(key)
    }

    /// The change under the key that was just peeked.
    fn take(&mut self, key: &Bytes) -> Option<&'a Bytes> {
        let active = self.active.next_if(|(k, _)| *k == key);
        let frozen = self.frozen.next_if(|(k, _)| *k == key);
        active.or(frozen).and_then(|(_, value)| value.as_ref())
    }

    /// Visits what comes before this key; all that is left if there is none.
    fn up_to(&mut self, end: Option<&Bytes>, visit: Visit<'_>) -> ControlFlow<()> {
        while let Some(key) = self.peek()
            && end.is_none_or(|end| key < end)
        {
            if let Some(value) = self.take(key) {
                visit(key, value)?;
            }
        }
        ControlFlow::Continue(())
    }
}
