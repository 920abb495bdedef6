//! How many connections come in. Whoever has not yet said what a peer must say first holds only a chair in the hall, and gives it up when the hall is
//! full; so silent and slow connections, however many, do not keep a well-behaved peer out. Whoever is in stays in.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio_util::sync::CancellationToken;

/// Chairs in the hall: handshakes that are under way at once.
const HALL: usize = 64;

/// The doors of one listener.
#[derive(Clone, Debug)]
pub(super) struct Doors {
    inner: Arc<Mutex<Inner>>,
    connections: usize,
    per_address: usize,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    // By arrival.
    places: BTreeMap<u64, Held>,
}

#[derive(Debug)]
struct Held {
    address: IpAddr,
    /// In the hall: to be told when the chair is taken away.
    waiting: Option<CancellationToken>,
}

/// A place of one connection, from its first packet to its end.
#[derive(Debug)]
pub(super) struct Place {
    number: u64,
    doors: Doors,
    /// Fires if the place was given to somebody else before [`Place::enter`].
    pub(super) lost: CancellationToken,
}

impl Doors {
    pub(super) fn new(connections: usize, per_address: usize) -> Doors {
        Doors { inner: Arc::default(), connections, per_address }
    }

    /// A place for a new connection, or `None`: then it is to be closed at once.
    pub(super) fn arrive(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        self.with(|inner| {
            let from_there = inner.places.values().filter(|held| held.address == address).count();
            if from_there >= self.per_address && !inner.give_up(Some(address)) {
                return None;
            }
            let waiting = inner.places.values().filter(|held| held.waiting.is_some()).count();
            let full = inner.places.len() >= self.connections;
            if (full || waiting >= HALL) && !inner.give_up(None) {
                return None;
            }
            let lost = CancellationToken::new();
            inner.next += 1;
            inner.places.insert(inner.next, Held { address, waiting: Some(lost.clone()) });
            Some(Place { number: inner.next, doors: self.clone(), lost })
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    /// Takes the chair of whoever has waited longest: from that address, or else from the one that holds most chairs, so that one address does not
    /// push the others out. `false` if nobody waits.
    fn give_up(&mut self, from: Option<IpAddr>) -> bool {
        let mut chairs: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for held in self.places.values().filter(|held| held.waiting.is_some()) {
            *chairs.entry(held.address).or_default() += 1;
        }
        let most = chairs.into_iter().max_by_key(|(_, count)| *count).map(|(address, _)| address);
        let Some(address) = from.or(most) else { return false };
        let oldest = self.places.iter().find(|(_, held)| held.waiting.is_some() && held.address == address);
        let Some(number) = oldest.map(|(number, _)| *number) else { return false };
        if let Some(lost) = self.places.remove(&number).and_then(|held| held.waiting) {
            lost.cancel();
        }
        true
    }
}

impl Place {
    /// From the hall into the house. `false` if the chair was taken away in this moment.
    pub(super) fn enter(&self) -> bool {
        self.doors.with(|inner| match inner.places.get_mut(&self.number) {
            Some(held) => {
                held.waiting = None;
                true
            }
            None => false,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.doors.with(|inner| inner.places.remove(&self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[test]
    fn the_hall_gives_way_and_the_house_does_not() {
        let doors = Doors::new(3, 2);
        let silent: Vec<_> = (0..2).map(|_| doors.arrive(ip(1)).unwrap()).collect();
        let next = doors.arrive(ip(1)).unwrap();
        assert!(silent[0].lost.is_cancelled() && !silent[1].lost.is_cancelled());
        assert!(!silent[0].enter() && silent[1].enter() && next.enter());
        assert!(doors.arrive(ip(1)).is_none(), "two are inside");
        let other = doors.arrive(ip(2)).unwrap();
        let another = doors.arrive(ip(3)).unwrap();
        assert!(other.lost.is_cancelled() && another.enter());
        assert!(doors.arrive(ip(4)).is_none(), "three are inside");
        drop(next);
        assert!(doors.arrive(ip(4)).is_some());
    }

    #[test]
    fn a_crowd_pushes_itself_out() {
        let doors = Doors::new(500, 500);
        let good = doors.arrive(ip(1)).unwrap();
        let crowd: Vec<_> = (0..300).map(|_| doors.arrive(ip(2)).unwrap()).collect();
        assert!(good.enter());
        assert_eq!(crowd.iter().filter(|place| !place.lost.is_cancelled()).count(), HALL - 1);
    }
}
