//! `motcua digest`

use super::{
    Failure,
    alerts::{Until, open_dossiers},
    args::{DigestArgs, NodeArgs},
    connect,
    out::say,
};
use crate::{
    config::{Config, FILE},
    reports::Lang,
    run::{self, LISTED, Ready},
    wire::{
        alerts::{alerts_from_pb, forecast_from_pb},
        pb::v1 as pb,
    },
};

/// Working days a digest looks ahead on a node that delivers none.
const DAYS: u32 = 5;

/// `motcua digest`: what the node would deliver now.
pub(super) async fn run(args: &DigestArgs) -> Result<(), Failure> {
    let config = Config::load(&args.dir.join(FILE)).map_err(Failure::usage)?;
    let (days, lang) = config.digest.as_ref().map_or((DAYS, Lang::default()), |digest| (digest.days, digest.lang));
    if args.send && config.digest.is_none() {
        return Err(Failure::usage(format!(
            "{} does not say where a digest goes: add [digest] with to = \"FOLDER\", or [digest.mail]",
            config.file.display()
        )));
    }
    let node = NodeArgs { node: None, credentials: None, dir: Some(args.dir.clone()) };
    let channel = connect::channel(&node).await?;
    let mut client = connect::report(channel.clone());
    let alerts = client.get_alerts(pb::GetAlertsRequest {}).await.map_err(|s| Failure::status(&s))?.into_inner();
    let alerts = alerts_from_pb(alerts).map_err(Failure::senseless)?;
    let asked = pb::GetForecastRequest { days };
    let forecast = client.get_forecast(asked).await.map_err(|s| Failure::status(&s))?.into_inner();
    let forecast = forecast_from_pb(forecast).map_err(Failure::senseless)?;
    let mut open = open_dossiers(channel, "", Until::Day(forecast.through())).await?;
    let more = open.len().saturating_sub(LISTED);
    open.truncate(LISTED);
    let ready = Ready::new(alerts, &forecast, (&open, more), lang);
    say!("{}", ready.file.trim_end());
    if let Some(digest) = config.digest.as_ref().filter(|_| args.send) {
        let (data, digest, today) = (config.data.clone(), digest.clone(), forecast.at.local_date());
        let delivery = move || run::deliver(&data, &digest, &ready, today, (true, true));
        tokio::task::spawn_blocking(delivery).await.map_err(Failure::could_not)?.map_err(Failure::could_not)?;
        eprintln!("delivered");
    }
    Ok(())
}
