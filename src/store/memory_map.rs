//! The plain twin of the sled map: for simulation, tests and comparing a rebuild.

use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use bytes::Bytes;
use imbl::OrdMap;

use super::map::{Change, Map, MapError, Visit};

/// A map in memory. Nothing survives the process.
#[derive(Debug, Default)]
pub struct MemoryMap(RwLock<(OrdMap<Bytes, Bytes>, u64)>);

impl MemoryMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The present content; cloning it costs nothing, so no lock is held while it is read.
    fn now(&self) -> OrdMap<Bytes, Bytes> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.0.clone()
    }
}

impl Map for MemoryMap {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, MapError> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.0.get(key).cloned())
    }

    fn scan(&self, prefix: &[u8], from: &[u8], visit: Visit<'_>) -> Result<(), MapError> {
        let map = self.now();
        let from = Bound::Included(from.max(prefix));
        for (key, value) in map.range::<_, [u8]>((from, Bound::Unbounded)) {
            if !key.starts_with(prefix) || visit(key, value).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn apply(&self, batch: &[Change], seq: u64) -> Result<(), MapError> {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let reached = inner.1;
        if seq < reached {
            return Err(MapError::Backwards { reached, seq });
        }
        for (key, value) in batch {
            match value {
                Some(value) => inner.0.insert(key.clone(), value.clone()),
                None => inner.0.remove(key),
            };
        }
        inner.1 = seq;
        Ok(())
    }

    fn reached(&self) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).1
    }

    fn checkpoint(&self) -> Result<(), MapError> {
        Ok(())
    }
}

#[cfg(test)]
impl MemoryMap {
    /// What is in it now, as a map of its own.
    pub(super) fn copy(&self) -> MemoryMap {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        MemoryMap(RwLock::new(inner.clone()))
    }
}
