//! `motcua entry`

use std::{
    io::{IsTerminal, Read},
    path::Path,
};

use super::{Failure, args::EntryArgs, connect, out::say};
use crate::{
    desk::form::{self, MAX_FORM},
    domain::{
        entered::{Form, Item},
        periods::Period,
    },
    reports::{
        Lang,
        entry::{Phrases, blank, phrases},
    },
    wire::{
        entered::fault_from_pb,
        pb::v1::{self as pb, EntryOutcome},
    },
};

pub(super) async fn run(args: &EntryArgs) -> Result<(), Failure> {
    let lang: Lang = args.lang.into();
    if args.blank {
        let periods: Vec<&str> = args.periods.iter().map(String::as_str).collect();
        let columns = if periods.is_empty() { vec![phrases(lang).value] } else { periods };
        let text = blank(&columns, lang).map_err(Failure::could_not)?;
        say!("{}", text.trim_end());
        return Ok(());
    }
    if args.withdraw {
        return withdraw(args).await;
    }
    let (forms, source) = forms(args)?;
    let request = pb::EnterFiguresRequest {
        unit: args.unit.clone().unwrap_or_default(),
        forms: forms.iter().map(form_to_pb).collect(),
        source,
        dry_run: args.dry_run,
    };
    let mut client = connect::period(connect::channel(&args.node).await?);
    let answer = client.enter_figures(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    told(&answer, args.dry_run, phrases(lang))
}

async fn withdraw(args: &EntryArgs) -> Result<(), Failure> {
    let mut client = connect::period(connect::channel(&args.node).await?);
    for period in &args.periods {
        let unit = args.unit.clone().unwrap_or_default();
        let request = pb::WithdrawFiguresRequest { unit, period: period.clone() };
        client.withdraw_figures(request).await.map_err(|s| Failure::status(&s))?;
        say!("{period}: {}", phrases(args.lang.into()).withdrawn);
    }
    Ok(())
}

fn told(answer: &pb::EnterFiguresResponse, dry_run: bool, phrases: &Phrases) -> Result<(), Failure> {
    for fault in &answer.faults {
        match fault_from_pb(fault) {
            Some(known) => say!("{}", (phrases.fault)(&known)),
            // a rule of a later release
            None => say!("{}: {} {} / {}", fault.period, fault.rule, fault.stated, fault.computed),
        }
    }
    if !answer.faults.is_empty() {
        return Err(Failure::no((phrases.refused)(answer.faults.len())));
    }
    for outcome in &answer.outcomes {
        let what = match outcome.outcome() {
            EntryOutcome::Replaced => phrases.replaced,
            EntryOutcome::Already => phrases.already,
            EntryOutcome::Recorded | EntryOutcome::Unspecified => phrases.recorded,
        };
        let late = if outcome.late { format!("; {}", phrases.late) } else { String::new() };
        let would = if dry_run { format!(" ({})", phrases.would) } else { String::new() };
        say!("{}: {what}{late}{would}", outcome.period);
    }
    Ok(())
}

/// What is to be entered, and the digest of the file it comes from.
fn forms(args: &EntryArgs) -> Result<(Vec<Form>, String), Failure> {
    let periods: Vec<Period> =
        args.periods.iter().map(|id| Period::parse(id)).collect::<Result<_, _>>().map_err(Failure::usage)?;
    let (mut forms, mut source) = (Vec::new(), String::new());
    if let Some(file) = &args.file {
        let bytes = read(file)?;
        forms = form::read(&bytes, &periods).map_err(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(|m| format!("  {m}")).collect();
            Failure::usage(format!("the form {} cannot be read:\n{}", file.display(), lines.join("\n")))
        })?;
        source = blake3::hash(&bytes).to_hex().to_string();
    }
    if !args.set.is_empty() {
        let [period] = periods.as_slice() else {
            return Err(Failure::usage("figures given with --set are of one period: give one --period"));
        };
        if !forms.iter().any(|form| form.period == *period) {
            forms.push(Form { period: period.clone(), stated: Default::default() });
        }
        let stated = forms.iter_mut().filter(|form| form.period == *period).map(|form| &mut form.stated);
        for stated in stated {
            stated.extend(args.set.iter().filter_map(|(name, n)| Some((Item::by_name(name)?.name(), *n))));
        }
    }
    Ok((forms, source))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |e: std::io::Error| Failure::could_not(format!("cannot read the form {}: {e}", file.display()));
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_FORM).unwrap_or(u64::MAX).saturating_add(1);
    if file == Path::new("-") {
        if std::io::stdin().is_terminal() {
            return Err(Failure::usage("`-` reads the form from standard input: send it a file"));
        }
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(file).map_err(failed)?.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(bytes)
}

fn form_to_pb(form: &Form) -> pb::EnteredForm {
    let figures = form.stated.iter().map(|(name, value)| pb::EnteredFigure { name: (*name).to_owned(), value: *value });
    pb::EnteredForm { period: form.period.id.clone(), figures: figures.collect() }
}
