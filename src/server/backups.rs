//! `passbook backup` and `passbook restore`: from the settings to the files.

use std::path::{Path, PathBuf};

use super::data_dir::{lock_data_dir, make_data_dir};
use super::{StartError, denied, private};
use crate::backup::{self, Source};
use crate::config::Config;
use domain::clock::Clock;

pub use crate::backup::{
    BackupError, Destination, Encryption, Opening, RestoreError, Restored, Summary,
};

/// What a backup on request should be.
#[derive(Debug)]
pub struct WantedBackup {
    /// Where to; none for a new file in `PASSBOOK_BACKUP_DIR`.
    pub to: Option<Destination>,
    /// How it is encrypted.
    pub encryption: Encryption,
    /// Whether the key is in it.
    pub with_key: bool,
}

/// Makes a backup, also beside a Passbook that runs. Says what it holds and where it is.
///
/// # Errors
/// When none was made.
pub async fn make_backup(
    config: &Config,
    clock: &Clock,
    wanted: WantedBackup,
) -> Result<(Summary, Destination), BackupError> {
    let source = Source {
        data_dir: config.data_dir.clone(),
        key_file: wanted.with_key.then(|| config.key_file.clone()),
    };
    let now = clock.now();
    let to = match (wanted.to, &config.backups.dir) {
        (Some(to), _) => to,
        (None, Some(dir)) => Destination::File(backup::path_in(dir, now)?),
        (None, None) => return Err(BackupError::NoDestination),
    };
    let made = backup::make(&source, &wanted.encryption, &to, now).await?;
    Ok((made, to))
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreFailure {
    /// The data directory cannot be used, or Passbook is running on it.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The backup cannot be restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
}

/// Restores a backup into the data directory, which has to be empty but for the key, and keeps every Passbook out of it
/// meanwhile. `key` names the key file, if it is not where the settings say.
///
/// # Errors
/// When nothing was restored.
pub async fn restore_backup(
    config: &Config,
    file: &Path,
    opening: &Opening,
    key: Option<&Path>,
) -> Result<Restored, RestoreFailure> {
    make_data_dir(config)?;
    denied::refuse(config)?;
    let _lock = lock_data_dir(config)?;
    let dir = &config.data_dir;
    backup::finish_restore(dir, &config.key_file)
        .map_err(|error| StartError::DataDir(dir.display().to_string(), error))?;
    let restored = backup::restore(file, opening, dir, &config.key_file, key).await?;
    private::close(dir, Some(&config.key_file))?;
    Ok(restored)
}

/// Tries whether a backup could be restored: the newest in `PASSBOOK_BACKUP_DIR`, if no file is named. Says which.
///
/// # Errors
/// When it could not.
pub async fn check_backup(
    config: &Config,
    file: Option<&Path>,
    opening: &Opening,
    key: Option<&Path>,
) -> Result<(PathBuf, Restored), RestoreFailure> {
    let file = match (file, &config.backups.dir) {
        (Some(file), _) => file.to_owned(),
        (None, Some(dir)) => {
            let newest = backup::newest(dir);
            let newest = newest.map_err(|error| RestoreError::File(dir.clone(), error))?;
            newest
                .ok_or_else(|| RestoreError::NoBackups(dir.clone()))?
                .path
        }
        (None, None) => return Err(RestoreError::NoneNamed.into()),
    };
    let keys = [key.unwrap_or(&config.key_file).to_owned()];
    let could_be = backup::check(&file, opening, &keys).await?;
    Ok((file, could_be))
}
