//! From the file to a template: everything that is wrong is told at once.

use std::collections::BTreeMap;

use super::{
    amount::{self, Amount, Weights},
    columns, file,
    template::{Place, Section, Template, Words},
};
use crate::{domain::forms::is_name, reports::Breakdown};

/// A mistake in a template. Each says what to write instead.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Mistake {
    /// Too many bytes.
    #[error("it has {bytes} bytes: write at most {most}")]
    TooLong {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        most: usize,
    },
    /// Not TOML, or not the keys and types of a template.
    #[error("line {line}: {message}; docs/forms.md names every key")]
    Syntax {
        /// The line in the file.
        line: usize,
        /// What the reader says.
        message: String,
    },
    /// An id that is no name.
    #[error("id is '{0}': write 1 to 40 letters, digits, points, hyphens or underscores")]
    Id(String),
    /// Version zero.
    #[error("version is 0: write 1 for the first, and count up with every change")]
    Version,
    /// A text that is empty, too long or has control characters.
    #[error("{0}: write a text of 1 to 400 printable characters in both languages")]
    Text(String),
    /// More than can be printed.
    #[error("there are {count} {what}: write at most {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// The most.
        most: usize,
    },
    /// No column at all.
    #[error("it has no column: write at least one [[column]]")]
    NoColumns,
    /// A number or id that two things bear.
    #[error("{what} '{name}' is there twice: give the second another name")]
    Twice {
        /// Column, group, breakdown or section.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A measure that does not exist.
    #[error("column {column}: '{name}' is not a measure; docs/forms.md names every one")]
    Measure {
        /// The column.
        column: String,
        /// What was written.
        name: String,
    },
    /// A column that does not exist.
    #[error("{place}: there is no column '{name}'")]
    Column {
        /// Where it is named.
        place: String,
        /// What was written.
        name: String,
    },
    /// A column that a formula names twice.
    #[error("{place} names column {name} twice: name it once")]
    NamedTwice {
        /// Where.
        place: String,
        /// The column.
        name: String,
    },
    /// A column with nothing in it, or with several things.
    #[error("column {0}: write one of sum, columns and share")]
    Amount(String),
    /// An empty sum.
    #[error("{0} is the sum of nothing: name at least one")]
    Empty(String),
    /// A formula that leads to itself.
    #[error("column {0} leads to itself, or through more than eight columns: write its sum with measures")]
    Cycle(String),
    /// A sum of a share.
    #[error("{place}: column {name} is a share and cannot be added")]
    AddsShare {
        /// Where.
        place: String,
        /// The share.
        name: String,
    },
    /// The year and the period in one formula.
    #[error("column {column}: column {part} counts {what}, and it does not: take both from one of them", what = if *.year { "the year" } else { "the period" })]
    MixesYear {
        /// The formula.
        column: String,
        /// The column it names.
        part: String,
        /// Whether that one is of the year.
        year: bool,
    },
    /// A measure that two columns count.
    #[error(
        "{measure} is counted in columns {first} and {second}: fold it into one, make a total with columns = [...], or write of_which = true where a column is a part of another"
    )]
    CountedTwice {
        /// The measure.
        measure: &'static str,
        /// A column.
        first: String,
        /// Another.
        second: String,
    },
    /// A formula that is not what it is said to be.
    #[error("column {column} is not {is}: its columns {difference}")]
    IsNot {
        /// The column.
        column: String,
        /// What it is said to be.
        is: String,
        /// What is there and should not be, and the other way round.
        difference: String,
    },
    /// Columns that do not balance.
    #[error("balance: the columns {0}; name columns so that every counter of the balance is in them once")]
    Balance(String),
    /// A group that does not exist.
    #[error("{place}: there is no group '{name}'")]
    Group {
        /// Where it is named.
        place: String,
        /// What was written.
        name: String,
    },
    /// A group over no column.
    #[error("group '{0}' stands over no column: leave it out")]
    EmptyGroup(String),
    /// A group whose columns are apart.
    #[error("group '{0}' has another column between its columns: put them side by side")]
    Scattered(String),
    /// Headings that are too deep.
    #[error("group '{name}' lies deeper than {most} headings, or in itself: nest less")]
    Deep {
        /// The group.
        name: String,
        /// The most.
        most: usize,
    },
    /// Not a breakdown.
    #[error("{place}: '{name}' is no way to cut rows here: write {choices}")]
    By {
        /// Where.
        place: &'static str,
        /// What was written.
        name: String,
        /// What may be written.
        choices: &'static str,
    },
    /// A level that two sections have.
    #[error("level '{level}' is in sections {first} and {second}: leave it in one")]
    LevelTwice {
        /// The level.
        level: String,
        /// A section.
        first: String,
        /// Another.
        second: String,
    },
}

const MAX_SECTIONS: usize = 20;
const MAX_LEVELS: usize = 40;
const MAX_NOTES: usize = 20;
const MAX_TEXT: usize = 400;

/// Whoever finds mistakes puts them here.
pub(super) type Mistakes = Vec<Mistake>;

