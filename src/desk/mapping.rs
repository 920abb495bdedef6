//! `MAPPING.toml`: how the columns, texts and times of one source are to be read.
//!
//! ```toml
//! source = "one-stop-software"        # part of every event's id: keep it for ever
//! [input]
//! kind = "dossiers"                   # or "events"
//! delimiter = ","
//! time_zone = "+07:00"                # of times without an offset
//! time_formats = ["%d/%m/%Y %H:%M"]   # beside 2018-02-14T15:00 and RFC 3339
//! [columns]
//! dossier = "Số hồ sơ"
//! received_at = "Ngày tiếp nhận"
//! [channels]
//! "Trực tuyến" = "online"             # direct, online, online_full, postal, skip
//! [statuses]
//! "Đã xử lý xong" = 9                 # a national code 1 to 10, or a name
//! [defaults]
//! due = "day"                         # or "instant"
//! [rules]
//! on_bad_row = "leave_out_event"      # leave_out_row, stop
//! ```

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::{
    cells::TimeReader,
    choices::{ChannelRule, Column, DueBy, InputKind, OnBadRow, Status},
    sections::{Defaults, Input, Reader, Rules, columns_of, delimiter, offset, statuses_of},
};
use crate::wire::scalar::MAX_TEXT;

/// One mistake in a mapping.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct MappingError {
    /// Section and key, such as `columns.dossier`.
    pub place: String,
    /// What to do.
    pub message: String,
}

/// A mapping without mistakes: every choice is known, every column that is needed is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapping {
    /// Name of the source; part of every event's id.
    pub source: String,
    /// What a row is.
    pub kind: InputKind,
    /// Between the cells.
    pub delimiter: u8,
    /// How times are written.
    pub times: TimeReader,
    /// Header by column.
    pub columns: BTreeMap<Column, String>,
    /// Meaning of a channel text.
    pub channels: HashMap<String, ChannelRule>,
    /// Meaning of a status or kind.
    pub statuses: HashMap<String, Status>,
    /// Procedure where the cell is empty.
    pub procedure: String,
    /// Agency where the cell is empty.
    pub agency: String,
    /// Unit where the cell is empty; empty for the node's own.
    pub unit: String,
    /// Channel where the cell is empty.
    pub channel: Option<ChannelRule>,
    /// Channel of delivery where the cell is empty.
    pub delivered_channel: Option<ChannelRule>,
    /// How exact a promise is.
    pub due: DueBy,
    /// What happens to a row with a mistake.
    pub on_bad_row: OnBadRow,
}

/// What a dossier cannot be, only undergo.
const ONLY_EVENTS: [Status; 4] =
    [Status::Opening, Status::SupplementReceived, Status::PaymentReceived, Status::Extended];

