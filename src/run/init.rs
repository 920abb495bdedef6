//! Making a node: its keys, its journal with the first entries, its configuration. The configuration comes last, so a directory without one is no
//! node, and making it again goes on with the keys that are there.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use chrono::NaiveDate;

use super::{RunError, io_error, load_key, secret};
use crate::{
    config::{self, Config, Template},
    document::{KeySealer, Sealer, seal_part},
    domain::{
        atoms::Cuts,
        registry::Part,
        roll::{How, Key, Member, Roll},
        time::Timestamp,
        units::UnitId,
    },
    ledger::{
        By, Entry, EntryKind,
        trust::{Issued, Keys, TrustChange},
    },
    store::{
        crash_point::crash_point,
        disk::sync_folder,
        open::{DataDir, OpenError},
    },
    trust::{
        TrustError,
        authority::{Authority, Leaf, pem},
        files::{IdentityFiles, read_secret, write_secret},
        request::{check_request, request},
    },
};

/// Years an authority lasts that is made here.
const AUTHORITY_YEARS: u32 = 20;

/// What a new node is told.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// Code of its unit.
    pub unit: String,
    /// First local day of its books: a 1st or a 15th.
    pub books_from: NaiveDate,
    /// Where it will listen.
    pub listen: String,
    /// The node above.
    pub parent: Option<String>,
}

/// What the top of a new federation is told besides.
#[derive(Clone, Debug, Default)]
pub struct NewTop {
    /// Where others reach it.
    pub address: String,
    /// Names and addresses its certificate carries, for browsers.
    pub names: Vec<String>,
    /// An authority that was made elsewhere: its certificate and its key, PEM.
    pub authority: Option<(String, String)>,
}

/// Makes a node without authenticated links: on loopback only, for demonstrations and tests.
pub fn init(dir: &Path, new: &NewNode, now: Timestamp) -> Result<PathBuf, RunError> {
    let template =
        Template { unit: &new.unit, listen: &new.listen, parent: new.parent.as_deref(), ..Template::default() };
    let (file, text, config) = begin(dir, &template)?;
    boundary(new.books_from)?;
    let data = DataDir::lock(&config.data)?;
    new_keys(&config.data)?;
    crash_point("keys-made");
    if !data.is_begun()? {
        let genesis = EntryKind::Genesis { code: new.unit.clone(), books_from: new.books_from, epoch: 1, root: None };
        data.create(&[Entry { recorded_at: now, kind: genesis }], &By::new("init", ""))?;
        crash_point("books-begun");
    }
    begun_as_asked(dir, &data, &config, new, None)?;
    crash_point("before-configuration");
    write(&file, &text)?;
    Ok(file)
}

/// Makes the top of a federation: the authority that writes certificates, the key that signs the registry, and a roll with itself on it.
pub fn init_top(dir: &Path, new: &NewNode, top: &NewTop, now: Timestamp) -> Result<PathBuf, RunError> {
    let address = match top.address.as_str() {
        "" => format!("https://{}", new.listen),
        given => given.to_owned(),
    };
    let template = Template { unit: &new.unit, secure: true, listen: &new.listen, address: &address, parent: None };
    let (file, text, config) = begin(dir, &template)?;
    boundary(new.books_from)?;
    let data = DataDir::lock(&config.data)?;
    new_keys(&config.data)?;
    crash_point("keys-made");
    let sealer = load_key(&config.data)?;
    let root = Some(sealer.public_key());
    if !data.is_begun()? {
        let authority = authority(&config.data, &new.unit, top, now)?;
        let issued = own_certificate(&config, &authority, &*sealer, top.names.clone(), now)?;
        crash_point("certificate-made");
        let member = founder(&config, &*sealer, issued.not_before, now);
        let version = u64::try_from(now.0 / 1000).unwrap_or(1);
        let roll = seal_part(Part::Roll(Roll::new([member])), version, &*sealer);
        let kinds = [
            EntryKind::Genesis { code: new.unit.clone(), books_from: new.books_from, epoch: 1, root },
            EntryKind::Trust(TrustChange::Enrolled { code: new.unit.clone(), token: None, issued }),
            EntryKind::RegistryChanged { parts: vec![roll], version },
        ];
        let entries = kinds.map(|kind| Entry { recorded_at: now, kind });
        data.create(&entries, &By::new("init", ""))?;
        crash_point("books-begun");
    }
    begun_as_asked(dir, &data, &config, new, root)?;
    crash_point("before-configuration");
    write(&file, &text)?;
    Ok(file)
}

/// Brings the derived state up to the first entries, so that the first start does not speak of a power cut. An attempt that was cut off may have
/// begun the books already; those of another node, or of another day, are left alone.
fn begun_as_asked(
    dir: &Path,
    data: &DataDir,
    config: &Config,
    new: &NewNode,
    root: Option<Key>,
) -> Result<(), RunError> {
    let core = data.open(&config.unit, &super::setting(config)?, &super::open_options(config))?.core;
    let state = core.state();
    core.close()?;
    let from = state.books.get(&new.unit).map(|books| books.from);
    if from == Some(new.books_from) && state.trust.root == root {
        return Ok(());
    }
    Err(OpenError::NotEmpty(dir.display().to_string()).into())
}

