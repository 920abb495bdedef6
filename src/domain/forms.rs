//! Forms the top of the tree decided on, as the texts of their templates. What they say is none of the books' business: whoever prints a
//! report reads them.

use std::collections::BTreeMap;

/// The most forms a registry has.
pub const MAX_FORMS: usize = 32;
/// The most bytes of a form's text.
pub const MAX_TEXT: usize = 64 * 1024;
/// The most bytes of a form's name.
pub const MAX_NAME: usize = 40;

/// Texts of templates by name.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Forms(BTreeMap<String, String>);

impl Forms {
    /// The last of two with the same name stays.
    pub fn new(all: impl IntoIterator<Item = (String, String)>) -> Forms {
        Forms(all.into_iter().collect())
    }

    /// The text of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Name and text of each, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether a form may bear that name: 1 to 40 ASCII letters, digits, points, hyphens or underscores.
pub fn is_name(name: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=MAX_NAME).contains(&name.len()) && name.chars().all(sign)
}