/// A cell as it is compared and kept: NFC, without blanks around it.
pub fn tidy(cell: &str) -> String {
    cell.trim().nfc().collect()
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Every mistake at once; a text that is not TOML is one mistake. Never an empty list.
    pub fn parse(text: &str) -> Result<Mapping, Vec<MappingError>> {
        let mut reader = Reader::default();
        let mut all: toml::Table = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(0, |s| text.get(..s.start).unwrap_or_default().lines().count().max(1));
            let message = format!("not TOML near line {line}: {}", e.message().replace('\n', " "));
            vec![MappingError { place: "the mapping".into(), message }]
        })?;
        let source: String = reader.section(&mut all, "source");
        let input: Input = reader.section(&mut all, "input");
        let columns: BTreeMap<String, String> = reader.section(&mut all, "columns");
        let channels: BTreeMap<String, String> = reader.section(&mut all, "channels");
        let statuses: BTreeMap<String, toml::Value> = reader.section(&mut all, "statuses");
        let defaults: Defaults = reader.section(&mut all, "defaults");
        let rules: Rules = reader.section(&mut all, "rules");
        for unknown in all.keys() {
            let known = "source, input, columns, channels, statuses, defaults, rules";
            reader.wrong(unknown, format!("no such section: there are {known}"));
        }

        let channel_names = ChannelRule::names();
        let mut channel =
            |place: &str, given: Option<&str>| reader.choice(place, given, ChannelRule::by_name, &channel_names);
        let by_text = |(text, rule): (String, String)| {
            let text = tidy(&text);
            Some((text.clone(), channel(&format!("channels.{text:?}"), Some(&rule))?))
        };
        let channels = channels.into_iter().filter_map(by_text).collect();
        let default_channel = channel("defaults.channel", defaults.channel.as_deref());
        let delivered_channel = channel("defaults.delivered_channel", defaults.delivered_channel.as_deref());
        let kind = input
            .kind
            .as_deref()
            .or(Some(""))
            .and_then(|k| reader.choice("input.kind", Some(k), InputKind::by_name, &InputKind::names()));
        let mapping = Mapping {
            source: tidy(&source),
            kind: kind.unwrap_or(InputKind::Dossiers),
            delimiter: delimiter(&mut reader, input.delimiter.as_deref()),
            times: TimeReader { offset: offset(&mut reader, input.time_zone.as_deref()), formats: input.time_formats },
            columns: columns_of(&mut reader, columns),
            channels,
            statuses: statuses_of(&mut reader, statuses),
            procedure: tidy(&defaults.procedure),
            agency: tidy(&defaults.agency),
            unit: tidy(&defaults.unit),
            channel: default_channel,
            delivered_channel,
            due: reader
                .choice("defaults.due", defaults.due.as_deref(), DueBy::by_name, &DueBy::names())
                .unwrap_or(DueBy::Day),
            on_bad_row: reader
                .choice("rules.on_bad_row", rules.on_bad_row.as_deref(), OnBadRow::by_name, &OnBadRow::names())
                .unwrap_or(OnBadRow::LeaveOutEvent),
        };
        mapping.check(&mut reader, kind.is_some());
        if reader.0.is_empty() { Ok(mapping) } else { Err(reader.0) }
    }

    /// What single values do not show: what is missing, and what belongs to the other kind of file.
    fn check(&self, reader: &mut Reader, kind_is_known: bool) {
        use Column::*;
        if self.source.is_empty() || self.source.len() > MAX_TEXT {
            reader.wrong("source", format!("name the source in 1 to {MAX_TEXT} bytes; it is part of every event's id"));
        }
        for format in self.times.bad_formats() {
            reader
                .wrong("input.time_formats", format!("{format:?} is no time format: write such as \"%d/%m/%Y %H:%M\""));
        }
        if !kind_is_known {
            return;
        }
        let (needed, foreign): (&[Column], &[Column]) = match self.kind {
            InputKind::Dossiers => (&[Dossier, ReceivedAt], &[Kind, OccurredAt, Ordinal]),
            InputKind::Events => {
                let dates = &[ReceivedAt, ClosedAt, DeliveredAt, SupplementRequestedAt, SupplementReceivedAt, Status];
                (&[Dossier, Kind, OccurredAt], dates)
            }
        };
        for column in needed.iter().filter(|c| !self.columns.contains_key(c)) {
            reader.wrong(format!("columns.{}", column.name()), "name the column that holds it");
        }
        for column in foreign.iter().filter(|c| self.columns.contains_key(c)) {
            let message = format!("a file of {} has no such column: remove it", self.kind.name());
            reader.wrong(format!("columns.{}", column.name()), message);
        }
        if self.kind == InputKind::Dossiers {
            let mut events: Vec<_> = self.statuses.iter().filter(|(_, s)| ONLY_EVENTS.contains(s)).collect();
            events.sort();
            for (text, status) in events {
                let message = format!("{} is an event, not where a dossier stands", status.name());
                reader.wrong(format!("statuses.{text:?}"), message);
            }
        }
        let has = |column| self.columns.contains_key(&column);
        if !has(Channel) && self.channel.is_none() {
            reader.wrong("columns.channel", "name the column, or the one channel in defaults.channel");
        }
        if has(DeliveredAt) && !has(DeliveredChannel) && self.delivered_channel.is_none() {
            reader.wrong(
                "columns.delivered_channel",
                "name the column, or the one channel in defaults.delivered_channel",
            );
        }
        if (has(Channel) || has(DeliveredChannel)) && self.channels.is_empty() {
            reader.wrong("channels", "say what each text of the channel column means");
        }
        if has(Status) && self.statuses.is_empty() {
            reader.wrong("statuses", "say what each text of the status column means");
        }
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
