//! The folder for unencrypted copies while a backup is made. It is in the data directory, so that the copies need no
//! more protection than the database itself, and exists only as long as the backup takes.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};

use super::BackupError;

const FOLDER: &str = "passbook-backup.part";

/// The folder, held exclusively; it is deleted when this is dropped.
#[derive(Debug)]
pub(super) struct WorkFolder {
    path: PathBuf,
    // Held until the folder is gone.
    _lock: File,
}

impl WorkFolder {
    /// Takes the folder, and deletes what a killed backup left in it.
    ///
    /// # Errors
    /// [`BackupError::Busy`]; when the folder cannot be created.
    pub(super) fn take(data_dir: &Path) -> Result<Self, BackupError> {
        let path = data_dir.join(FOLDER);
        let failed = |error| BackupError::File(path.clone(), error);
        // Locks the directory itself, not a file in it: root's file would be closed to Passbook's own account.
        let lock = File::open(data_dir).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(data_dir.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        remove(&path).map_err(|error| match error.kind() {
            // A backup that was run under another account was killed.
            ErrorKind::PermissionDenied => BackupError::Denied(format!(
                "{0} was left by another account and cannot be deleted. Run as root: rm -r '{0}'",
                path.display()
            )),
            _ => failed(error),
        })?;
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(failed)?;
        give_to_owner_of(data_dir, &path);
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.path) {
            tracing::warn!(%error, "{} could not be deleted", self.path.display());
        }
    }
}

/// Deletes what a killed backup left in the data directory, unless one is being made.
pub fn clean(data_dir: &Path) {
    if data_dir.join(FOLDER).exists() {
        // Taking the folder empties it, and dropping it deletes it.
        match WorkFolder::take(data_dir) {
            Ok(_) | Err(BackupError::Busy(_)) => {}
            Err(error) => tracing::warn!("files that a backup left could not be deleted: {error}"),
        }
    }
}

/// Gives a file to the owner of its directory: root may have created it, but Passbook runs under another account.
pub fn give_to_owner_of(dir: &Path, file: &Path) {
    let (Ok(dir), Ok(found)) = (fs::metadata(dir), fs::metadata(file)) else {
        return;
    };
    if found.uid() != dir.uid() {
        // If this is not permitted, using the file fails with an error of its own.
        let _ = chown(file, Some(dir.uid()), Some(dir.gid()));
    }
}

/// Deletes a folder and everything in it, if it exists.
pub(super) fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes a file, if it exists.
pub(super) fn remove_file(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
