//! `motcua scorecard`

use std::{fs::File, io::Read, path::Path};

use super::{
    Failure,
    args::{ScorecardArgs, WrittenArg},
    ask::Asked,
    out::say,
};
use crate::reports::{
    Breakdown,
    scorecard::{self, Card, MAX_BYTES},
};

/// `motcua scorecard`
pub(super) async fn scorecard(args: &ScorecardArgs) -> Result<(), Failure> {
    let card = match &args.card {
        Some(file) => Card::read(&read(file)?).map_err(|e| Failure::usage(format!("{}: {e}", file.display())))?,
        None => Card::shipped().map_err(Failure::could_not)?,
    };
    let mut asked = Asked::of(&args.written.node, args.written.as_known_at).await?;
    let report = asked.report(args.unit.as_deref(), &args.period, Breakdown::None).await?;
    let (scored, lang) = (scorecard::score(&report, &card), args.written.lang.into());
    let text = match args.written.format {
        WrittenArg::Table => Ok(scorecard::table(&report, &card, &scored, lang)),
        WrittenArg::Json => scorecard::json(&report, &card, &scored, lang),
        WrittenArg::Csv => scorecard::csv(&card, &scored, lang),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    Ok(())
}

/// As much of the file as a card may have, and a byte more that tells that it has more.
fn read(file: &Path) -> Result<String, Failure> {
    let wrong = |e: std::io::Error| Failure::usage(format!("cannot read the scorecard {}: {e}", file.display()));
    let mut text = String::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file).map_err(wrong)?.take(limit).read_to_string(&mut text).map_err(wrong)?;
    Ok(text)
}
