//! `motcua report --format text`: asks for every report the paragraph is made from.

use super::{Failure, args::ReportArgs, ask::Asked};
use crate::{
    domain::periods::Period,
    reports::{
        Breakdown, Report,
        narrative::{self, Narrative},
    },
};

/// The paragraph, and the report it is about.
pub(super) async fn narrative(asked: &mut Asked, args: &ReportArgs) -> Result<(String, Report), Failure> {
    if args.by.is_some() {
        return Err(Failure::usage("a text tells one period as a whole: leave out --by"));
    }
    let period = Period::parse(&args.period).map_err(Failure::usage)?;
    let unit = args.unit.as_deref();
    let report = asked.report(unit, &period.id, Breakdown::Unit).await?;
    let agencies = asked.offered(unit, &period.id, Breakdown::Agency).await?.ok();
    let previous = other(asked, unit, period.previous()).await?;
    let year_before = other(asked, unit, period.same_last_year()).await?;
    let input = Narrative {
        report: &report,
        agencies: agencies.as_ref(),
        previous: previous.as_ref(),
        year_before: year_before.as_ref(),
    };
    let text = narrative::text(&input, args.lang.into());
    Ok((text, report))
}

/// A report to compare with; a node that does not have it has nothing to compare with.
async fn other(asked: &mut Asked, unit: Option<&str>, period: Option<Period>) -> Result<Option<Report>, Failure> {
    match period {
        Some(period) => Ok(asked.offered(unit, &period.id, Breakdown::None).await?.ok()),
        None => Ok(None),
    }
}
