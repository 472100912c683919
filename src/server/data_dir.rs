//! The data directory: created, closed to other accounts, and held by one Passbook only.

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

use super::{StartError, file_access, permissions};
use crate::backup;
use crate::config::Config;
use crate::vault::Vault;
use store::Store;

/// Creates the data directory if it does not exist, and checks that it can be used: that other accounts cannot read it,
/// and that its database was not lost. A program that opens the database calls this first.
///
/// # Errors
/// When it cannot be created or closed to others, or when there is a key but no database.
pub async fn prepare_data_dir(config: &Config) -> Result<(), StartError> {
    make_data_dir(config)?;
    file_access::refuse(config)?;
    finish_restore(config)?;
    backup::clean(&config.data_dir);
    permissions::close(&config.data_dir, Some(&config.key_file))?;
    refuse_lost_database(config).await
}

/// Finishes an interrupted restore. While that restore still runs, no other program may create files there.
fn finish_restore(config: &Config) -> Result<(), StartError> {
    if !backup::restore_is_under_way(&config.data_dir) {
        return Ok(());
    }
    match lock_data_dir(config) {
        Ok(_alone) => Ok(backup::finish_restore(&config.data_dir, &config.key_file)?),
        Err(StartError::InUse(dir)) => Err(StartError::BeingRestored(dir)),
        Err(error) => Err(error),
    }
}

/// Creates the data directory if it does not exist.
///
/// # Errors
/// When it cannot be created.
pub(super) fn make_data_dir(config: &Config) -> Result<(), StartError> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data_dir)
        .map_err(|e| match e.kind() {
            ErrorKind::PermissionDenied => {
                StartError::Denied(file_access::explain_not_made(&config.data_dir))
            }
            _ => StartError::DataDir(config.data_dir.display().to_string(), e),
        })
}

/// Refuses a key without a database. A first start creates the database before the key, so a kill never leaves only a
/// key.
async fn refuse_lost_database(config: &Config) -> Result<(), StartError> {
    let database = config.data_dir.join("passbook.db");
    Store::inspect(&database)?;
    // Not while a Passbook is running: its log does not mean a crash.
    if let Ok(alone) = lock_data_dir(config) {
        Store::check_after_crash(&database).await?;
        drop(alone);
    }
    if !Store::is_new(&database).await? {
        return Ok(());
    }
    refuse_key_without_database(config)
}

/// Refuses a key when there is no database.
pub(super) fn refuse_key_without_database(config: &Config) -> Result<(), StartError> {
    match Vault::open(&config.key_file, false) {
        Ok(_) => Err(StartError::DatabaseLost {
            key: config.key_file.clone(),
            database: config.data_dir.join("passbook.db"),
        }),
        Err(error) if error.is_missing_file() => Ok(()),
        Err(error) => Err(StartError::Key(error)),
    }
}

/// Whether a Passbook holds the data directory now. Creates no file.
pub(super) fn is_in_use(config: &Config) -> bool {
    match std::fs::File::open(config.data_dir.join("passbook.lock")) {
        Ok(lock) => lock.try_lock_shared().is_err(),
        // Without this file, no Passbook was ever started.
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Locks the data directory against every other Passbook.
pub(super) fn lock_data_dir(config: &Config) -> Result<std::fs::File, StartError> {
    let dir = &config.data_dir;
    let shown = dir.display().to_string();
    let failed = |e| StartError::DataDir(shown.clone(), e);
    let lock = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(dir.join("passbook.lock"));
    let lock = lock.map_err(failed)?;
    backup::give_to_owner_of(dir, &dir.join("passbook.lock"));
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(StartError::InUse(shown)),
        Err(std::fs::TryLockError::Error(e)) => Err(failed(e)),
    }
}
