//! What is wrong with a node, and what to do. Looking and judging are kept apart: [`facts`] is what was found, [`judge`] what it means.

pub mod facts;
mod gaps;
pub mod judge;
pub mod look;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

/// How bad it is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and will not for ever.
    Warn,
    /// Something that has to be seen to.
    Bad,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Bad => "bad",
        })
    }
}

/// One line of what the doctor says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub verdict: Verdict,
    /// What was looked at.
    pub what: &'static str,
    /// What was found.
    pub detail: String,
    /// What to do; empty where nothing is to be done.
    pub remedy: String,
}

impl Finding {
    fn ok(what: &'static str, detail: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Ok, what, detail: detail.into(), remedy: String::new() }
    }

    fn warn(what: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Warn, what, detail: detail.into(), remedy: remedy.into() }
    }

    fn bad(what: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Bad, what, detail: detail.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<5} {:<15} {}", self.verdict.to_string(), self.what, self.detail)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "  → {}", self.remedy) }
    }
}
