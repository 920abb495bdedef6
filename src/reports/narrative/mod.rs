//! The press paragraph of a period: facts first, then a sentence for each in the language asked for.
//!
//! Which fact is told is decided once, from figures alone (`gather`, `compared`); a language only puts it into words
//! (`words/*/narrative.rs`). A fact stands here only where its figures exist and balance, and together the facts state every term of the balance
//! that is not zero, so that a reader with a pencil finds nothing missing.

mod compared;
mod fact;
mod gather;

pub use fact::{Change, Channel, Compared, Count, Fact, Named, Rating, Than};

use super::{Lang, Report, words};

/// What the text is made from.
#[derive(Copy, Clone, Debug)]
pub struct Narrative<'a> {
    /// The period told; with rows by unit the units with late dossiers are named.
    pub report: &'a Report,
    /// The same period with rows by agency.
    pub agencies: Option<&'a Report>,
    /// The period before; not compared with where it is of another unit, which a code may have been before.
    pub previous: Option<&'a Report>,
    /// The same period a year before.
    pub year_before: Option<&'a Report>,
}

/// The title, then paragraphs with an empty line between them, each on one line.
pub fn text(input: &Narrative<'_>, lang: Lang) -> String {
    let say = match lang {
        Lang::Vi => words::vi::narrative::say,
        Lang::En => words::en::narrative::say,
    };
    let paragraph = |facts: &Vec<Fact<'_>>| facts.iter().map(say).collect::<Vec<_>>().join(" ");
    let paragraphs: Vec<String> = facts(input).iter().map(paragraph).collect();
    paragraphs.join("\n\n") + "\n"
}

/// The facts, by paragraph; no paragraph is empty.
pub fn facts<'a>(input: &Narrative<'a>) -> Vec<Vec<Fact<'a>>> {
    let mut paragraphs = gather::paragraphs(input);
    paragraphs.push(compared::with_others(input));
    paragraphs.push(gather::caveats(input.report));
    paragraphs.retain(|facts| !facts.is_empty());
    paragraphs
}
