//! Everything said in English of figures that are entered.

use crate::domain::{
    entered::{Culprit, Fault, Identity, Item, MAX_COUNT},
    measure::{Derived, Measure},
    percent::en,
};
use crate::reports::{entry::Phrases, render::label};

pub(in crate::reports) static EN: Phrases = Phrases {
    code: "code",
    item: "item",
    value: "value",
    label: |item| match item {
        Item::Measure(m) => m.en(),
        Item::Derived(d) => d.en(),
    },
    fault,
    recorded: "entered",
    replaced: "entered, in the place of what was entered before",
    already: "entered before, nothing changed",
    would: "only checked, not entered",
    withdrawn: "taken back",
    late: "the period is closed: the figures wait for an amendment",
    refused: |n| format!("{n} things are wrong with the form, nothing was entered: correct it and enter it again"),
};

fn name(code: &str) -> &str {
    label(code, Measure::en, Derived::en)
}

fn fault(fault: &Fault) -> String {
    let Fault { period, stated, computed, culprits, .. } = fault;
    let (stated, computed) = (en(*stated), en(*computed));
    let what = match fault.identity {
        Identity::Range => {
            let line = culprits.first().map(|c| name(c.name)).unwrap_or_default();
            return format!("{period}: \"{line}\" says {stated}; every count is from 0 to {}.", en(MAX_COUNT));
        }
        Identity::Total(total) => format!("\"{}\" says {stated}, its parts add to {computed}.", total.en()),
        Identity::Balance => format!(
            "it does not balance: resolved, returned, handed on and left over add to {stated}, carried over and received to {computed}."
        ),
        Identity::Continues => {
            format!("\"{}\" says {stated}, but the period before ended with {computed}.", Measure::CarriedOver.en())
        }
        Identity::Continued => format!("{stated} are left at the end, but the period after carries over {computed}."),
    };
    let suspect = |c: &Culprit| format!("\"{}\" says {} and should be {}", name(c.name), en(c.stated), en(c.should_be));
    let suspects: Vec<String> = culprits.iter().map(suspect).collect();
    match suspects.len() {
        0 => format!("{period}: {what}"),
        1 => format!("{period}: {what} Probably wrong: {}.", suspects.concat()),
        _ => format!("{period}: {what} Probably one of these is wrong: {}.", suspects.join("; ")),
    }
}
