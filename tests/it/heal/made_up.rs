//! Days, trees and events, made up.

use motcua::{
    desk::cells::import_id,
    domain::{
        event::{Body, Channel, Event, EventId, Reception},
        time::Timestamp,
        units::{UnitId, UnitRow},
    },
};

use super::{
    super::support::at,
    world::{DISTRICT, NORTH, PROVINCE, SOUTH},
};

pub fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// Ten in the morning of a day.
pub fn ten(text: &str) -> Timestamp {
    at(&format!("{text}T10:00:00+07:00"))
}

pub fn row(code: &str, parent: Option<&str>) -> UnitRow {
    UnitRow {
        code: code.into(),
        name: format!("Đơn vị {code}"),
        level: "commune".into(),
        parent_code: parent.map(str::to_owned),
        valid_from: None,
        valid_to: None,
        reports_from: None,
        kept_by: None,
    }
}

pub fn rows() -> Vec<UnitRow> {
    vec![row(PROVINCE, None), row(DISTRICT, Some(PROVINCE)), row(NORTH, Some(DISTRICT)), row(SOUTH, Some(DISTRICT))]
}

pub fn event(unit: &str, dossier: &str, when: Timestamp, body: Body) -> Event {
    Event {
        id: import_id("heal", dossier, body.name(), unit),
        unit: UnitId::new(unit, None),
        dossier: dossier.to_owned(),
        occurred_at: when,
        source: "heal".to_owned(),
        raw_status: String::new(),
        body,
    }
}

pub fn reception() -> Reception {
    Reception {
        procedure: String::new(),
        agency: String::new(),
        channel: Channel::Direct,
        full_online: false,
        due: None,
    }
}

pub fn received(unit: &str, dossier: &str, on: &str) -> Event {
    event(unit, dossier, ten(on), Body::Received(reception()))
}

pub fn resolved(unit: &str, dossier: &str, on: &str) -> Event {
    // After a reception of the same day.
    event(unit, dossier, ten(on).plus_millis(3_600_000), Body::Resolved)
}

pub fn transfer_id(name: &str) -> EventId {
    import_id("heal", name, "transfer", "")
}
