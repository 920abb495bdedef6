//! `motcua check`

use std::{
    fs::File,
    io::{self, Read},
};

use super::{
    Failure,
    args::{CheckArgs, CheckFormatArg},
    connect,
    out::say,
};
use crate::{
    check::{BYTES, Form, Input, check as examine},
    reports::{Lang, check as render},
    wire::{check::form_to_pb, pb::v1 as pb},
};

/// `motcua check`
pub(super) async fn check(args: &CheckArgs) -> Result<(), Failure> {
    let bytes = read(&args.file)?;
    let name = if args.file == "-" { "" } else { args.file.as_str() };
    let (form, lang) = (args.form.map(Form::from), Lang::from(args.lang));
    let (wrong, text) = match args.remote() {
        None => {
            let outcome = examine(Input { bytes: &bytes, name, form }).map_err(Failure::usage)?;
            let text = match args.format {
                CheckFormatArg::Text => render::text(&outcome, lang),
                CheckFormatArg::Json => render::json(&outcome, lang).map_err(Failure::could_not)?,
            };
            (outcome.wrong(), text)
        }
        Some(node) => {
            let mut client = connect::report(connect::channel(&node).await?);
            let request = pb::CheckReportRequest {
                content: bytes,
                name: name.to_owned(),
                form: form_to_pb(form).into(),
                lang: lang.name().to_owned(),
            };
            let answer = client.check_report(request).await.map_err(|s| Failure::status(&s))?.into_inner();
            let text = if args.format == CheckFormatArg::Text { answer.text } else { answer.json };
            (answer.wrong, text)
        }
    };
    say!("{}", text.trim_end());
    if wrong { Err(Failure::no("the report does not add up: see the findings above")) } else { Ok(()) }
}

/// The input, and no more of it than is checked.
fn read(file: &str) -> Result<Vec<u8>, Failure> {
    let cannot = |e: io::Error| Failure::usage(format!("cannot read {file}: {e}"));
    let limit = u64::try_from(BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    if file == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        File::open(file).and_then(|f| f.take(limit).read_to_end(&mut bytes)).map_err(cannot)?;
    }
    Ok(bytes)
}
