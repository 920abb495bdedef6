//! `motcua compare` and `motcua rank`

use super::{
    Failure,
    args::{CompareArgs, RankArgs, WrittenArg},
    ask::Asked,
    out::say,
};
use crate::reports::{Breakdown, compare, rank};

/// `motcua compare`
pub(super) async fn compare(args: &CompareArgs) -> Result<(), Failure> {
    let mut asked = Asked::of(&args.written.node, args.written.as_known_at).await?;
    let this = asked.report(args.unit.as_deref(), &args.period, Breakdown::None).await?;
    let (unit, period) = (args.with_unit.as_ref().or(args.unit.as_ref()), args.with.as_ref().unwrap_or(&args.period));
    let other = asked.report(unit.map(String::as_str), period, Breakdown::None).await?;
    let told = compare::compare(&this, &other);
    let text = match args.written.format {
        WrittenArg::Table => Ok(compare::table(&told, args.written.lang.into())),
        WrittenArg::Json => compare::json(&told),
        WrittenArg::Csv => compare::csv(&told),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    Ok(())
}

/// `motcua rank`
pub(super) async fn rank(args: &RankArgs) -> Result<(), Failure> {
    let mut asked = Asked::of(&args.written.node, args.written.as_known_at).await?;
    let report = asked.report(args.unit.as_deref(), &args.period, args.among.into()).await?;
    let (ask, lang) = (args.ask(), args.written.lang.into());
    let places = rank::rank(&report, &ask);
    if places.is_empty() {
        let name = &report.name;
        return Err(Failure::no(format!(
            "{name} has nobody to rank: name a unit with units below it, or --among agency"
        )));
    }
    let text = match args.written.format {
        WrittenArg::Table => Ok(rank::table(&report, &ask, &places, lang)),
        WrittenArg::Json => rank::json(&report, &ask, &places),
        WrittenArg::Csv => rank::csv(&report, &ask, &places, lang),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    Ok(())
}
