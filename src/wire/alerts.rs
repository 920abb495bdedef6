//! Forecasts and alerts on the wire.

use super::{
    WireError,
    error::reason,
    pb::v1::{self as pb, alert::What as Pb},
    report::{missing, unit},
    scalar::{date, instant_from_pb, instant_to_pb},
};
use crate::reports::{
    alerts::{Alert, Alerts, Missing, Seen, What},
    forecast::{Forecast, Row},
};

/// The message of a forecast. [`forecast_from_pb`] gives an equal one back.
pub fn forecast_to_pb(forecast: &Forecast) -> pb::GetForecastResponse {
    let row = |row: &Row| pb::ForecastRow {
        unit: row.unit.to_string(),
        name: row.name.clone(),
        own: row.own,
        as_of: row.as_of.map(instant_to_pb),
        overdue: row.overdue,
        within: row.within,
        due: row.due.clone(),
        passed: row.passed,
        known: row.known,
        expected: row.expected,
    };
    pb::GetForecastResponse {
        unit: forecast.unit.to_string(),
        name: forecast.name.clone(),
        at: Some(instant_to_pb(forecast.at)),
        days: forecast.days.iter().map(ToString::to_string).collect(),
        rows: forecast.rows.iter().map(row).collect(),
    }
}

/// The forecast in a message.
///
/// # Errors
/// [`WireError`], also if a row does not have a count for each day.
pub fn forecast_from_pb(pb: pb::GetForecastResponse) -> Result<Forecast, WireError> {
    let days: Vec<_> = pb.days.iter().map(|day| date(day, "days")).collect::<Result<_, _>>()?;
    let row = |row: pb::ForecastRow| {
        if row.due.len() != days.len() {
            let message = format!("{} counts for {} days", row.due.len(), days.len());
            return Err(WireError::new("rows.due", reason::OUT_OF_RANGE, message));
        }
        Ok(Row {
            unit: unit("unit", &row.unit)?,
            name: row.name,
            own: row.own,
            as_of: row.as_of.map(|at| instant_from_pb(at, "rows.as_of")).transpose()?,
            overdue: row.overdue,
            within: row.within,
            due: row.due,
            passed: row.passed,
            known: row.known,
            expected: row.expected,
        })
    };
    let rows = pb.rows.into_iter().map(row).collect::<Result<_, _>>()?;
    let at = instant_from_pb(pb.at.ok_or_else(|| missing("at"))?, "at")?;
    Ok(Forecast { unit: unit("unit", &pb.unit)?, name: pb.name, at, days, rows })
}

/// The message of alerts. [`alerts_from_pb`] gives equal ones back.
pub fn alerts_to_pb(alerts: &Alerts) -> pb::GetAlertsResponse {
    let alert = |alert: &Alert| pb::Alert {
        unit: alert.unit.to_string(),
        name: alert.name.clone(),
        own: alert.own,
        what: Some(match &alert.what {
            What::Overdue { count } => Pb::Overdue(*count),
            What::DueSoon { count, through } => {
                Pb::DueSoon(pb::DueSoon { count: *count, through: through.to_string() })
            }
            What::LateReport(Missing { period, due }) => {
                Pb::LateReport(pb::LateReport { period: period.clone(), due: due.to_string() })
            }
            What::Silent(Seen::At(at)) => Pb::LastSeen(instant_to_pb(*at)),
            What::Silent(Seen::NotSince(at)) => Pb::NotSince(instant_to_pb(*at)),
            What::CalendarMissing { year } => Pb::CalendarMissing(*year),
        }),
    };
    pb::GetAlertsResponse {
        unit: alerts.unit.to_string(),
        name: alerts.name.clone(),
        at: Some(instant_to_pb(alerts.at)),
        alerts: alerts.list.iter().map(alert).collect(),
        unknown: alerts.unknown,
    }
}