/// Books begin where an atom does.
fn boundary(day: NaiveDate) -> Result<(), RunError> {
    if Cuts::default().is_boundary(day) {
        return Ok(());
    }
    Err(RunError::Invalid(format!("books begin on a 1st or a 15th, not on {day}")))
}

/// The folder of the authority below a node's data.
fn authority_files(data: &Path) -> (PathBuf, PathBuf) {
    let folder = data.join("authority");
    (folder.join("authority.pem"), folder.join("authority.key"))
}

/// The authority of this node, if it is one.
pub(super) fn load_authority(data: &Path) -> Result<Option<Authority>, RunError> {
    let (certificate, key) = authority_files(data);
    if !key.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&certificate)
        .map_err(io_error(format!("cannot read the authority's certificate {}", certificate.display())))?;
    Ok(Some(Authority::from_pem(&text, &read_secret(&key)?)?))
}

pub(super) fn authority(data: &Path, unit: &str, top: &NewTop, now: Timestamp) -> Result<Authority, RunError> {
    if let Some(authority) = load_authority(data)? {
        return Ok(authority);
    }
    let authority = match &top.authority {
        Some((certificate, key)) => Authority::from_pem(certificate, key)?,
        None => Authority::create(&format!("motcua {unit}"), now, AUTHORITY_YEARS)?,
    };
    let (certificate, key) = authority_files(data);
    if let Some(folder) = key.parent() {
        std::fs::create_dir_all(folder).map_err(io_error(format!("cannot make {}", folder.display())))?;
    }
    write(&certificate, &authority.certificate_pem())?;
    // The key comes last: with it the node is an authority.
    write_secret(&key, &authority.key_pem())?;
    Ok(authority)
}

/// The top writes its own certificate.
pub(super) fn own_certificate(
    config: &Config,
    authority: &Authority,
    sealer: &dyn Sealer,
    names: Vec<String>,
    now: Timestamp,
) -> Result<Issued, RunError> {
    let files = IdentityFiles::of_node(&config.data);
    let key = files.next_key()?;
    let csr = check_request(&request(&key)?)?;
    let keys = Keys { document: sealer.public_key(), link: *blake3::hash(csr.public_key()).as_bytes() };
    let (not_before, not_after) = authority.span(now, config.certificate_days);
    let unit = UnitId::new(config.unit.as_str(), None);
    let leaf = Leaf { unit, csr, names: names.clone(), not_before, not_after, serial: secret()? };
    let certificate: Bytes = authority.issue(&leaf)?.into();
    files.install(
        &format!("{}{}", pem("CERTIFICATE", &certificate), authority.certificate_pem()),
        &authority.certificate_pem(),
    )?;
    Ok(Issued { keys, asked_at: now, certificate, not_before, not_after, names })
}

/// The top as it stands on its own roll.
fn founder(config: &Config, sealer: &dyn Sealer, from: Timestamp, now: Timestamp) -> Member {
    let mut member = Member {
        code: config.unit.clone(),
        keys: Vec::new(),
        banned: None,
        certificates_from: from,
        address: config.address.clone(),
    };
    member.take(sealer.public_key(), How::Founder, now, false);
    member
}

/// Checks what the configuration will say; refuses a directory that is a node already. One that was to be secure is a node when it has its
/// certificate.
pub(super) fn begin(dir: &Path, template: &Template<'_>) -> Result<(PathBuf, String, Config), RunError> {
    let file = dir.join(config::FILE);
    let text = config::template(template);
    let config =
        Config::parse(&text, dir).map_err(|mistakes| RunError::Invalid(mistakes.join("\n").trim().to_owned()))?;
    if file.exists() && (!template.secure || IdentityFiles::of_node(&config.data).exist()) {
        return Err(OpenError::NotEmpty(dir.display().to_string()).into());
    }
    Ok((file, text, config))
}

/// The key of documents and the key of people's tokens, unless they are there from an attempt before.
pub(super) fn new_keys(data: &Path) -> Result<(), RunError> {
    let unless_there = |file: PathBuf, text: &dyn Fn() -> Result<String, RunError>| match write_secret(&file, &text()?)
    {
        Ok(()) | Err(TrustError::KeyExists { .. }) => Ok(()),
        Err(error) => Err(RunError::from(error)),
    };
    if !super::key_file(data).exists() {
        write_key(&super::key_file(data))?;
    }
    unless_there(super::access_file(data), &|| Ok(crate::trust::access::AccessKey::new(secret()?).text()))
}

/// A new document key.
pub(super) fn write_key(file: &Path) -> Result<(), RunError> {
    let pem = KeySealer::from_seed(&secret()?).to_pem();
    let pem = pem.map_err(|error| RunError::Key { file: file.display().to_string(), error })?;
    Ok(write_secret(file, &pem)?)
}

/// Writes a file whole and durably, its name and that of its folder too: what is told to be made is there after a power cut.
pub(super) fn write(file: &Path, text: &str) -> Result<(), RunError> {
    let beside = file.with_extension("tmp");
    let written = || -> std::io::Result<()> {
        let mut new = File::create(&beside)?;
        new.write_all(text.as_bytes())?;
        new.sync_all()?;
        std::fs::rename(&beside, file)?;
        for folder in file.ancestors().skip(1).take(2).filter(|folder| !folder.as_os_str().is_empty()) {
            sync_folder(folder)?;
        }
        Ok(())
    };
    written().map_err(io_error(format!("cannot write {}", file.display())))
}