/// The template, or everything that is wrong with it.
pub(super) fn template(form: file::Form) -> Result<Template, Mistakes> {
    let mut mistakes = Mistakes::new();
    if !is_name(&form.id) {
        mistakes.push(Mistake::Id(form.id.chars().take(60).collect()));
    }
    if form.version == 0 {
        mistakes.push(Mistake::Version);
    }
    let single = [
        ("name", form.name.as_ref()),
        ("title", Some(&form.title)),
        ("issued", form.issued.as_ref()),
        ("receiver", form.receiver.as_ref()),
        ("unit", Some(&form.unit)),
        ("signatures.left", Some(&form.signatures.left)),
        ("signatures.right", Some(&form.signatures.right)),
    ];
    for (place, words) in single.into_iter().filter_map(|(place, words)| Some((place, words?))) {
        text(&mut mistakes, place, words);
    }
    bound(&mut mistakes, "notes", form.note.len(), MAX_NOTES);
    for (n, note) in (1..).zip(&form.note) {
        text(&mut mistakes, &format!("note {n}"), note);
    }
    let places = places(&mut mistakes, form.breakdown);
    let sections = sections(&mut mistakes, form.section);
    let groups = columns::groups(&mut mistakes, form.group);
    let columns = columns::columns(&mut mistakes, form.column, &groups.ids);
    columns::side_by_side(&mut mistakes, &groups, &columns);
    if let Some(balance) = &form.balance {
        balances(&mut mistakes, balance, &columns);
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Template {
        id: form.id,
        version: form.version,
        name: form.name,
        title: form.title,
        issued: form.issued,
        receiver: form.receiver,
        unit: form.unit,
        places,
        sections,
        groups: groups.all,
        columns,
        notes: form.note,
        signatures: [form.signatures.left, form.signatures.right],
    })
}

/// A text in both languages.
pub(super) fn text(mistakes: &mut Mistakes, place: &str, words: &Words) {
    let good = |text: &str| {
        !text.trim().is_empty() && text.chars().count() <= MAX_TEXT && !text.contains(|c: char| c.is_control())
    };
    if !good(&words.vi) || !good(&words.en) {
        mistakes.push(Mistake::Text(place.to_owned()));
    }
}

pub(super) fn bound(mistakes: &mut Mistakes, what: &'static str, count: usize, most: usize) {
    if count > most {
        mistakes.push(Mistake::TooMany { what, count, most });
    }
}

fn places(mistakes: &mut Mistakes, places: Vec<file::Place>) -> Vec<Place> {
    let mut known: Vec<Place> = Vec::new();
    for place in places {
        for words in [&place.number, &place.title, &place.item].into_iter().flatten() {
            text(mistakes, &format!("breakdown {}", place.by), words);
        }
        match place.by.parse() {
            Ok(by) if known.iter().any(|p| p.by == by) => {
                mistakes.push(Mistake::Twice { what: "breakdown", name: place.by });
            }
            Ok(by) => known.push(Place { by, number: place.number, title: place.title, item: place.item }),
            Err(_) => mistakes.push(Mistake::By {
                place: "breakdown",
                name: place.by,
                choices: "unit, agency, field, procedure, channel, authority, or nothing for the total alone",
            }),
        }
    }
    known
}

fn sections(mistakes: &mut Mistakes, sections: Vec<file::Section>) -> Vec<Section> {
    bound(mistakes, "sections", sections.len(), MAX_SECTIONS);
    let mut known: Vec<Section> = Vec::new();
    let mut levels: BTreeMap<(String, String), String> = BTreeMap::new();
    for section in sections {
        let words = Words { vi: section.vi, en: section.en };
        text(mistakes, &format!("section {}", section.mark), &words);
        text(mistakes, "mark of a section", &Words { vi: section.mark.clone(), en: section.mark.clone() });
        bound(mistakes, "levels in a section", section.levels.len(), MAX_LEVELS);
        for level in &section.levels {
            if let Some(first) = levels.insert((section.by.clone(), level.clone()), section.mark.clone()) {
                mistakes.push(Mistake::LevelTwice { level: level.clone(), first, second: section.mark.clone() });
            }
        }
        match section.by.parse() {
            Ok(by @ (Breakdown::Unit | Breakdown::Authority | Breakdown::Procedure)) => {
                if known.iter().any(|s| s.by == by && s.mark == section.mark) {
                    mistakes.push(Mistake::Twice { what: "section", name: section.mark.clone() });
                }
                known.push(Section { by, mark: section.mark, words, levels: section.levels });
            }
            _ => mistakes.push(Mistake::By {
                place: "section",
                name: section.by,
                choices: "unit, authority or procedure, whose rows have levels",
            }),
        }
    }
    known
}

/// Whether what comes in less what goes out is what the balance of the figures says (DOMAIN, section 2).
fn balances(mistakes: &mut Mistakes, balance: &file::Balance, columns: &[super::Column]) {
    let place = |name: &String| {
        let found = columns.iter().position(|column| column.number == *name);
        found.ok_or_else(|| Mistake::Column { place: "balance".to_owned(), name: name.clone() })
    };
    let mut left = balance_of_figures();
    for (names, sign) in [(&balance.comes, 1), (&balance.goes, -1)] {
        for name in names {
            match place(name) {
                Ok(at) if matches!(columns.get(at), Some(c) if matches!(c.amount, Amount::Share { .. })) => {
                    mistakes.push(Mistake::AddsShare { place: "balance".to_owned(), name: name.clone() });
                }
                Ok(at) => {
                    for (measure, times) in amount::weights(columns, at).unwrap_or_default() {
                        *left.entry(measure).or_default() -= sign * times;
                    }
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    // what goes out has a minus in the balance; what is not in it at all is too much on either side
    let signs = balance_of_figures();
    for (measure, times) in &mut left {
        *times = signs.get(measure).map_or(-times.abs(), |sign| sign * *times);
    }
    if let Some(difference) = columns::difference(&left) {
        mistakes.push(Mistake::Balance(difference));
    }
}

/// How often each measure stands in the balance: once on the side it comes in, once with a minus on the side it goes out.
fn balance_of_figures() -> Weights {
    use crate::domain::measure::{Figures, Measure};
    let one = |measure: Measure| {
        let mut figures = Figures::default();
        figures[measure] = 1;
        (measure, figures.imbalance())
    };
    Measure::ALL.iter().map(|measure| one(*measure)).filter(|(_, sign)| *sign != 0).collect()
}
