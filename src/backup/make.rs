//! Making a backup: copies first, then their proof, then one file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::archive::{BANK, DATABASE, KEY, Part, pack};
use super::manifest::{Database, FORMAT, Manifest};
use super::prove::prove_secrets;
use super::work_folder::WorkFolder;
use super::{BackupError, Encryption};

/// What a backup is made of.
#[derive(Clone, Debug)]
pub struct Source {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The key file, if it should be in the backup.
    pub key_file: Option<PathBuf>,
}

/// Where a backup goes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A file that does not exist yet. It has its name when it is whole, and not before.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// What was backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The schema of the database.
    pub schema: i64,
    /// The number of rows of each table of it.
    pub rows: BTreeMap<String, i64>,
    /// The size of the backup in bytes.
    pub bytes: u64,
}

/// Makes a backup.
///
/// # Errors
/// When no backup was made; nothing is left of the attempt.
pub async fn make(
    source: &Source,
    encryption: &Encryption,
    to: &Destination,
    now: Timestamp,
) -> Result<Summary, BackupError> {
    if source.key_file.is_some() && matches!(encryption, Encryption::None) {
        return Err(BackupError::KeyInTheClear);
    }
    if let Destination::File(path) = to
        && path.symlink_metadata().is_ok()
    {
        return Err(BackupError::Occupied(path.clone()));
    }
    let database = source.data_dir.join(DATABASE);
    if !database.exists() {
        return Err(BackupError::NoDatabase(database));
    }
    let work = WorkFolder::take(&source.data_dir)?;
    let (databases, mut parts) = copies(source, work.path()).await?;
    if let Some(key) = &source.key_file {
        parts.push((KEY, copy_key(key, work.path()).await?));
    }
    let manifest = Manifest {
        format: FORMAT,
        passbook: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.as_second(),
        databases,
        has_key: source.key_file.is_some(),
    };
    let (encryption, to) = (encryption.clone(), to.clone());
    let packed = tokio::task::spawn_blocking(move || {
        // The copies are there as long as somebody reads them, whoever gave this work up.
        let _work = work;
        write(&to, &encryption, &manifest, &parts).map(|bytes| (bytes, manifest))
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

/// A copy of the key file that opens every secret of the copied database: the key may be being changed.
async fn copy_key(key: &Path, folder: &Path) -> Result<PathBuf, BackupError> {
    let copy = folder.join(KEY);
    let failed = |error| BackupError::File(key.to_owned(), error);
    fs::copy(key, &copy).map_err(failed)?;
    fs::set_permissions(&copy, Permissions::from_mode(0o600)).map_err(failed)?;
    prove_secrets(DATABASE, folder, std::slice::from_ref(&copy))
        .await
        .map_err(|error| BackupError::Key(Box::new(error)))?;
    Ok(copy)
}

/// Copies of the databases, proven. The bank's is made last: what it has done since, Passbook learns from it again.
async fn copies(
    source: &Source,
    folder: &Path,
) -> Result<(BTreeMap<String, Database>, Vec<Part>), BackupError> {
    let mut databases = BTreeMap::new();
    let mut parts = Vec::new();
    for name in [DATABASE, BANK] {
        let (original, copy) = (source.data_dir.join(name), folder.join(name));
        if !original.exists() {
            continue;
        }
        let failed = |error| BackupError::Copy(source.data_dir.clone(), error);
        store::copy_database(&original, &copy)
            .await
            .map_err(failed)?;
        let contents = store::prove_copy(&copy).await;
        let contents = contents.map_err(BackupError::Damaged)?;
        if name == DATABASE {
            store::refuse_copy_of_another_program(&copy, &contents)
                .await
                .map_err(BackupError::Damaged)?;
        }
        let bytes = fs::metadata(&copy).map_err(|error| BackupError::File(copy.clone(), error))?;
        databases.insert(
            name.to_owned(),
            Database {
                bytes: bytes.len(),
                schema: contents.schema,
                rows: contents.rows,
            },
        );
        parts.push((name, copy));
    }
    Ok((databases, parts))
}

fn write(
    to: &Destination,
    encryption: &Encryption,
    manifest: &Manifest,
    parts: &[Part],
) -> Result<u64, BackupError> {
    match to {
        Destination::Stdout => {
            let counted = Counted {
                to: io::stdout().lock(),
                bytes: 0,
            };
            let mut counted = pack(counted, encryption, manifest, parts)?;
            let failed = |error| BackupError::File("standard output".into(), error);
            counted.flush().map_err(failed)?;
            Ok(counted.bytes)
        }
        Destination::File(path) => {
            let part = part_of(path);
            let written = write_file(&part, path, encryption, manifest, parts);
            if written.is_err() {
                // It may be what fills the disk.
                let _ = fs::remove_file(&part);
            }
            written
        }
    }
}

fn write_file(
    part: &Path,
    path: &Path,
    encryption: &Encryption,
    manifest: &Manifest,
    parts: &[Part],
) -> Result<u64, BackupError> {
    let failed = |error| BackupError::File(path.to_owned(), error);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(part)
        .map_err(failed)?;
    let buffered = io::BufWriter::with_capacity(1 << 16, file);
    let buffered = pack(buffered, encryption, manifest, parts)?;
    let file = buffered.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_all().map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    // A link, because a rename would overwrite what got the name meanwhile.
    fs::hard_link(part, path)
        .and_then(|()| fs::remove_file(part))
        .or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Err(error),
            // Not every file system has links.
            _ => fs::rename(part, path),
        })
        .map_err(failed)?;
    sync_folder_of(path).map_err(failed)?;
    Ok(bytes)
}

/// The name of a backup that is not whole yet.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Sees that the names in the folder of this path are on the disk.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
