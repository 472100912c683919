//! Makes a backup: copies the files, checks the copies, packs them into one file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::archive::{BANK, DATABASE, KEY, Part, pack};
use super::keys::{Keys, find_key, write_new};
use super::manifest::{Database, FORMAT, Manifest};
use super::priority::at_low_priority;
use super::work_folder::WorkFolder;
use super::{BackupError, Encryption};
use crate::vault::{folder_of, sync_folder_of};
use store::StoreError;

/// The files to back up.
#[derive(Clone, Debug)]
pub struct Source {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The key file, if the backup should include it.
    pub key_file: Option<PathBuf>,
}

/// Where a backup goes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A new file. It gets its name only when it is complete.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// What a backup contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The schema of the database.
    pub schema: i64,
    /// The number of rows in each of its tables.
    pub rows: BTreeMap<String, i64>,
    /// The size of the backup in bytes.
    pub bytes: u64,
}

/// Refuses what is certain to fail, before any work is done or a person is asked for anything.
///
/// # Errors
/// [`BackupError::Occupied`], [`BackupError::NoDatabase`], and when the folder of the file is missing.
pub fn refuse_early(source: &Source, to: &Destination) -> Result<(), BackupError> {
    let database = source.data_dir.join(DATABASE);
    if !database.exists() {
        return Err(BackupError::NoDatabase(database));
    }
    let Destination::File(path) = to else {
        return Ok(());
    };
    if path.symlink_metadata().is_ok() {
        return Err(BackupError::Occupied(path.clone()));
    }
    let folder = fs::read_dir(folder_of(path));
    folder
        .map(drop)
        .map_err(|error| BackupError::Write(path.clone(), error))
}

