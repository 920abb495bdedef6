//! What can be typed to have a published report checked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{LangArg, NodeArgs};
use crate::check::Form;

#[derive(Args, Debug)]
pub(in crate::cli) struct CheckArgs {
    /// The report: a text, a table (CSV, XLSX) or JSON; `-` reads standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What it is; guessed from its name and content otherwise.
    #[arg(long = "as", value_enum, value_name = "FORM")]
    pub form: Option<FormArg>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = CheckFormatArg::Text)]
    pub format: CheckFormatArg,
    /// Its language.
    #[arg(long, value_enum, default_value_t = LangArg::Vi)]
    pub lang: LangArg,
    /// Let this node check it; the answer is the same.
    #[arg(long, value_name = "URL")]
    pub node: Option<String>,
    /// Who asks the node: a file from `motcua access issue`.
    #[arg(long, value_name = "FILE", env = "MOTCUA_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
    /// Let the node of this directory check it, asked with its own keys.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["node", "credentials"])]
    pub dir: Option<PathBuf>,
}

impl CheckArgs {
    /// The node to ask, if one is named.
    pub(in crate::cli) fn remote(&self) -> Option<NodeArgs> {
        let (node, credentials, dir) = (self.node.clone(), self.credentials.clone(), self.dir.clone());
        (node.is_some() || dir.is_some()).then_some(NodeArgs { node, credentials, dir })
    }
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum FormArg {
    /// Sentences.
    Prose,
    /// A table with commas, semicolons or tabs.
    Csv,
    /// A workbook.
    Xlsx,
    /// Named figures.
    Json,
}

impl From<FormArg> for Form {
    fn from(form: FormArg) -> Form {
        match form {
            FormArg::Prose => Form::Prose,
            FormArg::Csv => Form::Csv,
            FormArg::Xlsx => Form::Xlsx,
            FormArg::Json => Form::Json,
        }
    }
}

#[derive(ValueEnum, Copy, Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) enum CheckFormatArg {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}
