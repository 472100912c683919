//! The proof that what was unpacked is what was backed up, and that its secrets open.

use std::fs;
use std::path::{Path, PathBuf};

use super::RestoreError;
use super::archive::{BANK, DATABASE, KEY};
use super::manifest::{Database, Manifest};
use crate::vault::Vault;
use store::Contents;

/// What was proven.
#[derive(Debug)]
pub(super) struct Proof {
    /// The key that opens every secret; none where nothing is sealed and there is none.
    pub key: Option<PathBuf>,
    /// How many secrets it opens.
    pub secrets: usize,
}

/// Proves each database against the manifest, and that all secrets open with a key: with the one of `keys` that exists
/// first, or with the one in the backup. `name` is what errors call the backup.
pub(super) async fn prove(
    name: &str,
    folder: &Path,
    manifest: &Manifest,
    keys: &[PathBuf],
) -> Result<Proof, RestoreError> {
    for file in [DATABASE, BANK] {
        let copy = folder.join(file);
        match (manifest.databases.get(file), copy.exists()) {
            (Some(said), true) => prove_database(name, &copy, said).await?,
            (None, false) if file == BANK => {}
            _ => {
                let why = format!("{file} is missing, or not in its manifest");
                return Err(RestoreError::NotABackup(name.into(), why));
            }
        }
    }
    prove_secrets(name, folder, keys).await
}

async fn prove_database(name: &str, copy: &Path, said: &Database) -> Result<(), RestoreError> {
    let found = store::prove_copy(copy).await.map_err(|error| {
        let why = domain::text::one_line(&error.to_string());
        RestoreError::Damaged(name.into(), why)
    })?;
    if copy.ends_with(DATABASE) {
        let ours = store::refuse_copy_of_another_program(copy, &found).await;
        ours.map_err(|error| RestoreError::Newer(name.into(), error.to_string()))?;
    }
    compare_counts(name, said, &found)
}

fn compare_counts(name: &str, said: &Database, found: &Contents) -> Result<(), RestoreError> {
    let tables = said.rows.keys().chain(found.rows.keys());
    let count = |rows: &std::collections::BTreeMap<String, i64>, table| {
        rows.get(table).copied().unwrap_or_default()
    };
    for table in tables {
        let (said, found) = (count(&said.rows, table), count(&found.rows, table));
        if said != found {
            return Err(RestoreError::Counts {
                file: name.into(),
                table: table.clone(),
                said,
                found,
            });
        }
    }
    Ok(())
}

/// Proves that all secrets of the database in a folder open with the first key that exists.
pub(super) async fn prove_secrets(
    name: &str,
    folder: &Path,
    keys: &[PathBuf],
) -> Result<Proof, RestoreError> {
    let sealed = store::sealed_values_of_copy(&folder.join(DATABASE)).await?;
    let packed = folder.join(KEY);
    let mut there = keys.iter().chain([&packed]).filter(|key| key.exists());
    let Some(key) = there.next() else {
        if sealed.is_empty() {
            return Ok(Proof {
                key: None,
                secrets: 0,
            });
        }
        let wanted = keys.last().cloned().unwrap_or_default();
        return Err(RestoreError::NoKey(name.into(), sealed.len(), wanted));
    };
    let vault = Vault::open(key, false)?;
    let opens = |value: &&store::SealedValue| {
        vault
            .unseal(&value.sealed, &value.row, &value.owner)
            .is_ok()
    };
    let open = sealed.iter().filter(opens).count();
    if open < sealed.len() {
        return Err(RestoreError::WrongKey {
            unreadable: sealed.len() - open,
            all: sealed.len(),
            key: key.clone(),
        });
    }
    Ok(Proof {
        key: Some(key.clone()),
        secrets: sealed.len(),
    })
}

/// Puts the key among what is restored, unless it is where Passbook looks for it already.
pub(super) fn stage_key(
    folder: &Path,
    proven: Option<&Path>,
    place: &Path,
) -> Result<(), RestoreError> {
    let staged = folder.join(KEY);
    let failed = |error| RestoreError::File(staged.clone(), error);
    match proven {
        Some(key) if key == staged => Ok(()),
        // A copy that was packed is not needed beside the one that is there.
        Some(key) if key == place => super::work_folder::remove_file(&staged).map_err(failed),
        Some(key) => {
            super::work_folder::remove_file(&staged).map_err(failed)?;
            fs::copy(key, &staged).map_err(failed)?;
            let file = fs::File::open(&staged).map_err(failed)?;
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            file.set_permissions(private).map_err(failed)?;
            file.sync_all().map_err(failed)
        }
        None => Ok(()),
    }
}
