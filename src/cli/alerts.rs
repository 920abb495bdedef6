//! `motcua forecast`, `motcua alerts`, `motcua desk due`

use chrono::NaiveDate;

use super::{
    Failure,
    args::{AlertsArgs, DeskDueArgs, ForecastArgs, WrittenArg},
    connect,
    out::say,
};
use crate::{
    reports::{
        alerts,
        forecast::{self, Open},
    },
    wire::{
        alerts::{alerts_from_pb, forecast_from_pb},
        event::due_from_pb,
        link::Link,
        pb::v1 as pb,
        scalar::instant_from_pb,
    },
};

/// Dossiers on one page; the most a node gives.
const PAGE: i32 = 1_000;

/// `motcua forecast`
pub(super) async fn forecast(args: &ForecastArgs) -> Result<(), Failure> {
    let mut client = connect::report(connect::channel(&args.told.node).await?);
    let asked = pb::GetForecastRequest { days: args.days };
    let answer = client.get_forecast(asked).await.map_err(|s| Failure::status(&s))?.into_inner();
    let told = forecast_from_pb(answer).map_err(Failure::senseless)?;
    let text = match args.told.format {
        WrittenArg::Table => Ok(forecast::table(&told, args.told.lang.into())),
        WrittenArg::Json => forecast::json(&told),
        WrittenArg::Csv => forecast::csv(&told),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    Ok(())
}

/// `motcua alerts`: exits with 1 if there is any.
pub(super) async fn alerts(args: &AlertsArgs) -> Result<(), Failure> {
    let mut client = connect::report(connect::channel(&args.told.node).await?);
    let answer = client.get_alerts(pb::GetAlertsRequest {}).await.map_err(|s| Failure::status(&s))?.into_inner();
    let told = alerts_from_pb(answer).map_err(Failure::senseless)?;
    let text = match args.told.format {
        WrittenArg::Table => Ok(alerts::table(&told, args.told.lang.into())),
        WrittenArg::Json => alerts::json(&told),
        WrittenArg::Csv => alerts::csv(&told),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    match told.list.len() {
        0 => Ok(()),
        1 => Err(Failure::no("there is 1 alert")),
        n => Err(Failure::no(format!("there are {n} alerts"))),
    }
}

/// `motcua desk due`
pub(super) async fn due(args: &DeskDueArgs) -> Result<(), Failure> {
    let which = if args.all { Until::Any } else { Until::Within(args.days) };
    let unit = args.unit.as_deref().unwrap_or_default();
    let all = open_dossiers(connect::channel(&args.told.node).await?, unit, which).await?;
    let text = match args.told.format {
        WrittenArg::Table => Ok(forecast::open_table(&all, 0, args.told.lang.into())),
        WrittenArg::Json => forecast::open_json(&all),
        WrittenArg::Csv => forecast::open_csv(&all),
    };
    say!("{}", text.map_err(Failure::could_not)?.trim_end());
    Ok(())
}

/// Up to when a dossier must be due to be listed.
pub(super) enum Until {
    Any,
    Day(NaiveDate),
    /// So many working days on, as the node counts them.
    Within(u32),
}

/// Open dossiers of a unit, the most urgent first.
pub(super) async fn open_dossiers(link: Link, unit: &str, until: Until) -> Result<Vec<Open>, Failure> {
    let (day, days) = match until {
        Until::Any => (String::new(), None),
        Until::Day(day) => (day.to_string(), None),
        Until::Within(days) => (String::new(), Some(days)),
    };
    let mut client = connect::desk(link);
    let mut asked = pb::ListOpenDossiersRequest {
        unit: unit.to_owned(),
        due_until: day,
        due_within: days,
        page_size: PAGE,
        page_token: String::new(),
    };
    let mut all = Vec::new();
    loop {
        let page = client.list_open_dossiers(asked.clone()).await.map_err(|s| Failure::status(&s))?.into_inner();
        for dossier in page.dossiers {
            all.push(open(dossier)?);
        }
        if page.next_page_token.is_empty() {
            return Ok(all);
        }
        asked.page_token = page.next_page_token;
    }
}

fn open(dossier: pb::Dossier) -> Result<Open, Failure> {
    let received_at = dossier.received_at.map(|at| instant_from_pb(at, "received_at")).transpose();
    Ok(Open {
        code: dossier.code,
        procedure: dossier.procedure,
        received_at: received_at.map_err(Failure::senseless)?,
        due: dossier.due.map(due_from_pb).transpose().map_err(Failure::senseless)?,
        awaiting: dossier.state == "awaiting_supplement",
        overdue: dossier.overdue,
    })
}
