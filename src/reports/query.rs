//! What is asked for.

use std::{fmt, str::FromStr};

use crate::domain::{periods::Period, time::Timestamp, units::UnitId};

/// How rows are cut.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Breakdown {
    /// Only the total.
    #[default]
    None,
    /// The unit's own figures, and each unit directly below.
    Unit,
    /// Agencies that resolve.
    Agency,
    /// Fields (lĩnh vực).
    Field,
    /// Procedures.
    Procedure,
    /// Channels of reception.
    Channel,
    /// Fields (lĩnh vực) within levels of authority (thẩm quyền).
    Authority,
}

impl Breakdown {
    /// Every breakdown that gives rows.
    pub const ALL: [Breakdown; 6] = [
        Breakdown::Unit,
        Breakdown::Agency,
        Breakdown::Field,
        Breakdown::Procedure,
        Breakdown::Channel,
        Breakdown::Authority,
    ];

    /// The name on the command line; empty for [`Breakdown::None`].
    pub const fn name(self) -> &'static str {
        match self {
            Breakdown::None => "",
            Breakdown::Unit => "unit",
            Breakdown::Agency => "agency",
            Breakdown::Field => "field",
            Breakdown::Procedure => "procedure",
            Breakdown::Channel => "channel",
            Breakdown::Authority => "authority",
        }
    }
}

impl fmt::Display for Breakdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not a breakdown.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' is not a breakdown: write unit, agency, field, procedure, channel or authority")]
pub struct BreakdownError(String);

impl FromStr for Breakdown {
    type Err = BreakdownError;

    /// Reads a name; the empty text is [`Breakdown::None`].
    fn from_str(text: &str) -> Result<Breakdown, BreakdownError> {
        let mut all = Breakdown::ALL.into_iter().chain([Breakdown::None]);
        all.find(|b| b.name() == text).ok_or_else(|| BreakdownError(text.chars().take(40).collect()))
    }
}

/// Figures of a unit's subtree for a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// Whose.
    pub unit: UnitId,
    /// For when.
    pub period: Period,
    /// How rows are cut.
    pub by: Breakdown,
    /// What was published at that instant; `None` for what is known now.
    pub as_known_at: Option<Timestamp>,
}
