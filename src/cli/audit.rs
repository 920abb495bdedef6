//! `motcua audit`: page by page, so that a journal of years needs no memory.

use serde::Serialize;

use super::{
    Failure,
    args::{AuditArgs, AuditFormatArg},
    connect,
    out::say,
    periods::table,
};
use crate::{
    config::{Config, FILE},
    domain::time::Timestamp,
    store::audit::{LINES, Line, Page, Trail},
    wire::{pb::v1 as pb, scalar::instant_from_pb},
};

pub(super) async fn run(args: &AuditArgs) -> Result<(), Failure> {
    let mut next = Some(args.from.max(1));
    if let Some(dir) = &args.folder {
        let config = Config::load(&dir.join(FILE)).map_err(Failure::usage)?;
        let trail = Trail::at(&config.data);
        while let Some(from) = next {
            let page = trail.page(from, u64::MAX, LINES, args.events).map_err(Failure::could_not)?;
            next = print(page, args.format)?;
        }
        return Ok(());
    }
    let mut client = connect::admin(connect::channel(&args.node).await?);
    while let Some(from) = next {
        let request = pb::ListAuditRequest { from, page_size: 1_000, events: args.events };
        let answer = client.list_audit(request).await.map_err(|s| Failure::status(&s))?.into_inner();
        let next_page = Some(answer.next).filter(|next| *next > from);
        next = print(Page { lines: answer.lines.into_iter().map(line).collect(), next: next_page }, args.format)?;
    }
    Ok(())
}

fn line(line: pb::AuditLine) -> Line {
    let pb::AuditLine { sequence, recorded_at, who, from, what, why } = line;
    let recorded_at = instant_from_pb(recorded_at.unwrap_or_default(), "recorded_at").unwrap_or(Timestamp(0));
    Line { sequence, recorded_at, who, from, what, why }
}

#[derive(Serialize)]
struct Row<'a> {
    sequence: u64,
    recorded_at: String,
    who: &'a str,
    from: &'a str,
    what: &'a str,
    why: &'a str,
}

/// Says a page, and gives where the next begins.
fn print(page: Page, format: AuditFormatArg) -> Result<Option<u64>, Failure> {
    match format {
        AuditFormatArg::Table if page.lines.is_empty() => {}
        AuditFormatArg::Table => {
            let mut table = table(&["entry", "recorded", "who", "from", "what", "why"]);
            for l in &page.lines {
                // What was written elsewhere must not steer the reader's terminal.
                let plain = |text: &str| text.replace(char::is_control, " ");
                let at = l.recorded_at.to_string();
                let (who, what) = (plain(&l.who), plain(&l.what));
                table.add_row([&l.sequence.to_string(), &at, &who, &plain(&l.from), &what, &plain(&l.why)]);
            }
            say!("{table}");
        }
        AuditFormatArg::Json => {
            for l in &page.lines {
                let recorded_at = l.recorded_at.to_string();
                let row =
                    Row { sequence: l.sequence, recorded_at, who: &l.who, from: &l.from, what: &l.what, why: &l.why };
                say!("{}", serde_json::to_string(&row).map_err(Failure::could_not)?);
            }
        }
    }
    Ok(page.next)
}
