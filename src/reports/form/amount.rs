//! What stands in a column: sums of measures, sums of columns, shares of columns.

use std::collections::BTreeMap;

use super::template::Column;
use crate::domain::measure::{Derived, Figures, Measure};

/// What stands in a column. Columns are named by their place in the template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Amount {
    /// The sum of those measures.
    Fold(Vec<Measure>),
    /// The sum of those columns.
    Columns(Vec<usize>),
    /// A share: the sum of columns over the sum of columns.
    Share {
        /// Above.
        of: Vec<usize>,
        /// Below.
        over: Vec<usize>,
    },
}

/// How often each measure is counted.
pub(super) type Weights = BTreeMap<Measure, i64>;

/// No formula leads through more columns.
const DEPTH: usize = 8;

/// The measures of a name: one, or those of a derived measure.
pub(super) fn measures(name: &str) -> Option<Vec<Measure>> {
    let derived = || Derived::ALL.iter().find(|d| d.name() == name).map(|d| d.parts().to_vec());
    Measure::by_name(name).map(|m| vec![m]).or_else(derived)
}

/// How often a column counts each measure, through all its formulas; `None` for a share and for a formula that leads to itself.
pub(super) fn weights(columns: &[Column], column: usize) -> Option<Weights> {
    within(columns, column, DEPTH)
}

fn within(columns: &[Column], column: usize, depth: usize) -> Option<Weights> {
    let mut weights = Weights::new();
    match &columns.get(column)?.amount {
        Amount::Fold(measures) => measures.iter().for_each(|m| *weights.entry(*m).or_default() += 1),
        Amount::Columns(parts) => {
            for part in parts {
                for (measure, times) in within(columns, *part, depth.checked_sub(1)?)? {
                    *weights.entry(measure).or_default() += times;
                }
            }
        }
        Amount::Share { .. } => return None,
    }
    Some(weights)
}

/// The figures of a column.
pub(super) fn of(weights: &Weights, figures: &Figures) -> i64 {
    weights.iter().map(|(measure, times)| figures[*measure] * times).sum()
}
