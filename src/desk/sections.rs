//! The sections of a mapping as they stand in the file, and their values one by one.

use std::collections::{BTreeMap, HashMap};

use chrono::FixedOffset;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    choices::{Column, Status},
    mapping::{MappingError, tidy},
};
use crate::domain::time::hanoi;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Input {
    pub(super) kind: Option<String>,
    pub(super) delimiter: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) time_formats: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Defaults {
    pub(super) procedure: String,
    pub(super) agency: String,
    pub(super) unit: String,
    pub(super) channel: Option<String>,
    pub(super) delivered_channel: Option<String>,
    pub(super) due: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) on_bad_row: Option<String>,
}

/// Reads sections and values, and collects what is wrong with them.
#[derive(Default)]
pub(super) struct Reader(pub(super) Vec<MappingError>);

impl Reader {
    pub(super) fn wrong(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.0.push(MappingError { place: place.into(), message: message.into() });
    }

    /// A section that cannot be read is one mistake, and is read as empty so that the others are found too.
    pub(super) fn section<T: Default + DeserializeOwned>(&mut self, all: &mut toml::Table, name: &str) -> T {
        match all.remove(name).map(toml::Value::try_into) {
            None => T::default(),
            Some(Ok(section)) => section,
            Some(Err(e)) => {
                self.wrong(name, e.message().replace('\n', " "));
                T::default()
            }
        }
    }

    pub(super) fn choice<T>(
        &mut self,
        place: &str,
        given: Option<&str>,
        by_name: fn(&str) -> Option<T>,
        names: &str,
    ) -> Option<T> {
        let given = given?;
        let found = by_name(given);
        if found.is_none() {
            self.wrong(place, format!("{given:?} is no choice: say one of {names}"));
        }
        found
    }
}

pub(super) fn delimiter(reader: &mut Reader, given: Option<&str>) -> u8 {
    match given.unwrap_or(",").as_bytes() {
        [one] if one.is_ascii() && !one.is_ascii_alphanumeric() && !b"\"\r\n".contains(one) => *one,
        _ => {
            reader.wrong("input.delimiter", "say one character, such as \",\", \";\" or \"\\t\"");
            b','
        }
    }
}

pub(super) fn offset(reader: &mut Reader, given: Option<&str>) -> FixedOffset {
    let given = given.unwrap_or("+07:00");
    given.parse().unwrap_or_else(|_| {
        reader.wrong("input.time_zone", format!("{given:?} is no offset: write such as \"+07:00\""));
        hanoi()
    })
}

pub(super) fn columns_of(reader: &mut Reader, given: BTreeMap<String, String>) -> BTreeMap<Column, String> {
    let mut columns = BTreeMap::new();
    for (name, header) in given {
        match Column::by_name(&name) {
            Some(_) if tidy(&header).is_empty() => {
                reader.wrong(format!("columns.{name}"), "name the column, or remove the line")
            }
            Some(column) => {
                columns.insert(column, tidy(&header));
            }
            None => reader.wrong(format!("columns.{name}"), format!("no such column: there are {}", Column::names())),
        }
    }
    columns
}

pub(super) fn statuses_of(reader: &mut Reader, given: BTreeMap<String, toml::Value>) -> HashMap<String, Status> {
    let mut statuses = HashMap::new();
    for (text, value) in given {
        let meaning = match &value {
            toml::Value::Integer(code) => Status::by_national_code(*code),
            toml::Value::String(name) => Status::by_name(name),
            _ => None,
        };
        match meaning {
            Some(status) => {
                statuses.insert(tidy(&text), status);
            }
            None => {
                let message =
                    format!("{value} is no status: say a national code 1 to 10, or one of {}", Status::names());
                reader.wrong(format!("statuses.{text:?}"), message);
            }
        }
    }
    statuses
}
