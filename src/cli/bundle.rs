//! `motcua bundle export` and `motcua verify`

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Failure,
    args::{BundleExportArgs, NodeArgs, VerdictArg, VerifyArgs},
    connect,
    out::say,
};
use crate::{
    document::{MAX_BUNDLE, verify_bundle},
    reports::verdict::{json, table},
    wire::pb::v1 as pb,
};

/// `motcua bundle export`
pub(super) async fn export(args: &BundleExportArgs) -> Result<(), Failure> {
    let cannot = |error: io::Error| Failure::could_not(format!("cannot write {}: {error}", args.out.display()));
    // Half a bundle never stands under the name of a whole one.
    let mut name = args.out.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let mut file = File::create(&part).map_err(cannot)?;
    let mut bytes = 0;
    let done = fetch(&args.node, args.unit.as_deref(), &args.period, |chunk| {
        bytes += chunk.len();
        file.write_all(chunk).map_err(cannot)
    });
    let done = done.await.and_then(|()| file.sync_all().and_then(|()| fs::rename(&part, &args.out)).map_err(cannot));
    if done.is_err() {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&part);
    }
    done?;
    eprintln!("{} bytes; anybody can check them: motcua verify {}", bytes, args.out.display());
    Ok(())
}

/// `motcua verify`
pub(super) async fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let bytes = match (&args.file, &args.period) {
        (Some(file), _) => read(file)?,
        (None, Some(period)) => {
            let mut bytes = Vec::new();
            let keep = |chunk: &[u8]| {
                if bytes.len() + chunk.len() > MAX_BUNDLE {
                    return Err(Failure::could_not("the node sends more than a bundle may have"));
                }
                bytes.extend_from_slice(chunk);
                Ok(())
            };
            fetch(&args.node, args.unit.as_deref(), period, keep).await?;
            bytes
        }
        _ => return Err(Failure::usage("name a file, or the --period to fetch from a node")),
    };
    let verdict = verify_bundle(&bytes, args.root.as_ref());
    let text = match args.format {
        VerdictArg::Table => table(&verdict, args.lang.into(), args.all),
        VerdictArg::Json => json(&verdict, args.lang.into()).map_err(Failure::could_not)?,
    };
    say!("{}", text.trim_end());
    match verdict.findings.len() {
        0 => Ok(()),
        1 => Err(Failure::no("not verified: one thing is wrong")),
        n => Err(Failure::no(format!("not verified: {n} things are wrong"))),
    }
}

async fn fetch(
    node: &NodeArgs,
    unit: Option<&str>,
    period: &str,
    mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut client = connect::report(connect::lasting_channel(node).await?);
    let unit = unit.unwrap_or_default().to_owned();
    let request = pb::ExportBundleRequest { unit, period: period.to_owned() };
    let mut pages = client.export_bundle(request).await.map_err(|s| Failure::status(&s))?.into_inner();
    while let Some(page) = pages.message().await.map_err(|s| Failure::status(&s))? {
        each(&page.chunk)?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |error: io::Error| Failure::could_not(format!("cannot read {}: {error}", file.display()));
    let mut bytes = Vec::new();
    // One byte more than a bundle may have is enough to see that it is too large.
    let most = u64::try_from(MAX_BUNDLE).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file).map_err(cannot)?.take(most).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}
