//! What happens in the demonstration, in order.

use fastrand::Rng;

use super::{
    DemoError, Options, dossiers,
    fleet::Fleet,
    place::{COMMUNES, DISTRICT, FEBRUARY, PROCEDURES, PROVINCE},
    split::split,
};
use crate::{
    cli::out::say,
    clock::Moved,
    desk::cells::import_id,
    domain::{time::Timestamp, units::UnitId},
    ledger::state::State,
    reports::{Breakdown, render},
    wire::{
        pb::v1 as pb,
        report::{breakdown_to_pb, from_pb},
        scalar::instant_to_pb,
    },
};

/// Runs it from the beginning.
pub async fn run(options: &Options) -> Result<(), DemoError> {
    if let Some(code) = &options.without
        && !COMMUNES.iter().any(|(c, _)| c == code)
    {
        let codes: Vec<String> = COMMUNES.iter().map(|(code, name)| format!("{code} {name}")).collect();
        return Err(DemoError::Usage(format!("--without takes one of the communes: {}", codes.join(", "))));
    }
    let (dir, temporary) = directory(options)?;
    let clock = Moved::at(Timestamp::local_midnight(dossiers::start(0)));
    let mut fleet = Fleet::new(dir.clone(), clock.clone());
    let told = tell(options, &mut fleet, &clock).await;
    if told.is_ok() && !options.once {
        invite(&fleet, options, &dir)?;
        let waited = crate::cli::wait_for_signal().await;
        waited.map_err(|error| DemoError::Io { what: "cannot wait for a signal".into(), error })?;
    }
    fleet.stop().await?;
    if temporary {
        std::fs::remove_dir_all(&dir)
            .map_err(|error| DemoError::Io { what: format!("cannot remove {}", dir.display()), error })?;
    }
    told
}

fn directory(options: &Options) -> Result<(std::path::PathBuf, bool), DemoError> {
    match &options.dir {
        Some(dir) => Ok((dir.clone(), false)),
        None => Ok((std::env::temp_dir().join(format!("motcua-demo-{}", std::process::id())), true)),
    }
}

async fn tell(options: &Options, fleet: &mut Fleet, clock: &Moved) -> Result<(), DemoError> {
    let (province, district) = (PROVINCE.0, DISTRICT.0);
    let mut rng = Rng::with_seed(options.seed);
    let shares = split(&mut rng);
    eprintln!("seed {}: it splits the published totals of Đông Triều over its communes", options.seed);

    fleet.add(province, None).await?;
    import_registry(fleet, province).await?;
    fleet.add(district, Some(province)).await?;
    fleet.until(district, "the registry", |state| state.registry.versions.len() >= 2).await?;
    for (code, _) in COMMUNES {
        if options.without.as_deref() != Some(code) {
            fleet.add(code, Some(district)).await?;
        }
    }
    let units: Vec<String> = fleet.units().cloned().collect();
    for unit in &units {
        fleet.until(unit, "the registry", |state| state.registry.versions.len() >= 2).await?;
    }
    eprintln!("{} nodes are up; the tree and the procedures have come down from the province", units.len());

    let mut events = 0;
    // Made up for the silent one too, so that leaving it out changes nobody else.
    let mut months: Vec<_> = shares.iter().map(|share| (share.code, dossiers::commune(share, &mut rng))).collect();
    months.retain(|(code, _)| fleet.units().any(|u| u == code));
    let centre = dossiers::centre(province, &mut rng);
    let present: Vec<&str> = months.iter().map(|(code, _)| *code).collect();

    clock.advance(Timestamp::local_midnight(dossiers::start(1)));
    let mut february = Vec::new();
    for (code, month) in months {
        events += fleet.record(code, month.january).await?;
        february.push((code, month.february));
    }
    close_everywhere(fleet, &present, "2018-01").await?;
    eprintln!("January is closed everywhere");

    clock.advance(Timestamp::local_midnight(dossiers::start(2)));
    for (code, month) in february {
        events += fleet.record(code, month).await?;
    }
    events += fleet.record(province, centre.february).await?;
    events += fleet.record(district, vec![procedures_published(district)]).await?;
    close_everywhere(fleet, &present, "2018-02").await?;
    eprintln!("February is closed everywhere: {events} events went through the desks");

    for unit in [district, province] {
        say!("{}", report(fleet, province, unit, options).await?);
    }
    Ok(())
}

/// Communes first; a parent closes when everything that will come has come.
async fn close_everywhere(fleet: &Fleet, communes: &[&str], period: &str) -> Result<(), DemoError> {
    let (province, district) = (PROVINCE.0, DISTRICT.0);
    for code in communes {
        fleet.close(code, period).await?;
    }
    let last = last_atom(period);
    fleet.until(district, "the communes' documents", |state| communes.iter().all(|c| holds(state, c, last))).await?;
    fleet.close(district, period).await?;
    fleet
        .until(province, "the district's document", |state| {
            holds(state, district, last) && communes.iter().all(|c| holds(state, c, last))
        })
        .await?;
    fleet.close(province, period).await
}

