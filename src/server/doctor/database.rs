//! Checks the database and its key, whatever state they are in.

use std::path::Path;

use super::super::data_dir::{is_in_use, refuse_key_without_database};
use super::super::{StartError, explained, fsck, rotate_key};
use crate::backup;
use crate::config::Config;
use crate::operator::view::Check;
use crate::operator::{self, Told};
use crate::vault::{Vault, VaultError};
use domain::clock::Clock;
use providers::{mx, plaid};
use store::{SealedValue, Store, StoreError};

/// The name of the database's check.
const DATABASE: &str = "Database";
/// The name of the sealed secrets' check.
const SECRETS: &str = "Sealed secrets";

/// The findings about the database.
#[derive(Debug, Default)]
pub(super) struct Database {
    /// The checks that only the doctor makes.
    pub(super) checks: Vec<Check>,
    /// What the database says; `None` when it cannot be read.
    pub(super) told: Option<Told>,
    /// Whether the database exists.
    pub(super) begun: bool,
    /// Whether the key file holds an old key beside the new one.
    pub(super) two_keys: bool,
}

/// Returns the providers in the settings, in their order.
pub(super) fn providers(config: &Config) -> Vec<&'static str> {
    let all = [
        (plaid::NAME, config.plaid.is_some()),
        (mx::NAME, config.mx.is_some()),
    ];
    let used = all
        .into_iter()
        .filter(|(_, set)| *set || config.built_in_bank);
    used.map(|(name, _)| name).collect()
}

/// Examines the database and the key.
pub(super) async fn examine(config: &Config, clock: &Clock) -> Database {
    let file = config.data_dir.join("passbook.db");
    match file.metadata() {
        Ok(found) if found.len() > 0 => {}
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            // A check of its own reports what the system refuses.
            return Database::default();
        }
        _ => return missing(config, &file),
    }
    let at_rest = is_at_rest(config, &file);
    let found = read(config, clock, &file, at_rest).await;
    let found = match found {
        // Another program has begun to write meanwhile, so what was read may be inconsistent.
        _ if at_rest && !is_at_rest(config, &file) => read(config, clock, &file, false).await,
        found => found,
    };
    found.unwrap_or_else(|error| Database {
        checks: vec![Check::wrong(DATABASE, explained(&error))],
        begun: true,
        ..Database::default()
    })
}

/// The database is missing: Passbook was never started, or it was lost.
fn missing(config: &Config, file: &Path) -> Database {
    let found = match refuse_key_without_database(config) {
        Ok(()) => Check::warn(
            DATABASE,
            format!(
                "{}, or start Passbook to create a new one.",
                fsck::no_database(file)
            ),
        ),
        Err(error) => Check::wrong(DATABASE, explained(&error)),
    };
    Database {
        checks: vec![found],
        ..Database::default()
    }
}

/// Whether no program has the database open and no log belongs to it.
fn is_at_rest(config: &Config, file: &Path) -> bool {
    !is_in_use(config) && !Store::has_log(file)
}

async fn read(
    config: &Config,
    clock: &Clock,
    file: &Path,
    at_rest: bool,
) -> Result<Database, StartError> {
    // Before it is opened: a process loses its locks on a file as soon as any part of it closes the file.
    Store::inspect(file)?;
    let writes_ahead = Store::has_write_ahead_log(file)?;
    let store = if at_rest {
        Store::open_at_rest(file).await?
    } else {
        if !is_in_use(config) {
            Store::check_after_crash(file).await?;
        }
        Store::open_to_read(file).await?
    };
    let vault = Vault::open(&config.key_file, false);
    let mut found = Database {
        begun: true,
        two_keys: vault.as_ref().is_ok_and(Vault::is_between_keys),
        checks: vec![whole(store.quick_check().await)],
        told: None,
    };
    match store.sealed_values().await {
        Ok(values) => found.checks.push(secrets(vault, &values, &config.key_file)),
        Err(error) => found.checks.push(Check::wrong(SECRETS, explained(&error))),
    }
    match told(&store, clock, config).await {
        Ok(told) => {
            found.told = Some(Told {
                writes_ahead,
                ..told
            })
        }
        Err(error) => found
            .checks
            .push(Check::wrong("Database contents", explained(&error))),
    }
    store.close().await;
    Ok(found)
}

async fn told(store: &Store, clock: &Clock, config: &Config) -> Result<Told, StoreError> {
    let health = operator::figures(store, clock.now()).await?;
    Told::by(store, clock.now(), &providers(config), &health).await
}

/// Not on the page, because it reads the whole file.
fn whole(found: Result<Vec<String>, StoreError>) -> Check {
    let damage = match found {
        Ok(faults) if faults.is_empty() => {
            return Check::good(DATABASE, "No damage found (quick_check).");
        }
        Ok(faults) => faults.join("; "),
        Err(error) => explained(&error),
    };
    Check::wrong(
        DATABASE,
        format!(
            "It’s damaged (quick_check: {damage}). Stop Passbook, keep a copy of the file, and replace it with your latest backup, or with a passbook-before-….db next to it."
        ),
    )
}

/// Not on the page, because it opens every secret, and Passbook does not start when the first one does not open.
fn secrets(vault: Result<Vault, VaultError>, values: &[SealedValue], file: &Path) -> Check {
    let vault = match vault {
        Ok(vault) => vault,
        Err(error) if !values.is_empty() => {
            return Check::wrong(SECRETS, explained(&StartError::Vault(error)));
        }
        Err(error) if error.is_missing_file() => {
            return Check::good(SECRETS, "Nothing is sealed yet.");
        }
        Err(error) => return Check::wrong(SECRETS, explained(&StartError::Key(error))),
    };
    let closed = backup::unreadable(&vault, values);
    match (closed.len(), values.len()) {
        (0, 0) => Check::good(SECRETS, "Nothing is sealed yet."),
        (0, all) => Check::good(SECRETS, format!("The key opens all {all}.")),
        (none, all) => Check::wrong(
            SECRETS,
            format!(
                "{none} of {all} can’t be opened with the key in {}: {}. Put back the key file that sealed them, or the database that belongs to this key.",
                file.display(),
                rotate_key::counted(&closed)
            ),
        ),
    }
}
