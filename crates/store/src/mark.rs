//! The mark: detects whether a write-ahead log belongs to the database beside it.
//!
//! SQLite does not check this. If a copy replaces a database whose log was left by a crash, SQLite writes the old
//! database's changes into the copy: the restore is undone, or the copy is damaged (sqlite.org/howtocorrupt.html,
//! 1.4). So each start gives the file a new random number, the header's application id, and stores it with the schema
//! version in a separate file, the mark. A copy from before the start has another number, and a copy that SQLite made
//! (`.backup`, `VACUUM INTO`) has another schema version.
//!
//! A copy that `cp` made while Passbook ran has the same mark as the log. The two together are mostly damaged, so
//! after a crash the whole database is read before anything is written ([`Store::check_after_crash`]).
//!
//! The mark must never be wrong about a database whose process was merely killed. So it is deleted, durably, before
//! the number or the schema changes, and written once the log is empty and the file contains the new number. Without
//! a mark there is no check.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::{Store, StoreError, upgrade};

/// The first bytes of every SQLite file (sqlite.org/fileformat2.html, 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The read version in the header of a database in WAL mode.
const WAL: u8 = 2;

/// The fields of the first page in the file itself, regardless of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    application_id: u32,
    schema_version: u32,
}

impl Header {
    /// Reads the header; `None` if the file is empty.
    fn read_from(file: &Path) -> Result<Option<Self>, StoreError> {
        let start = beginning(file)?;
        if start.is_empty() {
            return Ok(None);
        }
        let number = |at: usize| Some(u32::from_be_bytes(start.get(at..at + 4)?.try_into().ok()?));
        match (start.starts_with(MAGIC), number(68), number(40)) {
            (true, Some(application_id), Some(schema_version)) => Ok(Some(Self {
                application_id,
                schema_version,
            })),
            _ => Err(StoreError::NotADatabase(file.to_owned())),
        }
    }

    fn as_text(self) -> String {
        format!("{:08x} {:08x}\n", self.application_id, self.schema_version)
    }
}

/// The first 100 bytes of the file, or fewer if it is shorter.
fn beginning(file: &Path) -> Result<Vec<u8>, StoreError> {
    let mut start = Vec::with_capacity(100);
    let open = fs::File::open(file).map_err(sqlx::Error::Io)?;
    open.take(100)
        .read_to_end(&mut start)
        .map_err(sqlx::Error::Io)?;
    Ok(start)
}

/// A database with the non-empty write-ahead log of a crash, and the other files beside it.
#[derive(Debug)]
pub struct Leftovers {
    /// The database.
    pub(crate) file: PathBuf,
    /// The log.
    pub(crate) log: PathBuf,
    /// The log's index.
    pub(crate) index: PathBuf,
    /// The mark.
    pub(crate) mark: PathBuf,
}

impl Leftovers {
    /// `None` if there is no log, or an empty one.
    fn find(file: PathBuf) -> Option<Self> {
        let log = beside(&file, "-wal");
        let holds_something = fs::metadata(&log).is_ok_and(|found| found.len() > 0);
        holds_something.then(|| Self {
            log,
            index: beside(&file, "-shm"),
            mark: beside(&file, "-mark"),
            file,
        })
    }
}

impl Store {
    /// Checks the file without opening it as a database, so that nothing in it changes. A missing or empty file
    /// passes. Must not be called on a file that this process has open as a database, because that would release its
    /// locks.
    ///
    /// # Errors
    /// [`StoreError::NotADatabase`]; [`StoreError::OtherLog`] if the log beside it belongs to another file.
    pub fn inspect(file: &Path) -> Result<(), StoreError> {
        let Ok(file) = fs::canonicalize(file) else {
            return Ok(());
        };
        let header = Header::read_from(&file)?;
        let Some(left) = Leftovers::find(file) else {
            return Ok(());
        };
        match fs::read_to_string(&left.mark) {
            Ok(kept) if is_whole(&kept) && header.map(Header::as_text).as_ref() != Some(&kept) => {
                Err(StoreError::OtherLog(left))
            }
            _ => Ok(()),
        }
    }