fn last_atom(period: &str) -> chrono::NaiveDate {
    let month = if period == "2018-01" { 1 } else { 2 };
    let first = chrono::NaiveDate::from_ymd_opt(2018, month, 1);
    first.unwrap_or_default()
}

fn holds(state: &State, code: &str, atom: chrono::NaiveDate) -> bool {
    state.held(&UnitId { code: code.into(), valid_from: None }, atom).is_some()
}

async fn import_registry(fleet: &Fleet, unit: &str) -> Result<(), DemoError> {
    let row = |(code, name): (&str, &str), level: &str, parent: &str| pb::UnitRow {
        code: code.to_owned(),
        name: name.to_owned(),
        level: level.to_owned(),
        parent_code: parent.to_owned(),
        ..pb::UnitRow::default()
    };
    let mut units = vec![row(PROVINCE, "province", ""), row(DISTRICT, "district", PROVINCE.0)];
    units.extend(COMMUNES.map(|commune| row(commune, "commune", DISTRICT.0)));
    let procedures = PROCEDURES.map(|(code, name, field, days)| pb::Procedure {
        code: code.to_owned(),
        name: name.to_owned(),
        field: field.to_owned(),
        working_days: days,
        ..pb::Procedure::default()
    });
    let tree = pb::RegistryPart { kind: pb::RegistryPartKind::Tree.into(), units, ..pb::RegistryPart::default() };
    let procedures = pb::RegistryPart {
        kind: pb::RegistryPartKind::Procedures.into(),
        procedures: procedures.to_vec(),
        ..pb::RegistryPart::default()
    };
    let mut client = pb::registry_service_client::RegistryServiceClient::new(fleet.channel(unit).await?);
    for part in [tree, procedures] {
        client.import_registry(pb::ImportRegistryRequest { part: Some(part) }).await?;
    }
    Ok(())
}

fn procedures_published(unit: &str) -> pb::Event {
    let memo = pb::Memo { measure: "procedures_published".to_owned(), value: FEBRUARY.procedures };
    let on = Timestamp::local_midnight(dossiers::start(1)).plus_millis(9 * 3_600_000);
    pb::Event {
        id: import_id("demo", unit, "procedures_published", "0").0.to_vec(),
        unit: unit.to_owned(),
        occurred_at: Some(instant_to_pb(on)),
        source: "demo".to_owned(),
        kind: Some(pb::event::Kind::Memo(memo)),
        ..pb::Event::default()
    }
}

/// A report by unit, asked of the province.
async fn report(fleet: &Fleet, node: &str, unit: &str, options: &Options) -> Result<String, DemoError> {
    let mut client = pb::report_service_client::ReportServiceClient::new(fleet.channel(node).await?);
    let by = breakdown_to_pb(Breakdown::Unit).into();
    let request = pb::GetReportRequest { unit: unit.to_owned(), period: "2018-02".to_owned(), by, as_known_at: None };
    let answer = client.get_report(request).await?.into_inner().report.unwrap_or_default();
    let report = from_pb(answer).map_err(|e| DemoError::Wrong(e.to_string()))?;
    Ok(render::table::table(&report, options.lang))
}

fn invite(fleet: &Fleet, options: &Options, dir: &std::path::Path) -> Result<(), DemoError> {
    let province = fleet.url(PROVINCE.0)?;
    let district = fleet.url(DISTRICT.0)?;
    let late = fleet.url(super::place::LATE).unwrap_or_else(|_| district.clone());
    eprintln!("\nThe nodes go on serving from {}. Try in another terminal (Ctrl-C here ends it):", dir.display());
    eprintln!("  motcua report --node {province} --period 2018-02 --by agency");
    eprintln!("  motcua report --node {province} --unit {} --period 2018-02 --by unit --format json", DISTRICT.0);
    eprintln!("  motcua report --node {district} --period 2018-01 --to 2018-02");
    eprintln!("  motcua children --node {district} --period 2018-02");
    eprintln!("  motcua explain --node {province} --period 2018-02 --measure resolved_late");
    eprintln!("  motcua forecast --node {district} --days 3");
    eprintln!("  motcua report --node {late} --period 2018-02 --by procedure --lang en");
    eprintln!("  motcua period list --node {late}");
    eprintln!("  motcua status --node {late}");
    if options.without.is_none() {
        eprintln!("  motcua demo --once --without {}", super::place::LATE);
    }
    Ok(())
}
