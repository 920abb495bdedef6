//! `motcua form`, and the form a report is printed in.

use std::{fs, path::Path};

use super::{Failure, args::FormCommand, out::say};
use crate::reports::form::{Mistake, NAMES, Template, shipped, text_of};

/// `motcua form`
pub(super) fn form(command: &FormCommand) -> Result<(), Failure> {
    match command {
        FormCommand::List => {
            for name in NAMES {
                let template = named(name)?;
                say!("{name} (version {}): {}", template.version, template.title.vi);
            }
            Ok(())
        }
        FormCommand::Show { name } => {
            let text = text_of(name).ok_or_else(|| Failure::no(unknown(name)))?;
            say!("{}", text.trim_end());
            Ok(())
        }
        FormCommand::Check { file } => {
            let template = read(file).map_err(|problem| match problem {
                Problem::File(message) => Failure::could_not(message),
                Problem::Mistakes(message) => Failure::no(message),
            })?;
            say!("{}: {}, version {}, is a form", file.display(), template.id, template.version);
            Ok(())
        }
    }
}

/// The form of that name, or in that file.
///
/// # Errors
/// Wrong usage, with every mistake of the file.
pub(super) fn find(name: &str) -> Result<Template, Failure> {
    if NAMES.contains(&name) {
        return named(name);
    }
    if !Path::new(name).exists() {
        return Err(Failure::usage(unknown(name)));
    }
    read(Path::new(name)).map_err(|problem| match problem {
        Problem::File(message) | Problem::Mistakes(message) => Failure::usage(message),
    })
}

fn named(name: &str) -> Result<Template, Failure> {
    let template = shipped(name).ok_or_else(|| Failure::usage(unknown(name)))?;
    template.map_err(|all| Failure::could_not(format!("the form {name} of this program is wrong: {}", list(&all))))
}

fn unknown(name: &str) -> String {
    format!("'{name}' is neither a form nor a file: write one of {}, or the path of a form's file", NAMES.join(", "))
}

enum Problem {
    File(String),
    Mistakes(String),
}

fn read(file: &Path) -> Result<Template, Problem> {
    let text = fs::read_to_string(file)
        .map_err(|error| Problem::File(format!("{} cannot be read: {error}; name a file of a form", file.display())))?;
    Template::read(&text).map_err(|all| Problem::Mistakes(format!("{} is not a form: {}", file.display(), list(&all))))
}

/// One mistake in the same line, several in lines of their own.
fn list(mistakes: &[Mistake]) -> String {
    match mistakes {
        [only] => only.to_string(),
        all => {
            let lines: String = all.iter().map(|mistake| format!("\n  {mistake}")).collect();
            format!("{} mistakes{lines}", all.len())
        }
    }
}