/// Makes a backup, with a low priority. Cancelling `stop` or dropping the future aborts it.
///
/// # Errors
/// When no backup was made; nothing is left of the attempt.
pub async fn make(
    source: &Source,
    encryption: &Encryption,
    to: &Destination,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<Summary, BackupError> {
    let (source, encryption, to) = (source.clone(), encryption.clone(), to.clone());
    let stop = stop.child_token();
    let _stops_when_dropped = stop.clone().drop_guard();
    let work = async move || copy_and_pack(&source, &encryption, &to, now, &stop).await;
    let made = at_low_priority(work).await;
    made.unwrap_or(Err(BackupError::Stopped))
}

async fn copy_and_pack(
    source: &Source,
    encryption: &Encryption,
    to: &Destination,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<Summary, BackupError> {
    if source.key_file.is_some() && matches!(encryption, Encryption::None) {
        return Err(BackupError::KeyInTheClear);
    }
    refuse_early(source, to)?;
    let work = WorkFolder::take(&source.data_dir)?;
    let (databases, parts) = tokio::select! {
        copied = copies(source, work.path()) => copied?,
        () = stop.cancelled() => return Err(BackupError::Stopped),
    };
    let manifest = Manifest {
        format: FORMAT,
        passbook: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.as_second(),
        databases,
    };
    let (encryption, to, stopped) = (encryption.clone(), to.clone(), stop.clone());
    let packed = tokio::task::spawn_blocking(move || {
        // The copies stay as long as they are read, even if the caller gives up.
        let _work = work;
        write(&to, &encryption, &manifest, &parts, &stopped).map(|bytes| (bytes, manifest))
    });
    let (bytes, mut manifest) = packed.await.map_err(|_| BackupError::Stopped)??;
    let database = manifest.databases.remove(DATABASE);
    let (schema, rows) = database.map_or_else(Default::default, |of| (of.schema, of.rows));
    Ok(Summary {
        schema: schema.unwrap_or_default(),
        rows,
        bytes,
    })
}

/// Copies all files to pack. The bank's database is copied after Passbook's own: a sync later fetches what the bank did
/// in between.
async fn copies(
    source: &Source,
    folder: &Path,
) -> Result<(BTreeMap<String, Database>, Vec<Part>), BackupError> {
    let mut databases = BTreeMap::new();
    let mut parts = Vec::new();
    for name in [DATABASE, BANK] {
        if source.data_dir.join(name).exists() {
            databases.insert(name.to_owned(), copy(source, name, folder).await?);
            parts.push((name, folder.join(name)));
        }
    }
    if let Some(key) = &source.key_file {
        parts.push((KEY, copy_key(key, folder).await?));
    }
    Ok((databases, parts))
}

/// Copies and checks a database.
async fn copy(source: &Source, name: &str, folder: &Path) -> Result<Database, BackupError> {
    let (original, copy) = (source.data_dir.join(name), folder.join(name));
    let copied = store::copy_database(&original, &copy).await;
    copied.map_err(|error| match error {
        StoreError::NotADatabase(_) => BackupError::Damaged(error.into()),
        error => BackupError::Copy(source.data_dir.clone(), error.into()),
    })?;
    let contents = store::prove_copy(&copy).await;
    let contents = contents.map_err(|error| BackupError::Damaged(error.into()))?;
    if name == DATABASE {
        let ours = store::refuse_copy_of_another_program(&copy, &contents).await;
        ours.map_err(|error| BackupError::NotOurs(original, error.into()))?;
    }
    let bytes = fs::metadata(&copy).map_err(|error| BackupError::File(copy, error))?;
    Ok(Database {
        bytes: bytes.len(),
        schema: contents.schema,
        rows: contents.rows,
    })
}

/// Copies the key file, and checks that the copy opens every secret of the copied database, because the key may be
/// changing.
async fn copy_key(key: &Path, folder: &Path) -> Result<PathBuf, BackupError> {
    let failed = |error| BackupError::File(key.to_owned(), error);
    let copy = folder.join(KEY);
    write_new(&copy, &fs::read(key).map_err(failed)?).map_err(failed)?;
    let found = Keys {
        place: &copy,
        named: Some(&copy),
    };
    let opens = find_key(DATABASE, folder, found).await;
    opens.map_err(|_| BackupError::Key(key.to_owned()))?;
    Ok(copy)
}

fn write(
    to: &Destination,
    encryption: &Encryption,
    manifest: &Manifest,
    parts: &[Part],
    stop: &CancellationToken,
) -> Result<u64, BackupError> {
    match to {
        Destination::Stdout => {
            let out = Watched::new(io::stdout().lock(), stop);
            let mut out = pack(out, encryption, manifest, parts)?;
            let failed = |error| BackupError::Write("standard output".into(), error);
            out.flush().map_err(failed)?;
            Ok(out.bytes)
        }
        Destination::File(path) => write_file(path, encryption, manifest, parts, stop),
    }
    .map_err(|error| match stop.is_cancelled() {
        true => BackupError::Stopped,
        false => error,
    })
}

/// Writes the file under a temporary name first, which no symbolic link can redirect. An existing file is not
/// overwritten.
fn write_file(
    path: &Path,
    encryption: &Encryption,
    manifest: &Manifest,
    parts: &[Part],
    stop: &CancellationToken,
) -> Result<u64, BackupError> {
    let failed = |error| BackupError::Write(path.to_owned(), error);
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    let part = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(".part")
        .tempfile_in(folder_of(path))
        .map_err(failed)?;
    let buffered = BufWriter::with_capacity(1 << 16, Watched::new(part, stop));
    let buffered = pack(buffered, encryption, manifest, parts)?;
    let written = buffered.into_inner().map_err(|e| failed(e.into_error()))?;
    let (part, bytes) = (written.to, written.bytes);
    part.as_file().sync_all().map_err(failed)?;
    part.persist_noclobber(path)
        .map(drop)
        .or_else(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => Err(BackupError::Occupied(path.to_owned())),
            // Not every file system can rename without overwriting.
            _ => error
                .file
                .persist(path)
                .map(drop)
                .map_err(|error| failed(error.error)),
        })?;
    sync_folder_of(path).map_err(failed)?;
    Ok(bytes)
}

/// A writer that counts bytes, and fails once the work is cancelled.
struct Watched<W> {
    to: W,
    bytes: u64,
    stop: CancellationToken,
}

impl<W> Watched<W> {
    fn new(to: W, stop: &CancellationToken) -> Self {
        Self {
            to,
            bytes: 0,
            stop: stop.clone(),
        }
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.is_cancelled() {
            return Err(io::Error::other("it was stopped"));
        }
        let n = self.to.write(bytes)?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
