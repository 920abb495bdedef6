//! What a check comes to: findings as values, without a word of any language.

use super::{
    label::{Label, Set},
    number::Share,
    reading::Place,
};

/// How grave a finding is.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Figures that cannot all be right.
    Contradiction,
    /// Figures that leave some of a whole in no category.
    Remainder,
    /// A percentage that fits no whole the report names.
    WrongPercent,
    /// Worth knowing; nothing is wrong for it.
    Note,
}

impl Kind {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Contradiction => "contradiction",
            Kind::Remainder => "remainder",
            Kind::WrongPercent => "wrong-percent",
            Kind::Note => "note",
        }
    }
}

/// A figure in a sum.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// What it counts.
    pub label: Label,
    /// How much is stated.
    pub value: i64,
    /// The scope, where a sum goes over several.
    pub scope: String,
    /// How many figures it stands for: more than one where a long column is told as its sum.
    pub figures: usize,
}

/// Two sides that were compared.
#[derive(Clone, PartialEq, Debug)]
pub struct Equation {
    /// The whole, or the ways in.
    pub left: Vec<Term>,
    /// The parts, or the ways out.
    pub right: Vec<Term>,
}

impl Equation {
    /// The sum of a side.
    pub fn total(side: &[Term]) -> i64 {
        side.iter().fold(0, |sum, term| sum.saturating_add(term.value))
    }
}

/// A figure put right.
#[derive(Clone, PartialEq, Debug)]
pub struct Fix {
    /// What it counts.
    pub label: Label,
    /// As printed.
    pub printed: String,
    /// What is stated.
    pub stated: i64,
    /// What it should be.
    pub should_be: i64,
    /// Whether that is known only as far as rounded figures go.
    pub about: bool,
    /// Where it is printed first.
    pub place: Place,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
}

/// What speaks for one figure being the wrong one.
#[derive(Clone, PartialEq, Debug)]
pub enum Evidence {
    /// Nothing else makes every sum hold with so few changes.
    OnlyOne,
    /// Two digits changed places.
    DigitsSwapped,
    /// One digit differs.
    OneDigit,
    /// One digit was lost or added.
    DigitLost,
    /// These percentages fit what it should be, and not what is stated.
    Percentages(Vec<String>),
    /// Changing another figure would break sums that hold.
    OthersConfirmed,
}

/// A finding.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The scope, as the document calls it.
    pub scope: String,
    /// What was found.
    pub what: What,
    /// Where; findings on sums stand where their figure stands.
    pub place: Place,
    /// What merely follows from it.
    pub children: Vec<Finding>,
}

/// What was found.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// Sums that fail.
    Contradiction {
        /// The likeliest culprit; `None` if the search was given up.
        culprit: Option<Fix>,
        /// Figures that could as well be wrong: the evidence does not tell them apart from the culprit.
        equals: Vec<Fix>,
        /// The sums that fail.
        equations: Vec<Equation>,
    },
    /// A sum that leaves something over.
    Remainder {
        /// How much.
        amount: i64,
        /// The sum.
        equation: Equation,
        /// Classes that are not reported.
        missing: Set,
        /// Whether it is the carried over that seems to be missing.
        ways_in: bool,
        /// Whether every class is reported, and the percentages confirm each.
        unclassed: bool,
    },
    /// A percentage that fits nothing.
    WrongPercent {
        /// As printed.
        printed: Share,
        /// What it should be.
        should_be: Share,
        /// Of what it is the share.
        part: Term,
        /// The likeliest whole.
        whole: Term,
        /// Whether it is a growth (1) or a decline (-1).
        growth: i64,
    },
    /// A percentage that speaks for the figure above: it fits what that should be.
    Confirms {
        /// As printed.
        printed: Share,
    },
    /// Shares of one whole that miss a hundred by rounding alone.
    SharesMiss {
        /// Their sum.
        sum: Share,
    },
    /// Shares of one whole with different numbers of decimals.
    MixedPrecision {
        /// As printed.
        printed: Vec<String>,
    },
    /// Words that say something else than what the figure is.
    LooseWording {
        /// What it is.
        label: Label,
        /// As printed.
        printed: String,
    },
    /// Thousands marked in more than one way.
    MixedFormats {
        /// An example of each.
        printed: Vec<String>,
    },
}

impl Finding {
    /// How grave it is.
    pub fn kind(&self) -> Kind {
        match self.what {
            What::Contradiction { .. } => Kind::Contradiction,
            // More out than in: the carried over was not printed, as in many a sound report.
            What::Remainder { ways_in: true, .. } => Kind::Note,
            What::Remainder { .. } => Kind::Remainder,
            What::WrongPercent { .. } => Kind::WrongPercent,
            _ => Kind::Note,
        }
    }
}
