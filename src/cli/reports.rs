//! `motcua report` and `motcua children`

use std::io::{self, IsTerminal};

use super::{
    Failure,
    args::{ChildrenArgs, FormatArg, ReportArgs},
    ask::Asked,
    connect,
    forms::Choice,
    narrative::narrative,
    nodes::time,
    out::{self, say},
    periods::table,
};
use crate::{
    reports::{
        Breakdown, Lang, RenderError, Report,
        form::{self, Page, Template, Year, lay_out, write},
        render::{csv, json, sdmx, series, table as report_table},
    },
    wire::pb::v1 as pb,
};

/// `motcua report`
pub(super) async fn report(args: &ReportArgs) -> Result<(), Failure> {
    let format = args.format;
    if args.to.is_some() && (format.is_form() || format == FormatArg::Text) {
        let message = "this format holds one period: leave out --to, or write --format table, json, csv or sdmx";
        return Err(Failure::usage(message));
    }
    if format == FormatArg::Xlsx && args.output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::usage("a workbook is no text: write it to a file with --output FILE"));
    }
    let choice = if format.is_form() { Some(Choice::of(&args.form)?) } else { None };
    let link = connect::channel(&args.node).await?;
    let template = match choice {
        Some(choice) => Some(choice.template(link.clone()).await?),
        None => None,
    };
    let mut asked = Asked::over(link, args.as_known_at);
    let (unit, by, lang) = (args.unit.as_deref(), args.by.unwrap_or(Breakdown::None), args.lang.into());
    let (reports, written) = match (&args.to, template) {
        (Some(to), _) => {
            let reports = asked.series(unit, &args.period, to).await?;
            let text = many(&reports, format, lang).map(String::into_bytes);
            (reports, text)
        }
        (None, Some(template)) => {
            let (report, page) = on_form(&mut asked, args, &template).await?;
            (vec![report], write_form(&page, format))
        }
        (None, None) if format == FormatArg::Text => {
            let (text, report) = narrative(&mut asked, args).await?;
            (vec![report], Ok(text.into_bytes()))
        }
        (None, None) => {
            let report = asked.report(unit, &args.period, by).await?;
            let text = one(&report, by, format, lang).map(String::into_bytes);
            (vec![report], text)
        }
    };
    out::bytes(&written.map_err(Failure::could_not)?, args.output.as_deref())?;
    let missing: u32 = reports.iter().map(|r| r.completeness.expected - r.completeness.received).sum();
    if args.complete && missing > 0 {
        return Err(Failure::no(format!("not complete: {missing} units are missing")));
    }
    Ok(())
}

/// The report, by what the form is by, on the form.
async fn on_form(asked: &mut Asked, args: &ReportArgs, template: &Template) -> Result<(Report, Page), Failure> {
    let unit = args.unit.as_deref();
    let (by, report) = match args.by {
        Some(by) => (by, asked.report(unit, &args.period, by).await?),
        None => by_unit_or_field(asked, args).await?,
    };
    let year = if template.counts_the_year() { year_to_date(asked, unit, &report, by).await? } else { None };
    let year = year.as_ref().map_or(Year::Unknown, Year::Report);
    let page = lay_out(&form::Asked { template, report: &report, by, year, lang: args.lang.into() });
    Ok((report, page))
}

/// As the form has it: for a parent by unit, for a unit without units below by field.
async fn by_unit_or_field(asked: &mut Asked, args: &ReportArgs) -> Result<(Breakdown, Report), Failure> {
    let unit = args.unit.as_deref();
    let report = asked.report(unit, &args.period, Breakdown::Unit).await?;
    if !report.rows.is_empty() {
        return Ok((Breakdown::Unit, report));
    }
    Ok((Breakdown::Field, asked.report(unit, &args.period, Breakdown::Field).await?))
}

/// From the start of the year to the end of the report's period; `None` where there is none, which is said on standard error.
async fn year_to_date(
    asked: &mut Asked,
    unit: Option<&str>,
    report: &Report,
    by: Breakdown,
) -> Result<Option<Report>, Failure> {
    let Some(year) = report.period.year_to_date() else { return Ok(None) };
    if year == report.period {
        return Ok(Some(report.clone()));
    }
    match asked.offered(unit, &year.id, by).await? {
        Ok(report) => Ok(Some(report)),
        Err(status) => {
            eprintln!("motcua: no year to date: {}", Failure::status(&status));
            Ok(None)
        }
    }
}

fn write_form(page: &Page, format: FormatArg) -> Result<Vec<u8>, RenderError> {
    match format {
        FormatArg::Html => Ok(write::html::html(page).into_bytes()),
        FormatArg::Xlsx => write::xlsx::xlsx(page),
        FormatArg::FormCsv => write::csv::csv(page).map(String::into_bytes),
        _ => Ok(write::text::text(page).into_bytes()),
    }
}

fn one(report: &Report, by: Breakdown, format: FormatArg, lang: Lang) -> Result<String, RenderError> {
    match format {
        FormatArg::Json => json::json(report),
        FormatArg::Csv => csv::csv(report, lang),
        FormatArg::Sdmx => sdmx::sdmx(std::slice::from_ref(report), by),
        _ => Ok(report_table::table(report, lang)),
    }
}

fn many(reports: &[Report], format: FormatArg, lang: Lang) -> Result<String, RenderError> {
    match format {
        FormatArg::Json => series::json(reports),
        FormatArg::Csv => series::csv(reports),
        FormatArg::Sdmx => sdmx::sdmx(reports, Breakdown::None),
        _ => Ok(series::table(reports, lang)),
    }
}

/// `motcua children`
pub(super) async fn children(args: &ChildrenArgs) -> Result<(), Failure> {
    let mut client = connect::report(connect::channel(&args.node).await?);
    let request =
        pb::GetCompletenessRequest { unit: args.unit.clone().unwrap_or_default(), period: args.period.clone() };
    let answer = client.get_completeness(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    let mut table = table(&["unit", "name", "status", "complete", "revision", "recorded", "last seen", "reason"]);
    for child in &answer.children {
        table.add_row([
            &child.unit,
            &child.name,
            &child.status,
            &format!("{}/{}", child.received, child.expected),
            &child.revision.to_string(),
            &time(child.recorded_at),
            &time(child.last_seen),
            &child.reason,
        ]);
    }
    say!("{table}");
    let whole = answer.completeness.unwrap_or_default();
    eprintln!("figures of {} of {} units are here, the unit itself included", whole.received, whole.expected);
    Ok(())
}
