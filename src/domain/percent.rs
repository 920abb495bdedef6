//! Percentages and the numbers of a report, printed; counts read are in a file of their own.
//!
//! Integer arithmetic only, half-up, two decimals. "Never 100,00% while a late dossier exists", the parts that add
//! to 100,00 and the dash for a zero denominator are the printing practice of form II.06 (circular
//! 01/2020/TT-VPCP).

mod count;

pub use count::{CountError, parse_count};

/// What is printed where a percentage has no denominator.
pub const NONE: &str = "–";
const WHOLE: i64 = 10_000;

/// A share in hundredths of a percent: `Percent(9977)` is 99,77%.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Percent(pub i64);

/// `part` of `whole`, rounded half-up (a negative share away from zero, as its mirror image). `None` for a zero
/// denominator. Exact for every pair; a share beyond `i64` saturates.
pub fn percent(part: i64, whole: i64) -> Option<Percent> {
    if whole == 0 {
        return None;
    }
    let sign = if (part < 0) == (whole < 0) { 1 } else { -1 };
    let (p, w) = (i128::from(part).abs(), i128::from(whole).abs());
    let rounded = sign * ((p * i128::from(WHOLE) * 2 + w) / (w * 2));
    Some(Percent(i64::try_from(rounded).unwrap_or(if sign > 0 { i64::MAX } else { i64::MIN })))
}

/// [`percent`], but 100,00 only when `part == whole`: 99,99 just below it and 100,01 just above. For shares where a
/// rounded 100% would hide a late dossier.
pub fn share_for_print(part: i64, whole: i64) -> Option<Percent> {
    percent(part, whole).map(|p| match (p.0, part.cmp(&whole)) {
        (WHOLE, std::cmp::Ordering::Equal) => p,
        (WHOLE, _) if i128::from(part).abs() < i128::from(whole).abs() => Percent(WHOLE - 1),
        (WHOLE, _) => Percent(WHOLE + 1),
        _ => p,
    })
}

/// The shares of one whole, rounded so that they add to exactly 100,00 (largest remainder; of equal remainders the
/// earlier part is raised first). A part that is not the whole never gets 100,00: it gets 99,99 and the largest
/// of the others 0,01. Empty when the parts add to zero (print [`NONE`]) or one is negative.
pub fn parts_to_hundred(parts: &[i64]) -> Vec<Percent> {
    let whole: i128 = parts.iter().map(|p| i128::from(*p)).sum();
    if whole == 0 || parts.iter().any(|p| *p < 0) {
        return Vec::new();
    }
    let scaled = |p: i64| i128::from(p) * i128::from(WHOLE);
    let mut shares: Vec<i64> = parts.iter().map(|p| i64::try_from(scaled(*p) / whole).unwrap_or(WHOLE)).collect();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|i| (std::cmp::Reverse(parts.get(*i).map(|p| scaled(*p) % whole)), *i));
    let missing = usize::try_from(WHOLE - shares.iter().sum::<i64>()).unwrap_or(0);
    for i in by_remainder.into_iter().take(missing) {
        if let Some(share) = shares.get_mut(i) {
            *share += 1;
        }
    }
    let full = shares.iter().position(|s| *s == WHOLE);
    let rest = (0..parts.len())
        .filter(|i| Some(*i) != full && parts.get(*i) > Some(&0))
        .max_by_key(|i| (parts.get(*i), std::cmp::Reverse(*i)));
    if let (Some(full), Some(rest)) = (full, rest) {
        for (i, change) in [(full, -1), (rest, 1)] {
            if let Some(share) = shares.get_mut(i) {
                *share += change;
            }
        }
    }
    shares.into_iter().map(Percent).collect()
}

impl Percent {
    /// `99,77%`, thousands grouped by points.
    pub fn vi(self) -> String {
        self.print('.', ',')
    }

    /// `99.77%`, thousands grouped by commas.
    pub fn en(self) -> String {
        self.print(',', '.')
    }

    fn print(self, group: char, decimal: char) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        format!("{sign}{}{decimal}{:02}%", grouped(n / 100, group), n % 100)
    }
}

/// `99,77%`, or [`NONE`].
pub fn vi_percent(share: Option<Percent>) -> String {
    share.map_or_else(|| NONE.to_owned(), Percent::vi)
}

/// `99.77%`, or [`NONE`].
pub fn en_percent(share: Option<Percent>) -> String {
    share.map_or_else(|| NONE.to_owned(), Percent::en)
}

/// A count in a Vietnamese table: `1.766`.
pub fn vi(n: i64) -> String {
    signed(n, '.')
}

/// A count in an English table: `1,766`.
pub fn en(n: i64) -> String {
    signed(n, ',')
}

/// A count in Vietnamese prose: zero-padded below ten ("04 hồ sơ"), grouped above.
pub fn vi_prose(n: i64) -> String {
    if (0..10).contains(&n) { format!("0{n}") } else { vi(n) }
}

fn signed(n: i64, group: char) -> String {
    format!("{}{}", if n < 0 { "-" } else { "" }, grouped(n.unsigned_abs(), group))
}

