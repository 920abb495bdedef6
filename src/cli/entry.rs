//! `motcua entry`

use std::{
    io::{IsTerminal, Read},
    path::Path,
};

use super::{
    Failure,
    args::{BlankArg, EntryArgs},
    connect,
    out::{self, say},
};
use crate::{
    check::filled::{self, Asked, Filled, MAX_FORM},
    domain::{
        entered::{Form, Item},
        periods::Period,
    },
    reports::{
        Lang,
        entry::{blank, blank_book, findings, mistakes, notices, phrases, refusal},
    },
    wire::{
        entered::fault_from_pb,
        pb::v1::{self as pb, EntryOutcome},
    },
};

pub(super) async fn run(args: &EntryArgs) -> Result<(), Failure> {
    if args.blank {
        return make(args);
    }
    if args.withdraw {
        return withdraw(args).await;
    }
    let lang: Lang = args.lang.into();
    let (filled, source) = forms(args)?;
    let wrong = findings(&filled, lang);
    // What is typed beside a form corrects it, and the node judges what comes of it.
    if !wrong.is_empty() && args.set.is_empty() {
        wrong.iter().for_each(|line| say!("{line}"));
        return Err(Failure::no((phrases(lang).refused)(wrong.len())));
    }
    let request = pb::EnterFiguresRequest {
        unit: args.unit.clone().unwrap_or_default(),
        forms: filled.forms.iter().map(|read| form_to_pb(&read.form)).collect(),
        source,
        dry_run: args.dry_run,
    };
    let mut client = connect::period(connect::channel(&args.node).await?);
    let answer = client.enter_figures(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    told(&answer, &filled, args.dry_run, lang)
}

/// A form to fill in.
fn make(args: &EntryArgs) -> Result<(), Failure> {
    let lang: Lang = args.lang.into();
    let periods: Vec<&str> = args.periods.iter().map(String::as_str).collect();
    let columns = if periods.is_empty() { vec![phrases(lang).value] } else { periods };
    if args.format == BlankArg::Xlsx && args.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::usage("a workbook is no text: write it to a file with --output FILE"));
    }
    let bytes = match args.format {
        BlankArg::Csv => blank(&columns, lang).map(String::into_bytes),
        BlankArg::Xlsx => blank_book(&columns, lang),
    };
    out::bytes(&bytes.map_err(Failure::could_not)?, args.output.as_deref())
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

fn told(answer: &pb::EnterFiguresResponse, filled: &Filled, dry_run: bool, lang: Lang) -> Result<(), Failure> {
    let phrases = phrases(lang);
    let faults: Vec<_> = answer.faults.iter().filter_map(fault_from_pb).collect();
    refusal(&faults, &filled.forms, lang).iter().for_each(|line| say!("{line}"));
    for fault in answer.faults.iter().filter(|fault| fault_from_pb(fault).is_none()) {
        // a rule of a later release
        say!("{}: {} {} / {}", fault.period, fault.rule, fault.stated, fault.computed);
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
        let would = if dry_run { format!("{}: ", phrases.would) } else { String::new() };
        say!("{}: {would}{what}{late}", outcome.period);
    }
    Ok(())
}

/// What is to be entered, and the digest of the file it comes from.
fn forms(args: &EntryArgs) -> Result<(Filled, String), Failure> {
    let periods: Vec<Period> =
        args.periods.iter().map(|id| Period::parse(id)).collect::<Result<_, _>>().map_err(Failure::usage)?;
    let (mut filled, mut source) = (Filled::default(), String::new());
    if let Some(file) = &args.file {
        let bytes = read(file)?;
        let lang: Lang = args.lang.into();
        let asked = Asked { periods: &periods, sheet: args.sheet.as_deref(), row: args.row.as_deref() };
        filled = filled::read(&bytes, &asked).map_err(|wrong| {
            let lines: Vec<String> = mistakes(&wrong, lang).iter().map(|line| format!("  {line}")).collect();
            let file = file.display().to_string();
            Failure::usage(format!("{}:\n{}", (phrases(lang).unreadable)(&file), lines.join("\n")))
        })?;
        notices(&filled, lang).iter().for_each(|line| eprintln!("{line}"));
        source = blake3::hash(&bytes).to_hex().to_string();
    }
    if !args.set.is_empty() {
        let [period] = periods.as_slice() else {
            return Err(Failure::usage("figures given with --set are of one period: give one --period"));
        };
        if !filled.forms.iter().any(|read| read.form.period == *period) {
            let form = Form { period: period.clone(), stated: Default::default() };
            filled.forms.push(filled::Read { form, at: Default::default() });
        }
        for read in filled.forms.iter_mut().filter(|read| read.form.period == *period) {
            for (item, n) in args.set.iter().filter_map(|(name, n)| Some((Item::by_name(name)?, *n))) {
                read.form.stated.insert(item.name(), n);
                read.at.remove(item.name());
            }
        }
    }
    Ok((filled, source))
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