/// The alerts in a message.
///
/// # Errors
/// [`WireError`], also for an alert of a later release: to leave it out would be to say that all is well.
pub fn alerts_from_pb(pb: pb::GetAlertsResponse) -> Result<Alerts, WireError> {
    let what = |what: Pb| {
        Ok(match what {
            Pb::Overdue(count) => What::Overdue { count },
            Pb::DueSoon(soon) => {
                What::DueSoon { count: soon.count, through: date(&soon.through, "alerts.due_soon.through")? }
            }
            Pb::LateReport(late) => {
                What::LateReport(Missing { due: date(&late.due, "alerts.late_report.due")?, period: late.period })
            }
            Pb::LastSeen(at) => What::Silent(Seen::At(instant_from_pb(at, "alerts.last_seen")?)),
            Pb::NotSince(at) => What::Silent(Seen::NotSince(instant_from_pb(at, "alerts.not_since")?)),
            Pb::CalendarMissing(year) => What::CalendarMissing { year },
        })
    };
    let alert = |alert: pb::Alert| {
        let what = what(alert.what.ok_or_else(|| missing("alerts.what"))?)?;
        Ok(Alert { unit: unit("unit", &alert.unit)?, name: alert.name, own: alert.own, what })
    };
    let list = pb.alerts.into_iter().map(alert).collect::<Result<_, WireError>>()?;
    let at = instant_from_pb(pb.at.ok_or_else(|| missing("at"))?, "at")?;
    Ok(Alerts { unit: unit("unit", &pb.unit)?, name: pb.name, at, list, unknown: pb.unknown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{time::Timestamp, units::UnitId};

    fn forecast() -> Forecast {
        let row = |own, as_of| Row {
            unit: UnitId::parse("00101@2018-01-01").unwrap(),
            name: "Xã B".to_owned(),
            own,
            as_of,
            overdue: 1,
            within: 9,
            due: vec![3, 4],
            passed: 1,
            known: 1,
            expected: 2,
        };
        Forecast {
            unit: UnitId::parse("001").unwrap(),
            name: "Huyện A".to_owned(),
            at: Timestamp(1_518_000_000_000),
            days: vec!["2018-02-08".parse().unwrap(), "2018-02-09".parse().unwrap()],
            rows: vec![row(true, Some(Timestamp(1_517_000_000_000))), row(false, None)],
        }
    }

    fn alerts() -> Alerts {
        let day = "2018-02-08".parse().unwrap();
        let all = [
            What::Overdue { count: 3 },
            What::DueSoon { count: 4, through: day },
            What::LateReport(Missing { period: "2018-01".to_owned(), due: day }),
            What::Silent(Seen::At(Timestamp(5))),
            What::Silent(Seen::NotSince(Timestamp(6))),
            What::CalendarMissing { year: 2019 },
        ];
        let unit = UnitId::parse("001").unwrap();
        let alert = |what| Alert { unit: unit.clone(), name: "Huyện A".to_owned(), own: true, what };
        let list = all.map(alert).to_vec();
        Alerts { name: "Huyện A".to_owned(), at: Timestamp(7), list, unknown: 2, unit }
    }

    #[test]
    fn what_is_sent_is_read() {
        assert_eq!(forecast_from_pb(forecast_to_pb(&forecast())), Ok(forecast()));
        assert_eq!(alerts_from_pb(alerts_to_pb(&alerts())), Ok(alerts()));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut short = forecast_to_pb(&forecast());
        short.rows[0].due.pop();
        assert_eq!(forecast_from_pb(short).unwrap_err().reason, reason::OUT_OF_RANGE);
        let mut odd = alerts_to_pb(&alerts());
        odd.alerts[2].what = None;
        assert_eq!(alerts_from_pb(odd).unwrap_err().reason, reason::MISSING_FIELD);
        for change in [
            |pb: &mut pb::GetAlertsResponse| pb.at = None,
            |pb: &mut pb::GetAlertsResponse| pb.unit = String::new(),
            |pb: &mut pb::GetAlertsResponse| pb.alerts[0].unit = "?".to_owned(),
        ] {
            let mut odd = alerts_to_pb(&alerts());
            change(&mut odd);
            assert!(alerts_from_pb(odd).is_err());
        }
    }
}
