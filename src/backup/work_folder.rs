//! Where copies lie in the clear while a backup is made: in the data directory, so that they need no more care than the
//! database itself, and never longer than it takes.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};

use super::BackupError;

const FOLDER: &str = "passbook-backup.part";

/// The folder; it is deleted when this is dropped. Nobody else has it meanwhile.
#[derive(Debug)]
pub(super) struct WorkFolder {
    path: PathBuf,
    // Held until the folder is gone.
    _lock: File,
}

impl WorkFolder {
    /// Takes the folder, and deletes what a kill left in it.
    ///
    /// # Errors
    /// [`BackupError::Busy`]; when it cannot be made.
    pub(super) fn take(data_dir: &Path) -> Result<Self, BackupError> {
        let path = data_dir.join(FOLDER);
        let failed = |error| BackupError::File(path.clone(), error);
        // The directory itself, and no file in it: one that root made would be closed to Passbook's own account.
        let lock = File::open(data_dir).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(data_dir.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        remove(&path).map_err(|error| match error.kind() {
            // Whoever ran this as another account was killed.
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

/// Gives a file to whom the directory belongs: root may have made it, and Passbook runs as somebody else.
pub fn give_to_owner_of(dir: &Path, file: &Path) {
    let (Ok(dir), Ok(found)) = (fs::metadata(dir), fs::metadata(file)) else {
        return;
    };
    if found.uid() != dir.uid() {
        // Who may not do this is told when the file cannot be used.
        let _ = chown(file, Some(dir.uid()), Some(dir.gid()));
    }
}

/// Deletes a folder with everything in it, if it is there.
pub(super) fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes a file, if it is there.
pub(super) fn remove_file(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
