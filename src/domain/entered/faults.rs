//! What is wrong with entered figures: which rule does not hold, what is stated, what it comes to, and which number is probably wrong.
//!
//! Every rule is a sum that must be zero. A number is suspected if another value of it alone makes the broken rule hold and breaks none that
//! holds; better still if it makes all hold at once. Of several, those that differ by swapped digits or by one digit come first.

use std::collections::BTreeMap;

use super::{Form, Item, MAX_COUNT};
use crate::domain::measure::{Derived, Measure};

/// How many suspects are named for one fault.
pub const MAX_CULPRITS: usize = 3;

/// What there was to handle: one side of the balance.
pub const INTO: &[Measure] = &[
    Measure::CarriedOver,
    Measure::ReceivedOnline,
    Measure::ReceivedDirect,
    Measure::ReceivedPostal,
    Measure::TransferredIn,
];

/// What was done with it: with [`CLOSING`] the other side.
pub const OUT: &[Measure] = &[
    Measure::ResolvedEarly,
    Measure::ResolvedOnTime,
    Measure::ResolvedLate,
    Measure::Returned,
    Measure::Withdrawn,
    Measure::Stopped,
    Measure::TransferredOut,
];

/// The stock at the end.
pub const CLOSING: &[Measure] = &[Measure::PendingWithinDeadline, Measure::PendingOverdue, Measure::AwaitingSupplement];

/// A rule that does not hold.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// A count is from 0 to [`MAX_COUNT`].
    Range,
    /// A stated total is the sum of its parts.
    Total(Derived),
    /// What was to be handled is what was done with it: carried over, received and transferred in, against resolved, returned, withdrawn,
    /// stopped, transferred out, pending and awaiting supplement.
    Balance,
    /// What is carried over is the stock at the end of the period before.
    Continues,
    /// The stock at the end is what the period after, entered already, carries over.
    Continued,
}

impl Identity {
    /// Every rule.
    pub const ALL: [Identity; 8] = [
        Identity::Range,
        Identity::Total(Derived::ReceivedNew),
        Identity::Total(Derived::ToHandleTotal),
        Identity::Total(Derived::ResolvedTotal),
        Identity::Total(Derived::PendingTotal),
        Identity::Balance,
        Identity::Continues,
        Identity::Continued,
    ];

    /// The name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Identity::Range => "range",
            Identity::Total(derived) => derived.name(),
            Identity::Balance => "balance",
            Identity::Continues => "continues",
            Identity::Continued => "continued",
        }
    }

    /// The rule of that name.
    pub fn by_name(name: &str) -> Option<Identity> {
        Identity::ALL.into_iter().find(|i| i.name() == name)
    }
}

/// A number that is probably wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Culprit {
    /// Its code name.
    pub name: &'static str,
    /// As it stands on the form.
    pub stated: i64,
    /// What would make the rule hold.
    pub should_be: i64,
}

/// Something that is wrong with a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Id of the form's period.
    pub period: String,
    /// Which rule.
    pub identity: Identity,
    /// What the form states: the total, what was done, what is carried over, or the stock at the end.
    pub stated: i64,
    /// What it would have to be by everything else.
    pub computed: i64,
    /// Suspects, the likeliest first; empty if no single number explains it.
    pub culprits: Vec<Culprit>,
}

/// A sum that must be zero: code names with their signs, and what is known from elsewhere.
struct Rule {
    identity: Identity,
    terms: Vec<(&'static str, i64)>,
    constant: i64,
}

impl Rule {
    fn rest(&self, stated: &BTreeMap<&'static str, i64>) -> i64 {
        let value = |name| stated.get(name).copied().unwrap_or_default();
        self.terms.iter().map(|(name, sign)| sign * value(name)).sum::<i64>() + self.constant
    }

