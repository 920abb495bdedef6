//! What a reader should know beside the figures, as codes with arguments: each language puts them into words.

use std::{convert::Infallible, fmt, str::FromStr};

use chrono::NaiveDate;

use crate::domain::{measure::Measure, time::parse_date, units::UnitId};

/// Why the stock a unit ended one atom with is not the stock it began the next with.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// It was expected before, and its figures were not there.
    MissingBefore,
    /// It is expected, and its figures are not there from here on.
    MissingAfter,
    /// It was not expected before.
    Joined,
    /// It is not expected from here on.
    Left,
    /// Units below it came or went.
    Below,
    /// One of the two documents was amended and the other not yet.
    Amended,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Cause; 6] =
        [Cause::MissingBefore, Cause::MissingAfter, Cause::Joined, Cause::Left, Cause::Below, Cause::Amended];

    /// The name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::MissingBefore => "missing-before",
            Cause::MissingAfter => "missing-after",
            Cause::Joined => "joined",
            Cause::Left => "left",
            Cause::Below => "below",
            Cause::Amended => "amended",
        }
    }
}

/// One thing to know. `Display` gives `CODE arg=value …` and reads back equal; what this release does not know reads as
/// [`Note::Other`] and is shown as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// Something came in since the atom was published; it waits for the next amendment.
    ChangedSince {
        /// First day of the atom.
        atom: NaiveDate,
        /// First day after it.
        until: NaiveDate,
    },
    /// Dossiers that were handed over across the edge of these figures, or are still on the way.
    Transfers {
        /// Handed out; the other side is not in the figures.
        out: usize,
        /// Taken in; the other side is not in the figures.
        r#in: usize,
    },
    /// A unit's opening stock is not its closing stock of the atom before.
    Continuity {
        /// The unit: the reporting one for its own figures, or one directly below.
        unit: UnitId,
        /// First day of the later atom.
        at: NaiveDate,
        /// Opening less closing.
        difference: i64,
        /// Why.
        cause: Cause,
        /// The unit's name.
        name: String,
    },
    /// In less out of the total, where breaks in continuity do not explain it.
    Unbalanced {
        /// In less out.
        difference: i64,
    },
    /// A measure some of the documents do not have: the figure is too low.
    Absent {
        /// Which.
        measure: Measure,
    },
    /// The period is not yet over.
    NotOver {
        /// The last day that is in the figures, perhaps not to its end.
        through: NaiveDate,
    },
    /// The books begin inside the period.
    BooksBegin {
        /// First day that is in the figures.
        from: NaiveDate,
    },
    /// The figures of a unit were entered by a person as a whole: its dossiers are not booked.
    EnteredByHand {
        /// Which unit.
        unit: UnitId,
        /// Names of the persons; may be empty.
        by: String,
        /// The unit's name.
        name: String,
    },
    /// What was entered for a longer or another period counts on its last day, because how it lies inside is not known.
    EnteredAcross {
        /// Which unit.
        unit: UnitId,
        /// First day of the period it was entered for.
        start: NaiveDate,
        /// First day after it.
        end: NaiveDate,
        /// The unit's name.
        name: String,
    },
    /// More units with figures entered by hand than are named.
    EnteredByMore {
        /// How many.
        units: usize,
        /// How many of them were entered for another period than this one lies over.
        across: usize,
    },
    /// From a later release.
    Other(String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::ChangedSince { atom, until } => write!(f, "CHANGED_SINCE atom={atom} until={until}"),
            Note::Transfers { out, r#in } => write!(f, "TRANSFERS out={out} in={in}"),
            // the name comes last because it may have blanks
            Note::Continuity { unit, at, difference, cause, name } => {
                write!(f, "CONTINUITY unit={unit} at={at} difference={difference} cause={} name={name}", cause.name())
            }
            Note::Unbalanced { difference } => write!(f, "UNBALANCED difference={difference}"),
            Note::Absent { measure } => write!(f, "ABSENT measure={}", measure.name()),
            Note::NotOver { through } => write!(f, "NOT_OVER through={through}"),
            Note::BooksBegin { from } => write!(f, "BOOKS_BEGIN from={from}"),
            Note::EnteredByHand { unit, by, name } if by.is_empty() => {
                write!(f, "ENTERED_BY_HAND unit={unit} name={name}")
            }
            // the person's name comes last of all, for the same reason
            Note::EnteredByHand { unit, by, name } => write!(f, "ENTERED_BY_HAND unit={unit} name={name} by={by}"),
            Note::EnteredAcross { unit, start, end, name } => {
                write!(f, "ENTERED_ACROSS unit={unit} start={start} end={end} name={name}")
            }
            Note::EnteredByMore { units, across } => write!(f, "ENTERED_BY_MORE units={units} across={across}"),
            Note::Other(text) => f.write_str(text),
        }
    }
}

