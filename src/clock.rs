//! The only place that asks what time it is.

use std::sync::Arc;

use crate::domain::time::Timestamp;
pub use crate::store::writer::Clock;

/// The machine's clock.
pub fn now() -> Timestamp {
    Timestamp(chrono::Utc::now().timestamp_millis())
}

/// The machine's clock, to be handed on.
pub fn system() -> Clock {
    Arc::new(now)
}

/// A clock that somebody else moves, for demonstrations of a past year.
#[derive(Clone)]
pub struct Moved(Arc<std::sync::atomic::AtomicI64>);

impl Moved {
    /// A clock that stands at this time.
    pub fn at(time: Timestamp) -> Moved {
        Moved(Arc::new(std::sync::atomic::AtomicI64::new(time.0)))
    }

    /// Moves it; never back.
    pub fn advance(&self, time: Timestamp) {
        self.0.fetch_max(time.0, std::sync::atomic::Ordering::SeqCst);
    }

    /// To be handed on.
    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Arc::new(move || Timestamp(time.load(std::sync::atomic::Ordering::SeqCst)))
    }
}
