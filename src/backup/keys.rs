//! Finds the key that opens a database's secrets, and puts it where Passbook looks for it.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::RestoreError;
use super::archive::{DATABASE, KEY};
use super::work_folder::remove_file;
use crate::vault::Vault;
use store::SealedValue;

/// The places where a key may be.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    /// The path at which Passbook looks for it.
    pub place: &'a Path,
    /// The key file that was named on the command line; if set, no other is tried.
    pub named: Option<&'a Path>,
}

/// Finds the key that opens every secret of the database in a folder, and counts the secrets. Returns no key when
/// nothing is sealed and no key file exists. A named key is the only one tried; otherwise the key in its place is tried
/// first, then the one from the backup.
pub(super) async fn find_key(
    name: &str,
    folder: &Path,
    keys: Keys<'_>,
) -> Result<(Option<PathBuf>, usize), RestoreError> {
    let sealed = store::sealed_values_of_copy(&folder.join(DATABASE)).await?;
    if let Some(named) = keys.named {
        opens(named, &sealed)?;
        return Ok((Some(named.to_owned()), sealed.len()));
    }
    let mut refused = None;
    for key in [keys.place.to_owned(), folder.join(KEY)] {
        if !key.exists() {
            continue;
        }
        match opens(&key, &sealed) {
            Ok(()) => return Ok((Some(key), sealed.len())),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) => Err(error),
        None if sealed.is_empty() => Ok((None, 0)),
        None => Err(RestoreError::NoKey(
            name.into(),
            sealed.len(),
            keys.place.to_owned(),
        )),
    }
}

/// Returns the secrets that the key does not open.
#[must_use]
pub fn unreadable<'a>(vault: &Vault, sealed: &'a [SealedValue]) -> Vec<&'a SealedValue> {
    let is_closed = |value: &&SealedValue| {
        let open = vault.unseal(&value.sealed, &value.row, &value.owner);
        open.is_err()
    };
    sealed.iter().filter(is_closed).collect()
}

fn opens(key: &Path, sealed: &[SealedValue]) -> Result<(), RestoreError> {
    let vault = Vault::open(key, false)?;
    match unreadable(&vault, sealed).len() {
        0 => Ok(()),
        unreadable => Err(RestoreError::WrongKey {
            unreadable,
            all: sealed.len(),
            key: key.to_owned(),
        }),
    }
}

/// Adds the key to the files to restore, unless it is already in its place.
pub(super) fn stage_key(
    folder: &Path,
    found: Option<&Path>,
    place: &Path,
) -> Result<(), RestoreError> {
    let Some(found) = found else {
        return Ok(());
    };
    let staged = folder.join(KEY);
    let written = |error| RestoreError::Write(staged.clone(), error);
    let key = fs::read(found).map_err(|error| RestoreError::Read(found.to_owned(), error))?;
    if place.exists() {
        let there = fs::read(place).map_err(|error| RestoreError::Read(place.to_owned(), error))?;
        if there != key {
            return Err(RestoreError::KeyInPlace(place.to_owned()));
        }
        return remove_file(&staged).map_err(written);
    }
    refuse_closed_folder(place)?;
    if found == staged {
        return Ok(());
    }
    remove_file(&staged).map_err(written)?;
    write_new(&staged, &key).map_err(written)
}

/// Tests that a key can be written to its place, because moving it there would fail too late.
fn refuse_closed_folder(place: &Path) -> Result<(), RestoreError> {
    let mut probe = place.as_os_str().to_owned();
    probe.push(".part");
    let probe = Path::new(&probe);
    let failed = |error| RestoreError::KeyFolder(place.to_owned(), error);
    remove_file(probe).map_err(failed)?;
    write_new(probe, b"").map_err(failed)?;
    remove_file(probe).map_err(failed)
}

/// Writes a new file that only its owner can read.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}
