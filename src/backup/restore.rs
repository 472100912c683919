//! Restores a backup, or checks whether it could be restored.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::archive::{BANK, DATABASE, KEY, unpack};
use super::handover::{self, RESTORING};
use super::keys::{Keys, find_key, stage_key};
use super::manifest::Manifest;
use super::prove::prove;
use super::temporary::Temporary;
use super::{Opening, RestoreError, work_folder};

/// What was restored, or could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// The schema version of its database.
    pub schema: i64,
    /// The number of rows in each of its tables.
    pub rows: BTreeMap<String, i64>,
    /// How many sealed secrets the key opens.
    pub secrets: usize,
    /// The key that opens them; `None` when nothing is sealed and there is no key.
    pub key: Option<PathBuf>,
    /// Whether that key comes from the backup.
    pub has_key: bool,
}

/// Restores a backup into a data directory that holds nothing but a key, if that. The caller keeps every Passbook out
/// of it meanwhile. `-` is standard input. The key is put in its place unless it is already there.
///
/// # Errors
/// Every error except [`RestoreError::Unfinished`] means that nothing was restored.
pub async fn restore(
    backup: &Path,
    opening: &Opening,
    data_dir: &Path,
    keys: Keys<'_>,
    stop: &CancellationToken,
) -> Result<Restored, RestoreError> {
    handover::refuse_full(data_dir, keys.place)?;
    let folder = data_dir.join(RESTORING);
    let failed = |error| RestoreError::Write(folder.clone(), error);
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .map_err(failed)?;
    let good = try_in(backup, opening, &folder, keys, stop).await;
    let good = good.and_then(|good| {
        stage_key(&folder, good.key.as_deref(), keys.place)?;
        for file in [KEY, BANK, DATABASE] {
            work_folder::give_to_owner_of(data_dir, &folder.join(file));
        }
        // Commands that ignore the lock may have created files meanwhile.
        handover::refuse_full(data_dir, keys.place)?;
        handover::commit(data_dir).map_err(failed)?;
        Ok(good)
    });
    if good.is_err() {
        let _ = work_folder::remove(&folder);
    }
    let good = good?;
    handover::finish(data_dir, keys.place)?;
    Ok(Restored {
        key: good.key.is_some().then(|| keys.place.to_owned()),
        ..good
    })
}

/// Unpacks a backup into a temporary folder and checks it, with a key from `keys` or the backup's own. Leaves nothing
/// behind.
///
/// # Errors
/// When the backup could not be restored.
pub async fn check(
    backup: &Path,
    opening: &Opening,
    keys: Keys<'_>,
    stop: &CancellationToken,
) -> Result<Restored, RestoreError> {
    let parent = std::env::temp_dir();
    let folder = Temporary::make_in(&parent).map_err(|error| RestoreError::Write(parent, error))?;
    try_in(backup, opening, folder.path(), keys, stop).await
}

async fn try_in(
    backup: &Path,
    opening: &Opening,
    folder: &Path,
    keys: Keys<'_>,
    stop: &CancellationToken,
) -> Result<Restored, RestoreError> {
    let name = match is_stdin(backup) {
        true => "standard input".to_owned(),
        false => backup.display().to_string(),
    };
    let (source, opening, stopped) = (backup.to_owned(), opening.clone(), stop.clone());
    let (its_name, into) = (name.clone(), folder.to_owned());
    let unpacked = tokio::task::spawn_blocking(move || {
        let from: Box<dyn Read> = match is_stdin(&source) {
            true => Box::new(io::stdin().lock()),
            false => Box::new(
                File::open(&source).map_err(|error| RestoreError::Read(source.clone(), error))?,
            ),
        };
        unpack(&its_name, from, &opening, &into, &stopped)
    });
    let manifest = unpacked.await.map_err(|_| RestoreError::Stopped)??;
    let examined = async {
        prove(&name, folder, &manifest).await?;
        find_key(&name, folder, keys).await
    };
    let (key, secrets) = tokio::select! {
        examined = examined => examined?,
        () = stop.cancelled() => return Err(RestoreError::Stopped),
    };
    let has_key = key.as_ref().is_some_and(|key| *key == folder.join(KEY));
    Ok(summary(manifest, key, secrets, has_key))
}

fn is_stdin(backup: &Path) -> bool {
    backup == Path::new("-")
}

fn summary(
    mut manifest: Manifest,
    key: Option<PathBuf>,
    secrets: usize,
    has_key: bool,
) -> Restored {
    let database = manifest.databases.remove(DATABASE);
    let (schema, rows) = database.map_or_else(Default::default, |of| (of.schema, of.rows));
    Restored {
        made_at: Timestamp::from_second(manifest.made_at).unwrap_or_default(),
        schema: schema.unwrap_or_default(),
        rows,
        secrets,
        key,
        has_key,
    }
}
