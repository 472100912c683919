//! Restoring a backup, and trying whether one could be restored.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::archive::{DATABASE, unpack};
use super::handover::{self, RESTORING};
use super::manifest::Manifest;
use super::prove::{Proof, prove, stage_key};
use super::{Opening, RestoreError, work_folder};

/// What was restored, or could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// The schema of its database.
    pub schema: i64,
    /// The number of rows of each table of it.
    pub rows: BTreeMap<String, i64>,
    /// How many sealed secrets the key opens.
    pub secrets: usize,
    /// The key that opens them.
    pub key: Option<PathBuf>,
}

/// Restores a backup into a data directory that holds nothing but a key, perhaps. The caller keeps every Passbook out of
/// it meanwhile. `-` is standard input.
///
/// `place` is where Passbook looks for its key. `key` names another one that opens the secrets; it is copied there.
///
/// # Errors
/// When the backup is not proven whole; then nothing was restored.
pub async fn restore(
    backup: &Path,
    opening: &Opening,
    data_dir: &Path,
    place: &Path,
    key: Option<&Path>,
) -> Result<Restored, RestoreError> {
    handover::refuse_full(data_dir, place)?;
    let folder = data_dir.join(RESTORING);
    let failed = |error| RestoreError::File(folder.clone(), error);
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .map_err(failed)?;
    let keys: Vec<PathBuf> = key.into_iter().chain([place]).map(Path::to_owned).collect();
    let proven = try_in(backup, opening, &folder, &keys).await;
    let proven = proven.and_then(|(manifest, proof)| {
        stage_key(&folder, proof.key.as_deref(), place)?;
        Ok((manifest, proof))
    });
    match proven {
        Ok((manifest, proof)) => {
            handover::commit(data_dir).map_err(failed)?;
            handover::finish(data_dir, place).map_err(failed)?;
            let key = proof.key.is_some().then(|| place.to_owned());
            Ok(told(manifest, Proof { key, ..proof }))
        }
        Err(error) => {
            let _ = work_folder::remove(&folder);
            Err(error)
        }
    }
}

/// Unpacks a backup into a temporary folder and proves it, with the first key of `keys` that exists or with its own.
/// Nothing is left of it.
///
/// # Errors
/// When it could not be restored.
pub async fn check(
    backup: &Path,
    opening: &Opening,
    keys: &[PathBuf],
) -> Result<Restored, RestoreError> {
    let parent = std::env::temp_dir();
    // For its owner's eyes only: so tempfile makes folders.
    let folder = tempfile::Builder::new()
        .prefix("passbook-check-")
        .tempdir_in(&parent)
        .map_err(|error| RestoreError::File(parent, error))?;
    let proven = try_in(backup, opening, folder.path(), keys).await;
    let (manifest, proof) = proven?;
    Ok(told(manifest, proof))
}

async fn try_in(
    backup: &Path,
    opening: &Opening,
    folder: &Path,
    keys: &[PathBuf],
) -> Result<(Manifest, Proof), RestoreError> {
    let name = match is_stdin(backup) {
        true => "standard input".to_owned(),
        false => backup.display().to_string(),
    };
    let (source, opening) = (backup.to_owned(), opening.clone());
    let (its_name, into) = (name.clone(), folder.to_owned());
    let unpacked = tokio::task::spawn_blocking(move || {
        let from: Box<dyn Read> = match is_stdin(&source) {
            true => Box::new(io::stdin().lock()),
            false => Box::new(
                File::open(&source).map_err(|error| RestoreError::File(source.clone(), error))?,
            ),
        };
        unpack(&its_name, from, &opening, &into)
    });
    let manifest = unpacked.await.map_err(|_| RestoreError::Stopped)??;
    let proof = prove(&name, folder, &manifest, keys).await?;
    Ok((manifest, proof))
}

fn is_stdin(backup: &Path) -> bool {
    backup == Path::new("-")
}

fn told(mut manifest: Manifest, proof: Proof) -> Restored {
    let database = manifest.databases.remove(DATABASE);
    let (schema, rows) = database.map_or_else(Default::default, |of| (of.schema, of.rows));
    Restored {
        made_at: Timestamp::from_second(manifest.made_at).unwrap_or_default(),
        schema: schema.unwrap_or_default(),
        rows,
        secrets: proof.secrets,
        key: proof.key,
    }
}
