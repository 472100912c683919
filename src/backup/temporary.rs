//! Temporary folders in which backups are checked. They hold unencrypted data, so none may stay behind: the next check
//! deletes what a killed one left.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::work_folder::remove;

const PREFIX: &str = "passbook-check-";

/// A private folder that only its owner can read; it is deleted when this is dropped.
#[derive(Debug)]
pub(super) struct Temporary {
    folder: TempDir,
    // Marks the folder as in use.
    _lock: File,
}

impl Temporary {
    /// Creates a folder in `parent`, and deletes those that killed programs left there.
    pub(super) fn make_in(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let lock = File::open(folder.path())?;
        lock.try_lock()?;
        if let Err(error) = delete_left(parent, folder.path()) {
            tracing::warn!(%error, "files that earlier checks left in {} were not deleted", parent.display());
        }
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Deletes folders of this account that are not in use.
fn delete_left(parent: &Path, ours: &Path) -> io::Result<()> {
    let us = fs::metadata(ours)?.uid();
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let is_one = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let found = entry.metadata()?;
        // A folder created just now may not be locked yet.
        let is_new = found
            .modified()?
            .elapsed()
            .is_ok_and(|age| age < Duration::from_secs(60));
        if !is_one || !found.is_dir() || found.uid() != us || is_new || entry.path() == ours {
            continue;
        }
        if File::open(entry.path())?.try_lock().is_ok() {
            remove(&entry.path())?;
        }
    }
    Ok(())
}
