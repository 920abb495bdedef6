//! The templates the program comes with. A file replaces any of them.

use super::{Mistake, Template};

/// The names of the templates shipped, the first of them the one that is used where none is named.
pub const NAMES: [&str; 2] = ["II.06", "II.06-folded"];

/// The file of a template shipped, to begin another one from.
pub fn text_of(name: &str) -> Option<&'static str> {
    match name {
        "II.06" => Some(include_str!("../../../forms/II.06.toml")),
        "II.06-folded" => Some(include_str!("../../../forms/II.06-folded.toml")),
        _ => None,
    }
}

/// A template shipped; `None` for another name.
pub fn shipped(name: &str) -> Option<Result<Template, Vec<Mistake>>> {
    text_of(name).map(Template::read)
}
