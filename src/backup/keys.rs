//! Which key opens the secrets of a database, and how it comes to where Passbook looks for it.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::RestoreError;
use super::archive::{DATABASE, KEY};
use super::work_folder::remove_file;
use crate::vault::Vault;
use store::SealedValue;

/// Where a key may be.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    /// Where Passbook looks for it.
    pub place: &'a Path,
    /// The key file that was named on the command line; no other is tried then.
    pub named: Option<&'a Path>,
}

/// Finds the key that opens every secret of the database in a folder, and counts the secrets. There is no key where nothing
/// is sealed and no key file exists. A named key is the only one that is tried; otherwise the key in its place is tried
/// first, and then the one from the backup.
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

/// Those of the secrets that do not open.
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

/// Puts the key that was found among what is restored, unless it is in its place already.
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

/// Tries whether a key can be written where it belongs, because that is found out too late when it is moved there.
fn refuse_closed_folder(place: &Path) -> Result<(), RestoreError> {
    let mut probe = place.as_os_str().to_owned();
    probe.push(".part");
    let probe = Path::new(&probe);
    let failed = |error| RestoreError::KeyFolder(place.to_owned(), error);
    remove_file(probe).map_err(failed)?;
    write_new(probe, b"").map_err(failed)?;
    remove_file(probe).map_err(failed)
}

/// Writes a file that is not there yet, for its owner alone.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}
