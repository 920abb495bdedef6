//! `motcua form`, and the form a report is printed in.

use std::{fs, path::Path};

use super::{
    Failure,
    args::{FormCommand, RegistryImportArgs},
    connect,
    out::say,
};
use crate::{
    domain::forms::is_name,
    reports::form::{Mistake, NAMES, Template, shipped, text_of},
    wire::{link::Link, pb::v1 as pb},
};

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

/// Which form was asked for.
pub(super) enum Choice {
    /// That in a file.
    File(Box<Template>),
    /// That of a name, which the node may know another way than this program.
    Name(String),
}

impl Choice {
    /// Reads a file at once; a name waits for a node.
    ///
    /// # Errors
    /// Wrong usage, with every mistake of the file.
    pub(super) fn of(text: &str) -> Result<Choice, Failure> {
        if is_name(text) && !Path::new(text).is_file() {
            return Ok(Choice::Name(text.to_owned()));
        }
        if !Path::new(text).exists() {
            return Err(Failure::usage(unknown(text)));
        }
        let template = read(Path::new(text)).map_err(|problem| match problem {
            Problem::File(message) | Problem::Mistakes(message) => Failure::usage(message),
        })?;
        Ok(Choice::File(Box::new(template)))
    }

    /// The form: that of the file, or the node's of that name. A node that is too old to have forms leaves the choice to this program.
    ///
    /// # Errors
    /// Wrong usage for a name nobody knows, and what the node says.
    pub(super) async fn template(self, link: Link) -> Result<Template, Failure> {
        let name = match self {
            Choice::File(template) => return Ok(*template),
            Choice::Name(name) => name,
        };
        let forms = match connect::registry(link).get_forms(pb::GetFormsRequest {}).await {
            Ok(answer) => answer.into_inner().forms,
            Err(status) if status.code() == tonic::Code::Unimplemented => return named(&name),
            Err(status) => return Err(Failure::status(&status)),
        };
        let Some(form) = forms.iter().find(|form| form.name == name) else {
            let names: Vec<&str> = forms.iter().map(|form| form.name.as_str()).collect();
            let message =
                format!("the node has no form '{name}': write one of {}, or the path of a file", names.join(", "));
            return Err(Failure::usage(message));
        };
        Template::read(&form.text).map_err(|all| {
            let message = format!(
                "the node's form {name} is none this program understands: {}; update it, or name a file",
                list(&all)
            );
            Failure::could_not(message)
        })
    }
}

/// Puts the form of a file among those the top of the tree decided on, in the place of one of the same name.
pub(super) async fn import(args: &RegistryImportArgs) -> Result<(), Failure> {
    let file = &args.file;
    let problem = |problem| match problem {
        Problem::File(message) => Failure::could_not(message),
        Problem::Mistakes(message) => Failure::no(format!("{message}\nnothing was imported")),
    };
    let template = read(file).map_err(problem)?;
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::could_not(format!("cannot read {}: {error}", file.display())))?;
    let mut client = connect::registry(connect::channel(&args.node).await?);
    let known = client.get_forms(pb::GetFormsRequest {}).await.map_err(|s| Failure::status(&s))?.into_inner();
    let kept = known.forms.into_iter().filter(|form| known.imported.contains(&form.name) && form.name != template.id);
    let new = pb::FormFile { name: template.id.clone(), text };
    let forms: Vec<pb::FormFile> = kept.chain([new]).collect();
    let part = pb::RegistryPart { kind: pb::RegistryPartKind::Forms.into(), forms, ..pb::RegistryPart::default() };
    let request = pb::ImportRegistryRequest { part: Some(part) };
    let answer = client.import_registry(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    say!(
        "form {} version {}, {} forms, registry version {}",
        template.id,
        template.version,
        answer.rows,
        answer.version
    );
    Ok(())
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