    /// Whether there is a non-empty log beside the file.
    #[must_use]
    pub fn has_log(file: &Path) -> bool {
        fs::canonicalize(file).is_ok_and(|file| Leftovers::find(file).is_some())
    }

    /// Whether the file is in WAL mode, by its header. Like [`Store::inspect`], not for a file that this process has
    /// open as a database.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn has_write_ahead_log(file: &Path) -> Result<bool, StoreError> {
        let start = beginning(file)?;
        Ok(start.starts_with(MAGIC) && start.get(19) == Some(&WAL))
    }

    /// Reads the file together with the log that a crash left, without writing to either; does nothing if there is no
    /// log. Takes as long as reading the whole file, and must not be called while another program has it open.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the two together are not an intact database.
    pub async fn check_after_crash(file: &Path) -> Result<(), StoreError> {
        let Ok(file) = fs::canonicalize(file) else {
            return Ok(());
        };
        let Some(left) = Leftovers::find(file) else {
            return Ok(());
        };
        // A read-only connection does not checkpoint the log into the file when it is the last to close.
        let options = SqliteConnectOptions::new()
            .filename(&left.file)
            .read_only(true);
        let mut reading = options.connect().await?;
        let found = sqlx::query_scalar("PRAGMA quick_check(1)");
        let found: Result<String, _> = found.fetch_one(&mut reading).await;
        reading.close().await?;
        match found.map_err(|error| upgrade::named(error, &left.file)) {
            Ok(well) if well == "ok" => Ok(()),
            Ok(_) | Err(StoreError::NotADatabase(_)) => Err(StoreError::Damaged(left)),
            Err(error) => Err(error),
        }
    }

    /// Marks the file, so that a copy that later replaces it can be detected. The caller must hold the lock of the
    /// data directory. Leaves the file without a mark if there are other readers.
    ///
    /// # Errors
    /// If the file or the mark cannot be written; then there is no mark.
    pub async fn mark(&self, file: &Path) -> Result<(), StoreError> {
        let file = fs::canonicalize(file).map_err(sqlx::Error::Io)?;
        Self::forget_mark(&file)?;
        let id: i64 = sqlx::query_scalar("SELECT abs(random() % 2147483647)")
            .fetch_one(&self.write)
            .await?;
        let set = sqlx::AssertSqlSafe(format!("PRAGMA application_id = {id}"));
        sqlx::query(set).execute(&self.write).await?;
        let version: i64 = sqlx::query_scalar("PRAGMA schema_version")
            .fetch_one(&self.write)
            .await?;
        let emptied = self.empty_write_ahead_log().await?;
        // Does not read the file: closing it would release the locks that SQLite holds on it in this process
        // (sqlite.org/howtocorrupt.html, 2.2).
        match (emptied, u32::try_from(id), u32::try_from(version)) {
            (true, Ok(application_id), Ok(schema_version)) => {
                let header = Header {
                    application_id,
                    schema_version,
                };
                Ok(write(&file, header).map_err(sqlx::Error::Io)?)
            }
            _ => Ok(()),
        }
    }

    /// Deletes the mark durably: before the schema changes, and when there is no log.
    ///
    /// # Errors
    /// If it cannot be deleted.
    pub fn forget_mark(file: &Path) -> Result<(), StoreError> {
        let mark = beside(&fs::canonicalize(file).unwrap_or(file.to_owned()), "-mark");
        match fs::remove_file(&mark) {
            Ok(()) => Ok(sync_folder(&mark).map_err(sqlx::Error::Io)?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(sqlx::Error::Io(error).into()),
        }
    }
}

fn write(file: &Path, header: Header) -> std::io::Result<()> {
    let mark = beside(file, "-mark");
    let mut made = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&mark)?;
    made.write_all(header.as_text().as_bytes())?;
    made.sync_all()?;
    sync_folder(&mark)
}

/// Whether the mark was written completely; a truncated one is ignored.
fn is_whole(mark: &str) -> bool {
    mark.len() == 18 && mark.ends_with('\n')
}

fn sync_folder(file: &Path) -> std::io::Result<()> {
    fs::File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
