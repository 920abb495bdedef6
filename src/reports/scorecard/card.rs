//! The card: read from a file, and refused whole if one line of it makes no sense.

use serde::Deserialize;

use crate::{domain::measure::Measure, reports::Lang};

/// The card that is shipped with the program.
const SHIPPED: &str = include_str!("../../../scorecards/766.toml");
/// The largest card, in bytes.
pub const MAX_BYTES: usize = 64 << 10;
/// The most lines of a kind.
const MAX_LINES: usize = 50;
/// The longest text on a card, in characters.
const MAX_TEXT: usize = 300;
/// What stands for the count in [`Indicator::gain`].
pub(super) const NUMBER: char = '#';
/// All points there are, in hundredths.
const ALL_POINTS: i64 = 10_000;

/// A text in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Both {
    /// In that language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// A line that figures can fill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Indicator {
    /// Its name in JSON and CSV, unique on the card.
    pub name: String,
    /// What people call it.
    pub title: Both,
    /// What would have to happen for more points; `#` stands for how many.
    pub gain: Both,
    /// Hundredths of a point, positive.
    pub weight: i64,
    /// What is counted: the sum of these.
    pub part: Vec<Measure>,
    /// Of what: the sum of these.
    pub of: Vec<Measure>,
    /// Hundredths of a percent up to which there are no points.
    pub zero_at: i64,
    /// Hundredths of a percent from which there are all, at most 100,00 and above `zero_at`.
    pub full_at: i64,
}

/// A line that figures cannot fill.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotMeasured {
    /// What people call it.
    pub title: Both,
    /// Why not.
    pub why: Both,
    /// Hundredths of a point, positive.
    pub weight: i64,
}

/// Indicators with weights and thresholds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// Its name.
    pub id: String,
    /// Changes whenever the card does.
    pub version: String,
    /// Above the score.
    pub title: Both,
    /// Printed with every score: how far the card itself can be relied on.
    pub mark: Option<Both>,
    /// What is measured.
    pub indicators: Vec<Indicator>,
    /// What is not.
    pub not_measured: Vec<NotMeasured>,
}

/// Why a card is not used: what is wrong on it, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the scorecard makes no sense: {0}; compare it with scorecards/766.toml")]
pub struct CardError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    version: String,
    title: Both,
    mark: Option<Both>,
    #[serde(default)]
    indicator: Vec<WrittenIndicator>,
    #[serde(default)]
    not_measured: Vec<NotMeasured>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIndicator {
    name: String,
    title: Both,
    gain: Both,
    weight: i64,
    part: Vec<String>,
    of: Vec<String>,
    zero_at: i64,
    full_at: i64,
}

impl Card {
    /// The card in the manner of decision 766/QĐ-TTg.
    ///
    /// # Errors
    /// Never seen: a test reads it.
    pub fn shipped() -> Result<Card, CardError> {
        Card::read(SHIPPED)
    }

    /// Reads a card. Weights of everything, measured or not, are at most a hundred points.
    ///
    /// # Errors
    /// [`CardError`] names the first line that makes no sense.
    pub fn read(text: &str) -> Result<Card, CardError> {
        if text.len() > MAX_BYTES {
            return Err(CardError(format!("it has more than {MAX_BYTES} bytes")));
        }
        let written: Written = toml::from_str(text).map_err(|e| CardError(place(text, &e)))?;
        let Written { id, version, title, mark, indicator, not_measured } = written;
        if indicator.is_empty() || indicator.len().max(not_measured.len()) > MAX_LINES {
            return Err(CardError(format!("it needs 1 to {MAX_LINES} indicators")));
        }
        let mut indicators: Vec<Indicator> = Vec::with_capacity(indicator.len());
        for line in indicator {
            let line = read_indicator(line)?;
            if indicators.iter().any(|other| other.name == line.name) {
                return Err(CardError(format!("two indicators are called {}", line.name)));
            }
            indicators.push(line);
        }
        for line in &not_measured {
            weight(&line.title.en, line.weight)?;
        }
        let weights = indicators.iter().map(|i| i.weight).chain(not_measured.iter().map(|n| n.weight));
        if weights.sum::<i64>() > ALL_POINTS {
            return Err(CardError("its weights are more than 10000 hundredths of a point together".to_owned()));
        }
        let card = Card { id, version, title, mark, indicators, not_measured };
        let wrong = |text: &&str| text.is_empty() || text.chars().count() > MAX_TEXT;
        if let Some(text) = card.texts().find(wrong) {
            let start: String = text.chars().take(40).collect();
            return Err(CardError(format!("the text '{start}' is empty or longer than {MAX_TEXT} characters")));
        }
        Ok(card)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let lines = self.indicators.iter().flat_map(|i| [&i.title, &i.gain]);
        let others = self.not_measured.iter().flat_map(|n| [&n.title, &n.why]);
        let both = lines.chain(others).chain([&self.title]).chain(&self.mark);
        let names = self.indicators.iter().map(|i| i.name.as_str()).chain([self.id.as_str(), self.version.as_str()]);
        both.flat_map(|both| [both.vi.as_str(), both.en.as_str()]).chain(names)
    }
}

/// What TOML says is wrong, on one line.
fn place(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
    format!("{}{}", line.unwrap_or_default(), error.message().replace('\n', " "))
}

fn weight(name: &str, weight: i64) -> Result<(), CardError> {
    if (1..=ALL_POINTS).contains(&weight) {
        return Ok(());
    }
    let name: String = name.chars().take(40).collect();
    Err(CardError(format!("the weight of {name} is {weight}: write 1 to {ALL_POINTS} hundredths of a point")))
}

fn read_indicator(line: WrittenIndicator) -> Result<Indicator, CardError> {
    let name: String = line.name.chars().take(40).collect();
    weight(&name, line.weight)?;
    if !(0 <= line.zero_at && line.zero_at < line.full_at && line.full_at <= 10_000) {
        let (zero, full) = (line.zero_at, line.full_at);
        return Err(CardError(format!(
            "the thresholds of {name} are {zero} and {full}: write 0 to 10000, the lower first"
        )));
    }
    if !line.gain.vi.contains(NUMBER) || !line.gain.en.contains(NUMBER) {
        return Err(CardError(format!("the gain of {name} has no {NUMBER} for how many")));
    }
    let measures = |names: &[String]| {
        let unknown =
            |n: &String| CardError(format!("'{}' of {name} is not a measure", n.chars().take(40).collect::<String>()));
        let read: Result<Vec<Measure>, CardError> =
            names.iter().map(|n| Measure::by_name(n).ok_or_else(|| unknown(n))).collect();
        read.and_then(|read| match read.len() {
            1..=20 => Ok(read),
            _ => Err(CardError(format!("{name} needs 1 to 20 measures in part and of"))),
        })
    };
    Ok(Indicator {
        part: measures(&line.part)?,
        of: measures(&line.of)?,
        name: line.name,
        title: line.title,
        gain: line.gain,
        weight: line.weight,
        zero_at: line.zero_at,
        full_at: line.full_at,
    })
}