fn grouped(n: u64, group: char) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_shares() {
        for (part, whole, text) in [
            (1762, 1766, "99,77%"),
            (921, 28_375, "3,25%"),
            (45, 1752, "2,57%"),
            (1, 8, "12,50%"),
            (1, 20_000, "0,01%"),
            (-1, 20_000, "-0,01%"),
            (25_000, 100, "25.000,00%"),
            (0, 7, "0,00%"),
        ] {
            assert_eq!(percent(part, whole).map(Percent::vi).as_deref(), Some(text), "{part}/{whole}");
        }
        assert_eq!(en_percent(percent(25_000, 100)), "25,000.00%");
        assert_eq!((vi_percent(percent(1, 0)), en_percent(None)), ("–".into(), "–".into()));
        for (part, whole, text) in
            [(99_999, 100_000, "99,99%"), (7, 7, "100,00%"), (100_001, 100_000, "100,01%"), (1, 2, "50,00%")]
        {
            assert_eq!(vi_percent(share_for_print(part, whole)), text);
        }
    }

    #[test]
    fn parts_of_published_reports() {
        let texts = |parts: &[i64]| parts_to_hundred(parts).into_iter().map(Percent::vi).collect::<Vec<_>>();
        assert_eq!(texts(&[966, 796, 4]), ["54,70%", "45,07%", "0,23%"]);
        assert_eq!(texts(&[645, 1062, 45]), ["36,81%", "60,62%", "2,57%"]);
        assert_eq!(texts(&[1, 1, 1]), ["33,34%", "33,33%", "33,33%"]);
        assert_eq!(texts(&[99_999_999, 0, 1]), ["99,99%", "0,00%", "0,01%"]);
        assert_eq!(texts(&[0, 5]), ["0,00%", "100,00%"]);
        assert!(texts(&[]).is_empty() && texts(&[0, 0]).is_empty() && texts(&[3, -1]).is_empty());
    }

    #[test]
    fn counts_printed() {
        for (n, tables) in [(0, "0"), (4, "4"), (1766, "1.766"), (-1_234_567, "-1.234.567"), (650_000, "650.000")] {
            assert_eq!(vi(n), tables);
            assert_eq!(en(n), tables.replace('.', ","));
        }
        assert_eq!(
            (vi_prose(4), vi_prose(0), vi_prose(10), vi_prose(1766)),
            ("04".into(), "00".into(), "10".into(), "1.766".into())
        );
    }

    proptest! {
        #[test]
        fn half_up_and_total(part in any::<i64>(), whole in any::<i64>()) {
            let shares = (percent(part, whole), share_for_print(part, whole));
            prop_assert_eq!(shares.0.is_none(), whole == 0);
            let small = (part % 1_000_000_000, whole % 1_000_000_000);
            if let Some(Percent(p)) = percent(small.0, small.1) {
                let error = (i128::from(p) * i128::from(small.1) - i128::from(small.0) * 10_000).abs() * 2;
                prop_assert!(error <= i128::from(small.1).abs());
            }
            if part != whole && whole != 0 {
                prop_assert_ne!(shares.1, Some(Percent(WHOLE)));
            }
        }

        #[test]
        fn exact_for_every_pair(
            part in prop_oneof![any::<i64>(), -2_000i64..2_000],
            whole in prop_oneof![any::<i64>(), -2_000i64..2_000],
        ) {
            prop_assume!(whole != 0);
            // of the sizes: shares are mirror images
            let (p, w) = (i128::from(part).abs(), i128::from(whole).abs());
            let share = i128::from(percent(part, whole).unwrap().0);
            let negative = part != 0 && (part < 0) != (whole < 0);
            prop_assert!(share == 0 || (share < 0) == negative);
            let size = share.abs();
            if size < i128::from(i64::MAX) {
                // size − ½ ≤ p / w × 10.000 < size + ½, without a division
                let twice = p * 2 * i128::from(WHOLE);
                prop_assert!(size * 2 * w - w <= twice && twice < size * 2 * w + w, "{} of {}", part, whole);
            }
            let text = |print: fn(Percent) -> String| print(Percent(i64::try_from(share).unwrap()));
            let digits = |text: String| text.chars().filter(|c| c.is_ascii_digit()).collect::<String>();
            prop_assert_eq!(digits(text(Percent::vi)).parse::<i128>().unwrap(), size);
            prop_assert_eq!(digits(text(Percent::en)).parse::<i128>().unwrap(), size);
        }

        #[test]
        fn of_parts_those_with_the_largest_remainders_are_raised(parts in prop::collection::vec(0i64..5_000, 2..12)) {
            let whole: i64 = parts.iter().sum();
            prop_assume!(parts.iter().all(|part| *part < whole));
            let shares = parts_to_hundred(&parts);
            // 99,99 and 0,01 stand in for a whole that is none
            prop_assume!(shares.iter().all(|share| share.0 < WHOLE - 1));
            let by = |n: usize| (parts[n] * WHOLE % whole, shares[n].0 - parts[n] * WHOLE / whole);
            for first in 0..parts.len() {
                let (remainder, raised) = by(first);
                prop_assert!(raised == 0 || raised == 1);
                for second in first + 1..parts.len() {
                    let (other, other_raised) = by(second);
                    prop_assert!(raised >= other_raised || remainder < other, "{:?} gives {:?}", parts, shares);
                    prop_assert!(other_raised >= raised || remainder >= other, "{:?} gives {:?}", parts, shares);
                }
            }
        }

        #[test]
        fn parts_add_up(parts in prop::collection::vec(prop_oneof![0i64..50, 0..i64::MAX], 1..12)) {
            let shares = parts_to_hundred(&parts);
            if parts.iter().any(|p| *p > 0) {
                prop_assert_eq!(shares.iter().map(|s| s.0).sum::<i64>(), WHOLE);
                let whole: i128 = parts.iter().map(|p| i128::from(*p)).sum();
                for (share, part) in shares.iter().zip(&parts) {
                    let exact = i128::from(*part) * i128::from(WHOLE);
                    prop_assert!((i128::from(share.0) * whole - exact).abs() <= whole);
                    prop_assert!(share.0 != WHOLE || i128::from(*part) == whole);
                    prop_assert!(share.0 == 0 || *part > 0);
                }
            }
        }
    }
}
