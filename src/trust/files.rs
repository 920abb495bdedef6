//! Where an identity lies on disk. A key is written once, readable by its owner only, and not used if others can read it.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::{TrustError, identity::Identity, request::NodeKey};

/// The folder below a node's data.
pub const FOLDER: &str = "tls";
/// No key or password is larger.
const MOST_BYTES: u64 = 64 << 10;
const KEY: &str = "node.key";
const NEXT_KEY: &str = "node.key.next";
const CHAIN: &str = "node.pem";
const NEXT_CHAIN: &str = "node.pem.next";
const AUTHORITY: &str = "authority.pem";
const NEXT_AUTHORITY: &str = "authority.pem.next";

/// The folder of an identity.
#[derive(Clone, Debug)]
pub struct IdentityFiles(PathBuf);

impl IdentityFiles {
    /// The folder; it need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> IdentityFiles {
        IdentityFiles(folder.into())
    }

    /// That of the node with these data.
    pub fn of_node(data: &Path) -> IdentityFiles {
        IdentityFiles::new(data.join(FOLDER))
    }

    /// Whether a node has joined.
    pub fn exist(&self) -> bool {
        self.0.join(CHAIN).exists() || self.0.join(NEXT_CHAIN).exists()
    }

    /// Reads everything.
    pub fn load(&self) -> Result<Identity, TrustError> {
        self.settle()?;
        Identity::from_pem(
            &read_secret(&self.0.join(KEY))?,
            &read(&self.0.join(CHAIN))?,
            &read(&self.0.join(AUTHORITY))?,
        )
    }

    /// The key that joining or renewing goes on with: the one begun before, or a new one. So a broken renewal asks with the same key again, and
    /// the key in use is not touched before its successor has a certificate.
    pub fn next_key(&self) -> Result<NodeKey, TrustError> {
        fs::create_dir_all(&self.0).map_err(io_error(&self.0))?;
        self.settle()?;
        let file = self.0.join(NEXT_KEY);
        if file.exists() {
            return NodeKey::from_pem(&read_secret(&file)?);
        }
        let key = NodeKey::generate()?;
        write_secret(&file, &key.pem())?;
        Ok(key)
    }

    /// Puts a certificate for [`IdentityFiles::next_key`] in place and reads it back. Nothing is replaced before all of it has been checked.
    pub fn install(&self, chain_pem: &str, authority_pem: &str) -> Result<Identity, TrustError> {
        let key = read_secret(&self.0.join(NEXT_KEY))?;
        let identity = Identity::from_pem(&key, chain_pem, authority_pem)?;
        replace(&self.0.join(NEXT_AUTHORITY), authority_pem)?;
        // From here on it is decided: `settle` ends what a power cut leaves.
        replace(&self.0.join(NEXT_CHAIN), chain_pem)?;
        self.settle()?;
        Ok(identity)
    }

    /// Ends an [`IdentityFiles::install`] that was cut off. A certificate that waits is the mark of one; it goes last.
    fn settle(&self) -> Result<(), TrustError> {
        let chain = self.0.join(NEXT_CHAIN);
        if !chain.exists() {
            return Ok(());
        }
        for (next, name) in [(NEXT_KEY, KEY), (NEXT_AUTHORITY, AUTHORITY)] {
            settle_one(&self.0.join(next), &self.0.join(name))?;
        }
        settle_one(&chain, &self.0.join(CHAIN))
    }
}

/// Writes a secret that is readable by its owner only. It is there whole or not at all: half a key would pass for one.
///
/// # Errors
/// [`TrustError::KeyExists`] if something is there already.
pub fn write_secret(file: &Path, text: &str) -> Result<(), TrustError> {
    if file.exists() {
        return Err(TrustError::KeyExists { file: file.display().to_string() });
    }
    let beside = file.with_extension("new");
    match fs::remove_file(&beside) {
        // What an attempt that was cut off has left.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&beside)(error)),
        _ => {}
    }
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
    let mut opened = opened.map_err(io_error(&beside))?;
    opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(io_error(&beside))?;
    rename(&beside, file)
}

/// Reads a secret, unless somebody else can read it too.
pub fn read_secret(file: &Path) -> Result<String, TrustError> {
    let about = fs::metadata(file).map_err(io_error(file))?;
    let mode = about.mode() & 0o777;
    if !about.is_file() || about.len() > MOST_BYTES {
        let odd = io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file of at most 64 KiB");
        return Err(io_error(file)(odd));
    }
    if mode & 0o077 != 0 {
        return Err(TrustError::Exposed { file: file.display().to_string(), mode });
    }
    read(file)
}

fn read(file: &Path) -> Result<String, TrustError> {
    fs::read_to_string(file).map_err(io_error(file))
}

fn write(file: &Path, text: &str) -> Result<(), TrustError> {
    let written = fs::File::create(file).and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()));
    written.map_err(io_error(file))
}

fn replace(file: &Path, text: &str) -> Result<(), TrustError> {
    let beside = file.with_extension("tmp");
    write(&beside, text)?;
    rename(&beside, file)
}

fn rename(from: &Path, to: &Path) -> Result<(), TrustError> {
    fs::rename(from, to).map_err(io_error(to))?;
    sync_folder(to)
}

/// It may have gone already: before the cut, or by a command on the same machine that reads the identity while the node renews it.
fn settle_one(from: &Path, to: &Path) -> Result<(), TrustError> {
    match rename(from, to) {
        Err(TrustError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn sync_folder(file: &Path) -> Result<(), TrustError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    fs::File::open(folder).and_then(|f| f.sync_all()).map_err(io_error(folder))
}

fn io_error(file: &Path) -> impl FnOnce(io::Error) -> TrustError {
    let file = file.display().to_string();
    move |error| TrustError::Io { file, error }
}