    fn sign(&self, name: &str) -> i64 {
        self.terms.iter().find(|(term, _)| *term == name).map_or(0, |(_, sign)| *sign)
    }
}

/// Everything wrong with a form; `opening` is the stock that the period before ended with, `next` what the period after carries over, each
/// where it is known. Empty if it can be accepted.
pub fn faults(form: &Form, opening: Option<i64>, next: Option<i64>) -> Vec<Fault> {
    let period = &form.period.id;
    let beyond = form.stated.iter().filter(|(_, value)| !(0..=MAX_COUNT).contains(*value));
    let beyond: Vec<Fault> = beyond
        .map(|(name, value)| Fault {
            period: period.clone(),
            identity: Identity::Range,
            stated: *value,
            computed: (*value).clamp(0, MAX_COUNT),
            culprits: vec![Culprit { name, stated: *value, should_be: value.saturating_abs().min(MAX_COUNT) }],
        })
        .collect();
    if !beyond.is_empty() {
        // Sums over such numbers say nothing.
        return beyond;
    }
    let rules = rules(form, opening, next);
    let broken: Vec<&Rule> = rules.iter().filter(|rule| rule.rest(&form.stated) != 0).collect();
    let fault = |rule: &&Rule| {
        let stated: i64 = match rule.identity {
            Identity::Total(_) | Identity::Continues => {
                rule.terms.first().and_then(|(name, _)| form.stated.get(name)).copied().unwrap_or_default()
            }
            _ => rule.terms.iter().filter(|(_, s)| *s > 0).map(|(n, _)| form.stated.get(n).unwrap_or(&0)).sum(),
        };
        Fault {
            period: period.clone(),
            identity: rule.identity,
            stated,
            computed: stated - rule.rest(&form.stated),
            culprits: culprits(form, &rules, rule),
        }
    };
    broken.iter().map(fault).collect()
}

/// In every rule what the form states has the sign +, what it is held against the sign −.
fn rules(form: &Form, opening: Option<i64>, next: Option<i64>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for derived in Derived::ALL.iter().filter(|d| form.stated.contains_key(d.name())) {
        let parts = derived.parts().iter().map(|m| (m.name(), -1));
        let terms = std::iter::once((derived.name(), 1)).chain(parts).collect();
        rules.push(Rule { identity: Identity::Total(*derived), terms, constant: 0 });
    }
    let plus = OUT.iter().chain(CLOSING).map(|m| (m.name(), 1));
    let terms = plus.chain(INTO.iter().map(|m| (m.name(), -1))).collect();
    rules.push(Rule { identity: Identity::Balance, terms, constant: 0 });
    if let Some(opening) = opening {
        let terms = vec![(Measure::CarriedOver.name(), 1)];
        rules.push(Rule { identity: Identity::Continues, terms, constant: -opening });
    }
    if let Some(next) = next {
        let terms = CLOSING.iter().map(|m| (m.name(), 1)).collect();
        rules.push(Rule { identity: Identity::Continued, terms, constant: -next });
    }
    rules
}

fn culprits(form: &Form, rules: &[Rule], broken: &Rule) -> Vec<Culprit> {
    let rest = broken.rest(&form.stated);
    let mut found: Vec<((bool, u8), Culprit)> = Vec::new();
    for name in Item::all().map(Item::name) {
        let (sign, Some(stated)) = (broken.sign(name), form.stated.get(name).copied()) else { continue };
        let should_be = stated - sign * rest;
        if sign == 0 || !(0..=MAX_COUNT).contains(&should_be) {
            continue;
        }
        // By itself, or with the totals that were added up from it.
        for corrected in [vec![(name, should_be)], with_totals(form, rules, name, should_be)] {
            let mut stated_then = form.stated.clone();
            stated_then.extend(corrected.iter().copied());
            let breaks = |rule: &Rule| rule.rest(&form.stated) == 0 && rule.rest(&stated_then) != 0;
            if broken.rest(&stated_then) != 0 || rules.iter().any(breaks) {
                continue;
            }
            let partly = rules.iter().any(|rule| rule.rest(&stated_then) != 0);
            let unlikely = 2 * unlike(stated, should_be) + u8::from(corrected.len() > 1);
            found.push(((partly, unlikely), Culprit { name, stated, should_be }));
            break;
        }
    }
    // Who explains everything leaves no room for who explains a part, and a slip of the pen none for anything else.
    found.sort_by_key(|(rank, _)| *rank);
    let best = found.first().map(|(rank, _)| *rank);
    let as_good = found.into_iter().take_while(|(rank, _)| Some(*rank) == best);
    as_good.map(|(_, culprit)| culprit).take(MAX_CULPRITS).collect()
}

/// A measure with another value, and the totals that hold now so that they hold again.
fn with_totals(form: &Form, rules: &[Rule], name: &'static str, value: i64) -> Vec<(&'static str, i64)> {
    let mut corrected = vec![(name, value)];
    let by = value - form.stated.get(name).copied().unwrap_or_default();
    for rule in rules.iter().filter(|rule| matches!(rule.identity, Identity::Total(_)) && rule.sign(name) < 0) {
        if let (Some((total, _)), 0) = (rule.terms.first(), rule.rest(&form.stated)) {
            corrected.push((total, form.stated.get(total).copied().unwrap_or_default() + by));
        }
    }
    corrected
}

const OTHERWISE: u8 = 2;

/// How unlike a slip of the pen: 0 for two swapped digits, 1 for one wrong, missing or doubled digit, 2 for anything else.
fn unlike(stated: i64, should_be: i64) -> u8 {
    let (a, b) = (stated.to_string(), should_be.to_string());
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() == b.len() {
        let differ: Vec<usize> = (0..a.len()).filter(|i| a.get(*i) != b.get(*i)).collect();
        return match *differ.as_slice() {
            [i, j] if j == i + 1 && a.get(i) == b.get(j) && a.get(j) == b.get(i) => 0,
            [_] if a.len() > 1 => 1,
            _ => OTHERWISE,
        };
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let without = |at: usize| long.iter().enumerate().filter(move |(i, _)| *i != at).map(|(_, d)| *d);
    let one = long.len() == short.len() + 1 && short.len() > 1;
    if one && (0..long.len()).any(|at| without(at).eq(short.iter().copied())) { 1 } else { OTHERWISE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::periods::Period;

    fn form(stated: &[(&'static str, i64)]) -> Form {
        Form { period: Period::parse("2018-02").unwrap(), stated: stated.iter().copied().collect() }
    }

    /// Xã: 12 carried over, 219 received, 210 resolved, 3 returned, 18 pending.
    fn right() -> Form {
        form(&[
            ("to_handle_total", 231),
            ("carried_over", 12),
            ("received_new", 219),
            ("received_online", 40),
            ("received_direct", 179),
            ("resolved_total", 210),
            ("resolved_early", 190),
            ("resolved_on_time", 16),
            ("resolved_late", 4),
            ("returned", 3),
            ("pending_total", 18),
            ("pending_within_deadline", 17),
            ("pending_overdue", 1),
        ])
    }

    fn told(form: &Form, opening: Option<i64>, next: Option<i64>) -> Vec<String> {
        let culprit = |c: &Culprit| format!("{} {}→{}", c.name, c.stated, c.should_be);
        let line = |f: Fault| {
            let culprits: Vec<String> = f.culprits.iter().map(culprit).collect();
            format!("{} {}≠{}: {}", f.identity.name(), f.stated, f.computed, culprits.join(", "))
        };
        faults(form, opening, next).into_iter().map(line).collect()
    }

    fn with(name: &'static str, value: i64) -> Form {
        let mut form = right();
        form.stated.insert(name, value);
        form
    }

    #[test]
    fn what_is_right_has_no_faults() {
        assert_eq!(told(&right(), None, None), [] as [&str; 0]);
        assert_eq!(told(&right(), Some(12), Some(18)), [] as [&str; 0]);
        let mut bare = right();
        bare.stated.retain(|name, _| Measure::by_name(name).is_some());
        assert_eq!(told(&bare, Some(12), None), [] as [&str; 0]);
        assert_eq!(told(&form(&[]), None, None), [] as [&str; 0]);
    }

    #[test]
    fn one_wrong_number_is_named() {
        for (wrong, told_of) in [
            (with("resolved_total", 201), vec!["resolved_total 201≠210: resolved_total 201→210"]),
            // it stands in three rules, and only it explains all of them
            (
                with("received_direct", 197),
                vec![
                    "received_new 219≠237: received_direct 197→179",
                    "to_handle_total 231≠249: received_direct 197→179",
                    "balance 231≠249: received_direct 197→179",
                ],
            ),
            (with("returned", 30), vec!["balance 258≠231: returned 30→3"]),
            (
                with("pending_within_deadline", 71),
                vec![
                    "pending_total 18≠72: pending_within_deadline 71→17",
                    "balance 285≠231: pending_within_deadline 71→17",
                ],
            ),
        ] {
            assert_eq!(told(&wrong, None, None), told_of);
        }
    }

    #[test]
    fn two_wrong_totals_are_named_each_for_itself() {
        let mut wrong = with("resolved_total", 201);
        wrong.stated.insert("pending_total", 81);
        assert_eq!(
            told(&wrong, None, None),
            ["resolved_total 201≠210: resolved_total 201→210", "pending_total 81≠18: pending_total 81→18"]
        );
    }

    #[test]
    fn stock_goes_on() {
        assert_eq!(
            told(&right(), Some(21), None),
            ["continues 12≠21: "],
            "another opening alone would not balance any more"
        );
        assert_eq!(told(&right(), Some(12), Some(81)), ["continued 18≠81: "]);
        let mut moved = right();
        moved.stated.extend([("carried_over", 21), ("to_handle_total", 240)]);
        // the total was added up from the wrong number
        assert_eq!(
            told(&moved, Some(12), None),
            ["balance 231≠240: carried_over 21→12", "continues 21≠12: carried_over 21→12"]
        );
    }

    #[test]
    fn no_sums_over_what_cannot_be_a_count() {
        for value in [-1, MAX_COUNT + 1, i64::MIN, i64::MAX] {
            let wrong = with("returned", value);
            let faults = faults(&wrong, Some(1), Some(1));
            assert_eq!(faults.len(), 1);
            assert_eq!((faults[0].identity, faults[0].stated), (Identity::Range, value));
        }
    }

    #[test]
    fn every_rule_is_found_by_its_name() {
        for identity in Identity::ALL {
            assert_eq!(Identity::by_name(identity.name()), Some(identity));
        }
    }
}
