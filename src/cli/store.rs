//! Working on a node's directory while the node is not running.

use std::path::Path;

use super::{Failure, args::DirArgs, out::say};
use crate::{
    config::{Config, FILE},
    run,
    store::{
        fsck::Checked,
        map::{MapError, set_aside},
        open::{DataDir, Opened},
    },
};

/// `motcua fsck`
pub(super) fn fsck(args: &DirArgs) -> Result<(), Failure> {
    let (config, data) = lock(&args.dir)?;
    let mut opened = open(&config, &data)?;
    let checked = match opened.core.check() {
        Err(error @ MapError::Broken(_)) => {
            eprintln!("motcua: {error}");
            drop(opened);
            opened = open(&config, &data)?;
            opened.core.check()
        }
        checked => checked,
    };
    let checked = checked.map_err(Failure::could_not)?;
    tell(&checked);
    opened.core.close().map_err(Failure::could_not)?;
    verdict(&checked)
}

/// `motcua rebuild`
pub(super) fn rebuild(args: &DirArgs) -> Result<(), Failure> {
    let (config, data) = lock(&args.dir)?;
    let before = open(&config, &data)?;
    // Without a whole journal the state is all there is: it stays where it lies.
    before.core.check_journal().map_err(Failure::could_not)?;
    let hash_before = match before.core.check() {
        Ok(checked) => {
            before.core.close().map_err(Failure::could_not)?;
            Some(checked.state_hash)
        }
        // What cannot be read is what a rebuild is for.
        Err(MapError::Broken(why)) => {
            eprintln!("motcua: the state before cannot be read ({why})");
            None
        }
        Err(error) => return Err(Failure::could_not(error)),
    };
    let aside = set_aside(&config.data.join("state")).map_err(Failure::could_not)?;
    let setting = run::setting(&config).map_err(Failure::could_not)?;
    let opened = data.open(&config.unit, &setting, &run::open_options(&config)).map_err(Failure::could_not)?;
    let checked = opened.core.check().map_err(Failure::could_not)?;
    tell(&checked);
    opened.core.close().map_err(Failure::could_not)?;
    verdict(&checked)?;
    let kept = format!("the state before is kept as {}", aside.display());
    match hash_before {
        None => {
            eprintln!("the state is made anew; {kept}");
            Ok(())
        }
        Some(before) if before == checked.state_hash => {
            eprintln!("the state is the same as before");
            std::fs::remove_dir_all(&aside)
                .map_err(|e| Failure::could_not(format!("cannot remove {}: {e}", aside.display())))
        }
        Some(_) => Err(Failure::no(format!("the state before was not what the journal says, it is now; {kept}"))),
    }
}

fn lock(dir: &Path) -> Result<(Config, DataDir), Failure> {
    let config = Config::load(&dir.join(FILE)).map_err(Failure::usage)?;
    let data = DataDir::lock(&config.data).map_err(Failure::could_not)?;
    Ok((config, data))
}

fn open(config: &Config, data: &DataDir) -> Result<Opened, Failure> {
    let setting = run::setting(config).map_err(Failure::could_not)?;
    let opened = data.open(&config.unit, &setting, &run::open_options(config)).map_err(Failure::could_not)?;
    for note in &opened.notes {
        eprintln!("motcua: {note}");
    }
    Ok(opened)
}

fn tell(checked: &Checked) {
    say!("entries     {}", checked.entries);
    say!("dossiers    {}", checked.dossiers);
    say!("documents   {}", checked.documents);
    if let Some(hash) = checked.state_hash {
        say!("state hash  {hash}");
    }
}

fn verdict(checked: &Checked) -> Result<(), Failure> {
    if checked.faults.is_empty() {
        return Ok(());
    }
    Err(Failure::no(checked.faults.join("\nmotcua: ")))
}
