//! A template as it stands in its file: shapes and types only, nothing is looked up yet.

use serde::Deserialize;

use super::{check::Mistake, template::Words};
use crate::domain::forms::MAX_TEXT;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub id: String,
    pub version: u32,
    pub name: Option<Words>,
    pub title: Words,
    pub issued: Option<Words>,
    pub receiver: Option<Words>,
    pub unit: Words,
    #[serde(default)]
    pub breakdown: Vec<Place>,
    #[serde(default)]
    pub section: Vec<Section>,
    #[serde(default)]
    pub group: Vec<Group>,
    #[serde(default)]
    pub column: Vec<Column>,
    pub balance: Option<Balance>,
    #[serde(default)]
    pub note: Vec<Words>,
    pub signatures: Signatures,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub by: String,
    pub number: Option<Words>,
    pub title: Option<Words>,
    pub item: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub by: String,
    pub mark: String,
    pub vi: String,
    pub en: String,
    pub levels: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub id: String,
    #[serde(rename = "in")]
    pub above: Option<String>,
    pub vi: String,
    pub en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub number: String,
    #[serde(rename = "in")]
    pub group: Option<String>,
    pub vi: String,
    pub en: String,
    pub sum: Option<Vec<String>>,
    pub columns: Option<Vec<String>>,
    pub share: Option<Share>,
    pub is: Option<String>,
    #[serde(default)]
    pub year: bool,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub of_which: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    pub of: Vec<String>,
    pub over: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Balance {
    #[serde(rename = "in")]
    pub comes: Vec<String>,
    #[serde(rename = "out")]
    pub goes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signatures {
    pub left: Words,
    pub right: Words,
}

/// Reads the shapes.
pub(super) fn read(text: &str) -> Result<Form, Mistake> {
    if text.len() > MAX_TEXT {
        return Err(Mistake::TooLong { bytes: text.len(), most: MAX_TEXT });
    }
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        Mistake::Syntax { line, message: error.message().lines().collect::<Vec<_>>().join("; ") }
    })
}