impl FromStr for Note {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Note, Infallible> {
        Ok(read(text).unwrap_or_else(|| Note::Other(text.to_owned())))
    }
}

fn read(text: &str) -> Option<Note> {
    let (code, rest) = text.split_once(' ')?;
    let (rest, name) = match rest.split_once(" name=") {
        Some((rest, name)) => (rest, Some(name)),
        None => (rest, None),
    };
    let arg = |name: &str| rest.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let date = |name| parse_date(arg(name)?);
    let note = match code {
        "CHANGED_SINCE" => Note::ChangedSince { atom: date("atom")?, until: date("until")? },
        "TRANSFERS" => Note::Transfers { out: arg("out")?.parse().ok()?, r#in: arg("in")?.parse().ok()? },
        "CONTINUITY" => Note::Continuity {
            unit: UnitId::parse(arg("unit")?).ok()?,
            at: date("at")?,
            difference: arg("difference")?.parse().ok()?,
            cause: Cause::ALL.into_iter().find(|c| Some(c.name()) == arg("cause"))?,
            name: name?.to_owned(),
        },
        "UNBALANCED" => Note::Unbalanced { difference: arg("difference")?.parse().ok()? },
        "ABSENT" => Note::Absent { measure: Measure::by_name(arg("measure")?)? },
        "NOT_OVER" => Note::NotOver { through: date("through")? },
        "BOOKS_BEGIN" => Note::BooksBegin { from: date("from")? },
        "ENTERED_BY_HAND" => {
            let (name, by) = name?.rsplit_once(" by=").unwrap_or((name?, ""));
            Note::EnteredByHand { unit: UnitId::parse(arg("unit")?).ok()?, by: by.to_owned(), name: name.to_owned() }
        }
        "ENTERED_ACROSS" => Note::EnteredAcross {
            unit: UnitId::parse(arg("unit")?).ok()?,
            start: date("start")?,
            end: date("end")?,
            name: name?.to_owned(),
        },
        "ENTERED_BY_MORE" => {
            Note::EnteredByMore { units: arg("units")?.parse().ok()?, across: arg("across")?.parse().ok()? }
        }
        _ => return None,
    };
    // arguments a later release added must not get lost
    (note.to_string() == text).then_some(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back_and_unknown_ones_stay_as_they_are() {
        for text in [
            "CHANGED_SINCE atom=2018-01-15 until=2018-02-01",
            "TRANSFERS out=3 in=0",
            "CONTINUITY unit=07090@2020-01-01 at=2018-02-01 difference=-4 cause=missing-before name=Xã Nguyễn Huệ (cũ)",
            "UNBALANCED difference=12",
            "ABSENT measure=delivered",
            "NOT_OVER through=2018-02-14",
            "BOOKS_BEGIN from=2018-02-01",
            "ENTERED_BY_HAND unit=07099@2018-01-01 name=Xã Bình Khê",
            "ENTERED_BY_HAND unit=07099 name=Xã Bình Khê by=Lò Thị Mai, Vàng A Páo",
            "ENTERED_ACROSS unit=07099 start=2018-01-15 end=2018-02-15 name=Xã Bình Khê",
            "ENTERED_BY_MORE units=12 across=3",
        ] {
            let note: Note = text.parse().unwrap();
            assert_eq!(note.to_string(), text);
            assert!(!matches!(note, Note::Other(_)), "{text}");
        }
        for text in [
            "",
            "HELLO",
            "SOLAR_FLARE at=1",
            "ABSENT measure=drones",
            "TRANSFERS out=x in=0",
            "NOT_OVER through=2018-02-14 new=1",
        ] {
            assert_eq!(text.parse(), Ok(Note::Other(text.to_owned())));
        }
    }
}
