//! Proves that the unpacked files are those that were backed up.

use std::collections::BTreeMap;
use std::path::Path;

use super::RestoreError;
use super::archive::{BANK, DATABASE};
use super::manifest::{Database, Manifest};
use domain::text::one_line;
use store::Contents;

/// Proves each database against the manifest. `name` is the backup's name in errors.
pub(super) async fn prove(
    name: &str,
    folder: &Path,
    manifest: &Manifest,
) -> Result<(), RestoreError> {
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
    Ok(())
}

async fn prove_database(name: &str, copy: &Path, said: &Database) -> Result<(), RestoreError> {
    let found = store::prove_copy(copy).await.map_err(|error| {
        let why = one_line(&error.to_string());
        RestoreError::Damaged(name.into(), why)
    })?;
    if copy.ends_with(DATABASE) {
        let ours = store::refuse_copy_of_another_program(copy, &found).await;
        ours.map_err(|error| RestoreError::Newer(name.into(), error.to_string()))?;
    }
    compare_counts(name, said, &found)
}

fn compare_counts(name: &str, said: &Database, found: &Contents) -> Result<(), RestoreError> {
    let count = |rows: &BTreeMap<String, i64>, table| rows.get(table).copied().unwrap_or_default();
    for table in said.rows.keys().chain(found.rows.keys()) {
        let (said, found) = (count(&said.rows, table), count(&found.rows, table));
        if said != found {
            return Err(RestoreError::Counts {
                file: name.into(),
                table: one_line(table),
                said,
                found,
            });
        }
    }
    Ok(())
}
