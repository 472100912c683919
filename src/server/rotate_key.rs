//! `passbook rotate-key`: seals every secret with a new key. Passbook must not be running, because it holds the old key
//! in memory. A kill at any moment leaves a key file that opens everything, and running the command again finishes the
//! change (`vault::Rotation`).

use std::path::{Path, PathBuf};

use super::StartError;
use super::data_dir::{lock_data_dir, prepare_data_dir};
use crate::config::Config;
use crate::vault::{Rotation, Vault, VaultError};
use domain::wording::counted_as;
use store::{SealedValue, Store, StoreError};

/// How many unreadable secrets are named one by one.
const NAMED: usize = 5;

/// Why the key was not changed, as a sentence for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// There is no database whose key could be changed.
    #[error(
        "{0} does not exist: set PASSBOOK_DATA_DIR to the folder of the Passbook whose key you want to change"
    )]
    NoDatabase(PathBuf),
    /// The directory or the database cannot be used, or Passbook is running.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A key file cannot be used.
    #[error("{0}. Nothing was changed.")]
    Key(#[from] VaultError),
    /// There is no key file.
    #[error(
        "the key file {0} does not exist. Nothing was changed. Put it back, or set PASSBOOK_KEY_FILE to its path. If nothing is sealed yet, `passbook serve` creates one."
    )]
    NoKey(PathBuf),
    /// Some secrets do not open.
    #[error(
        "{names}: {unreadable} of {all} sealed secrets cannot be opened with the key in {file}. Nothing was changed. Put back the key file that sealed them, or the database that belongs to this key."
    )]
    Unreadable {
        /// The secrets, in words.
        names: String,
        /// How many do not open.
        unreadable: usize,
        /// How many there are.
        all: usize,
        /// The key file.
        file: PathBuf,
    },
    /// The new key is in place, but the old one is still needed.
    #[error(
        "{1}. The change is not finished: {0} holds both the old and the new key, so Passbook still works. Run `passbook rotate-key` again."
    )]
    CutShort(PathBuf, #[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for RotateError {
    fn from(error: StoreError) -> Self {
        Self::Start(error.into())
    }
}

/// Seals everything with a new key, and returns what was done. The old key is kept only in the file that `keep_old`
/// names, if any.
///
/// # Errors
/// Every error except [`RotateError::CutShort`] means that nothing was changed.
pub async fn rotate_key(config: &Config, keep_old: Option<&Path>) -> Result<String, RotateError> {
    let database = config.data_dir.join("passbook.db");
    if !database.exists() {
        return Err(RotateError::NoDatabase(database));
    }
    prepare_data_dir(config).await?;
    let _lock = lock_data_dir(config)?;
    if !config.key_file.exists() {
        return Err(RotateError::NoKey(config.key_file.clone()));
    }
    let rotation = Rotation::begin(&config.key_file)?;
    let store = Store::open(&database).await?;
    // The database file is rewritten at the end.
    Store::forget_mark(&database)?;
    let done = rotate(&store, &rotation, keep_old).await;
    store.close().await;
    let done = done?;
    Ok(report(config, &rotation, keep_old, &done))
}

/// What was done.
struct Done {
    values: Vec<(SealedValue, Vec<u8>)>,
    /// Whether copies sealed with the old key may be left in the database's files, and why.
    remains: Option<&'static str>,
}

async fn rotate(
    store: &Store,
    rotation: &Rotation,
    keep_old: Option<&Path>,
) -> Result<Done, RotateError> {
    let values = store.sealed_values().await?;
    let values = seal_anew(&rotation.vault()?, values, rotation.file())?;
    if let Some(path) = keep_old {
        rotation.keep_old(path)?;
    }
    rotation.add_new()?;
    let cut_short = |error: Box<dyn std::error::Error + Send + Sync>| {
        RotateError::CutShort(rotation.file().to_owned(), error)
    };
    store
        .replace_sealed(&values)
        .await
        .map_err(|e| cut_short(e.into()))?;
    let remains = match store.wipe_remains().await {
        Ok(true) => None,
        Ok(false) => Some("another program is reading it"),
        Err(error) => {
            tracing::warn!(%error, "the database could not be rewritten");
            Some("there may not be enough space to rewrite it")
        }
    };
    rotation.drop_old().map_err(|e| cut_short(e.into()))?;
    Ok(Done { values, remains })
}

/// Seals the values again. Each secret is in the clear only briefly, and only in memory.
fn seal_anew(
    vault: &Vault,
    values: Vec<SealedValue>,
    file: &Path,
) -> Result<Vec<(SealedValue, Vec<u8>)>, RotateError> {
    let all = values.len();
    let (mut anew, mut unreadable) = (Vec::with_capacity(all), Vec::new());
    for value in values {
        match vault.unseal(&value.sealed, &value.row, &value.owner) {
            Ok(secret) => {
                let sealed = vault.seal(&secret, &value.row, &value.owner)?;
                anew.push((value, sealed));
            }
            Err(_) => unreadable.push(format!("{} ({})", value.column.words[0], value.row)),
        }
    }
    if unreadable.is_empty() {
        return Ok(anew);
    }
    let mut names = unreadable[..unreadable.len().min(NAMED)].join(", ");
    if unreadable.len() > NAMED {
        names.push_str(", …");
    }
    Err(RotateError::Unreadable {
        names,
        unreadable: unreadable.len(),
        all,
        file: file.to_owned(),
    })
}

fn report(config: &Config, rotation: &Rotation, keep_old: Option<&Path>, done: &Done) -> String {
    let (number, file) = (rotation.new_number(), rotation.file().display());
    let database = config.data_dir.join("passbook.db");
    let mut lines = vec![
        if rotation.is_resumed() {
            format!("An earlier change to key {number} was interrupted, and is now finished.")
        } else {
            format!("Passbook has a new key: key {number}.")
        },
        format!(
            "Sealed with the new key in {}: {}.",
            database.display(),
            counted(
                &done
                    .values
                    .iter()
                    .map(|(value, _)| value)
                    .collect::<Vec<_>>()
            )
        ),
    ];
    lines.extend(done.remains.map(|why| {
        format!("Its files may still contain copies that the old key can open, because {why}. Run this again later to get another new key.")
    }));
    lines.push(format!(
        "The key is in {file}. Back it up now, separately from the database."
    ));
    lines.push(about_backups(keep_old));
    if rotation.is_resumed() {
        lines.push("Run this again if you want another new key.".to_owned());
    }
    lines.join("\n")
}

fn about_backups(keep_old: Option<&Path>) -> String {
    let where_it_is = match keep_old {
        Some(path) => format!(
            "which is in {}. Keep it with them, not here.",
            path.display()
        ),
        None => "which is no longer here. Keep your copy of it with them, or make a new backup now and delete them.".to_owned(),
    };
    format!("Earlier backups of the database can only be opened with the old key, {where_it_is}")
}

/// Counts secrets by kind: `2 access tokens of banks, 1 secret of a webhook`.
pub(super) fn counted(values: &[&SealedValue]) -> String {
    let same = |a: &&SealedValue, b: &&SealedValue| std::ptr::eq(a.column, b.column);
    let count = |kind: &[&SealedValue]| counted_as(kind.len(), kind[0].column.words);
    let counts: Vec<String> = values.chunk_by(same).map(count).collect();
    match counts.is_empty() {
        true => "nothing yet".to_owned(),
        false => counts.join(", "),
    }
}
