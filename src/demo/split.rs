//! Published totals, split over the communes by a seed. Whatever the seed, the communes add up to what was published.

use fastrand::Rng;

use super::place::{COMMUNES, FEBRUARY, JANUARY_RECEIVED, LATE};

/// What is made up for one commune.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its code.
    pub code: &'static str,
    /// Received in January.
    pub january: u64,
    /// Of those, open at its end.
    pub carried_over: u64,
    /// Received in February.
    pub received: u64,
    /// Resolved early in February.
    pub early: u64,
    /// Resolved on time in February.
    pub on_time: u64,
    /// Resolved late in February.
    pub late: u64,
    /// Pending at the end of February.
    pub pending: u64,
}

/// Splits the published totals.
pub fn split(rng: &mut Rng) -> Vec<Share> {
    let weights: Vec<u64> = COMMUNES.iter().map(|_| rng.u64(40..200)).collect();
    // At least two each, so that every commune has something carried over and something pending, and the late one has its late dossier.
    let to_handle = apportion(FEBRUARY.carried_over + FEBRUARY.received, &weights, 20);
    let carried_over = apportion(FEBRUARY.carried_over, &weights, 1);
    let pending = apportion(FEBRUARY.pending, &weights, 1);
    let january = apportion(JANUARY_RECEIVED, &weights, 10);
    let on_time = apportion(FEBRUARY.on_time, &weights, 0);
    let mut shares = Vec::with_capacity(COMMUNES.len());
    for (i, (code, _)) in COMMUNES.iter().enumerate() {
        let at = |of: &[u64]| of.get(i).copied().unwrap_or_default();
        let late = if *code == LATE { FEBRUARY.late } else { 0 };
        let resolved = at(&to_handle) - at(&pending);
        shares.push(Share {
            code,
            january: at(&january),
            carried_over: at(&carried_over),
            received: at(&to_handle) - at(&carried_over),
            early: resolved - late - at(&on_time),
            on_time: at(&on_time),
            late,
            pending: at(&pending),
        });
    }
    shares
}

/// A total in shares by weight, with a least share each; the largest remainders get what is left.
fn apportion(total: u64, weights: &[u64], least: u64) -> Vec<u64> {
    let free = total - least * weights.len() as u64;
    let sum: u64 = weights.iter().sum();
    let mut shares: Vec<u64> = weights.iter().map(|w| least + free * w / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(weights.get(*i).map_or(0, |w| free * w % sum)));
    let left = usize::try_from(total - shares.iter().sum::<u64>()).unwrap_or_default();
    for i in order.into_iter().take(left) {
        if let Some(share) = shares.get_mut(i) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_adds_up_to_what_was_published_and_no_two_are_alike() {
        let mut all = Vec::new();
        for seed in 0..200 {
            let shares = split(&mut Rng::with_seed(seed));
            let sum = |of: fn(&Share) -> u64| shares.iter().map(of).sum::<u64>();
            assert_eq!(sum(|s| s.carried_over), FEBRUARY.carried_over, "seed {seed}");
            assert_eq!(sum(|s| s.received), FEBRUARY.received, "seed {seed}");
            assert_eq!(sum(|s| s.early), FEBRUARY.early, "seed {seed}");
            assert_eq!(sum(|s| s.on_time), FEBRUARY.on_time, "seed {seed}");
            assert_eq!(sum(|s| s.late), FEBRUARY.late, "seed {seed}");
            assert_eq!(sum(|s| s.pending), FEBRUARY.pending, "seed {seed}");
            for s in &shares {
                assert_eq!(s.carried_over + s.received, s.early + s.on_time + s.late + s.pending, "seed {seed} {s:?}");
                assert!(s.january >= s.carried_over, "seed {seed} {s:?}");
            }
            assert!(!all.contains(&shares), "seed {seed}");
            all.push(shares);
        }
    }
}
