//! What units above say of reports: said here, handed down, and shown beside the figures.

use super::{Node, NodeError, Snapshot};
use crate::{
    domain::{
        periods::Period,
        review::{Review, Verdict},
        summary::Hash,
        units::UnitId,
    },
    ledger::{By, review},
    reports::{Query, Reviewed, Sheet},
    store::command::{Command, Reply},
};

/// Reviews in one answer.
pub const SHOWN: usize = 500;

impl Node {
    /// Accepts the report of a unit below, or returns a figure of it.
    pub async fn review(
        &self,
        by: &By,
        person: &str,
        unit: &str,
        period: Period,
        verdict: Verdict,
    ) -> Result<(), NodeError> {
        let unit = self.unit(&self.snapshot(), unit, period.last_day())?;
        let person = person.to_owned();
        match self.ask(by, Command::Review { unit, period, verdict, person }).await? {
            Reply::Reviewed(..) => Ok(()),
            _ => Err(super::unexpected()),
        }
    }

    /// Takes over what is new of what the parent says; returns how many that were, and how many could not be taken.
    pub async fn follow_reviews(&self, reviews: Vec<Review>) -> Result<(usize, usize), NodeError> {
        match self.ask(&By::node(), Command::FollowReviews(reviews)).await? {
            Reply::Reviewed(fresh, left_out) => Ok((fresh, left_out)),
            _ => Err(super::unexpected()),
        }
    }

    /// What was said of a unit's subtree from outside of it, and the digest over it.
    pub fn reviews_of(&self, unit: &UnitId) -> (Vec<Review>, Hash) {
        let said = review::said_of(&self.snapshot().state, unit);
        let digest = review::digest(&said);
        (said, digest)
    }

    /// What was said of one unit's report for a period, in order; the newest [`SHOWN`], so that nobody above can make an answer too large to send.
    pub fn reviews(&self, snapshot: &Snapshot, unit: &UnitId, period: &Period) -> Vec<Reviewed> {
        let state = &snapshot.state;
        let places = state.reviews.range((unit.clone(), period.start)..);
        let here = places.take_while(|((u, start), _)| u == unit && *start < period.end);
        let all: Vec<&Review> = here.flat_map(|(_, reviews)| reviews.values()).collect();
        let newest = all.get(all.len().saturating_sub(SHOWN)..).unwrap_or_default();
        newest.iter().map(|said| self.shown(snapshot, said)).collect()
    }

    fn shown(&self, snapshot: &Snapshot, said: &Review) -> Reviewed {
        let state = &snapshot.state;
        let reviewer =
            state.unit(&said.reviewer).map_or_else(|| said.reviewer.to_string(), |unit| unit.name.to_string());
        Reviewed { review: said.clone(), reviewer, answered_by: review::answered_by(state, said) }
    }

    /// Those that were said by the instant a report is asked for, answered if one of its sheets does.
    pub(super) fn reviews_in(&self, snapshot: &Snapshot, query: &Query, sheets: &[Sheet]) -> Vec<Reviewed> {
        let mut all = self.reviews(snapshot, &query.unit, &query.period);
        all.retain(|said| query.as_known_at.is_none_or(|at| said.review.at <= at));
        for said in &mut all {
            let sheet = sheets.iter().find(|sheet| sheet.summary.atom == said.review.atom);
            let own = sheet.and_then(|sheet| said.review.answered_by(sheet.summary.revision));
            // As it was known then, only what the sheets themselves show; see `review::answered_by` for what answers.
            said.answered_by = own.or(said.answered_by.filter(|_| query.as_known_at.is_none()));
        }
        all
    }
}
