//! Working on a node's directory while the node is not running.

use std::path::Path;

use super::{Failure, args::DirArgs};
use crate::{
    config::{Config, FILE},
    run,
    store::{
        fsck::Checked,
        map::set_aside,
        open::{DataDir, Opened},
    },
};

/// `motcua fsck`
pub(super) fn fsck(args: &DirArgs) -> Result<(), Failure> {
    let (config, data) = lock(&args.dir)?;
    let opened = open(&config, &data)?;
    let checked = opened.core.check().map_err(Failure::could_not)?;
    tell(&checked);
    opened.core.close().map_err(Failure::could_not)?;
    verdict(&checked)
}

/// `motcua rebuild`
pub(super) fn rebuild(args: &DirArgs) -> Result<(), Failure> {
    let (config, data) = lock(&args.dir)?;
    let before = open(&config, &data)?;
    let hash_before = before.core.check().map_err(Failure::could_not)?.state_hash;
    before.core.close().map_err(Failure::could_not)?;
    let aside = set_aside(&config.data.join("state")).map_err(Failure::could_not)?;
    eprintln!("the state before is kept as {}", aside.display());
    let opened = open(&config, &data)?;
    let checked = opened.core.check().map_err(Failure::could_not)?;
    tell(&checked);
    opened.core.close().map_err(Failure::could_not)?;
    verdict(&checked)?;
    if hash_before == checked.state_hash {
        eprintln!("the state is the same as before");
        Ok(())
    } else {
        Err(Failure::no("the state before was not what the journal says; it is now"))
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
    println!("entries     {}", checked.entries);
    println!("dossiers    {}", checked.dossiers);
    println!("documents   {}", checked.documents);
    if let Some(hash) = checked.state_hash {
        println!("state hash  {hash}");
    }
}

fn verdict(checked: &Checked) -> Result<(), Failure> {
    if checked.faults.is_empty() {
        return Ok(());
    }
    Err(Failure::no(checked.faults.join("\nmotcua: ")))
}
