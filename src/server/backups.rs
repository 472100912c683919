//! `passbook backup` and `passbook restore`, from the settings to the files.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::data_dir::{lock_data_dir, make_data_dir};
use super::{StartError, file_access, permissions};
use crate::backup::{self, Keys, Source};
use crate::config::Config;
use domain::clock::Clock;

pub use crate::backup::{
    BackupError, Destination, Encryption, Opening, RestoreError, Restored, Summary, passphrase_in,
};

/// A backup that was asked for on the command line.
#[derive(Debug)]
pub struct WantedBackup {
    source: Source,
    /// Its destination.
    pub to: Destination,
}

impl WantedBackup {
    /// Prepares a backup to a destination; without one, to a new file in `PASSBOOK_BACKUP_DIR`.
    ///
    /// # Errors
    /// When it is certain already that it cannot be made.
    pub async fn new(
        config: &Config,
        clock: &Clock,
        to: Option<Destination>,
        with_key: bool,
        encrypted: bool,
    ) -> Result<Self, BackupError> {
        let source = Source {
            data_dir: config.data_dir.clone(),
            key_file: with_key.then(|| config.key_file.clone()),
        };
        let to = match (to, &config.backups.dir) {
            (Some(to), _) => to,
            (None, None) => return Err(BackupError::NoDestination),
            (None, Some(_)) if with_key || !encrypted => return Err(BackupError::NotForTheFolder),
            (None, Some(dir)) => {
                let database = config.data_dir.join("passbook.db");
                if !database.exists() {
                    return Err(BackupError::NoDatabase(database));
                }
                let instance = store::instance_of(&database).await;
                let instance =
                    instance.map_err(|error| BackupError::NotOurs(database, error.into()))?;
                Destination::File(backup::path_in(dir, &instance, clock.now())?)
            }
        };
        backup::refuse_early(&source, &to)?;
        Ok(Self { source, to })
    }

    /// Makes the backup, also while a Passbook is running.
    ///
    /// # Errors
    /// When it was not made.
    pub async fn make(
        &self,
        clock: &Clock,
        encryption: &Encryption,
        stop: &CancellationToken,
    ) -> Result<Summary, BackupError> {
        backup::make(&self.source, encryption, &self.to, clock.now(), stop).await
    }
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

/// Restores a backup into the data directory, which must be empty except for the key, and keeps every Passbook out of
/// it meanwhile. `key` names the key file, if it is not where the settings say.
///
/// # Errors
/// Every error except [`RestoreError::Unfinished`] means that nothing was restored.
pub async fn restore_backup(
    config: &Config,
    file: &Path,
    opening: &Opening,
    key: Option<&Path>,
    stop: &CancellationToken,
) -> Result<Restored, RestoreFailure> {
    make_data_dir(config)?;
    file_access::refuse(config)?;
    let _lock = lock_data_dir(config)?;
    let dir = &config.data_dir;
    backup::finish_restore(dir, &config.key_file)?;
    let restored = backup::restore(file, opening, dir, keys(config, key), stop).await?;
    permissions::close(dir, Some(&config.key_file))?;
    Ok(restored)
}

/// Checks whether a backup could be restored, and returns which one was checked. If no file is named, it is the newest
/// in `PASSBOOK_BACKUP_DIR`, which must not be older than the settings allow.
///
/// # Errors
/// When it could not be restored.
pub async fn check_backup(
    config: &Config,
    clock: &Clock,
    file: Option<&Path>,
    opening: &Opening,
    key: Option<&Path>,
    stop: &CancellationToken,
) -> Result<(PathBuf, Restored), RestoreError> {
    let file = match (file, &config.backups.dir) {
        (Some(file), _) => file.to_owned(),
        (None, Some(dir)) => newest(config, clock, dir)?,
        (None, None) => return Err(RestoreError::NoneNamed),
    };
    let could_be = backup::check(&file, opening, keys(config, key), stop).await?;
    Ok((file, could_be))
}

fn newest(config: &Config, clock: &Clock, dir: &Path) -> Result<PathBuf, RestoreError> {
    let (now, every) = (clock.now(), config.backups.hours);
    let found = backup::newest(dir, None, now);
    let found = found.map_err(|error| RestoreError::Read(dir.to_owned(), error))?;
    let (made_at, path) = found.ok_or_else(|| RestoreError::NoBackups(dir.to_owned()))?;
    let age = now.duration_since(made_at).as_hours();
    match age > 2 * i64::from(every) {
        true => Err(RestoreError::TooOld(dir.to_owned(), age, every)),
        false => Ok(path),
    }
}

fn keys<'a>(config: &'a Config, named: Option<&'a Path>) -> Keys<'a> {
    Keys {
        place: &config.key_file,
        named,
    }
}
