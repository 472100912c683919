//! Whether the write-ahead log beside the database belongs to it.
//!
//! SQLite does not check this. When a copy is put in the place of a database whose log was left by a crash, SQLite
//! writes the old database's changes into the copy: the restore is undone, or the copy is damaged
//! (sqlite.org/howtocorrupt.html, 1.4). So each start gives the file a new random number, the header's application id,
//! and keeps it in a file of its own, the mark, together with the version of the schema. A copy from before the start
//! has another number, and a copy that SQLite made (`.backup`, `VACUUM INTO`) has another version of the schema.
//!
//! A copy that `cp` made while Passbook ran has the same mark as the log. What the two then amount to is mostly damaged,
//! so after a crash the whole is read before anything is written ([`Store::check_after_crash`]).
//!
//! The mark must never be wrong about a database that was only killed. So it is deleted, durably, before the number or
//! the schema changes, and written when the log is empty and the file holds the new number. No mark means no check.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::{Store, StoreError, upgrade};

/// How every SQLite file begins (sqlite.org/fileformat2.html, 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The header's read version of a database with a write-ahead log.
const WAL: u8 = 2;

/// What the first page of the file itself says, whatever the log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    application_id: u32,
    schema_version: u32,
}

impl Header {
    /// None in an empty file.
    fn read(file: &Path) -> Result<Option<Self>, StoreError> {
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

/// The file's header, or less where the file is shorter.
fn beginning(file: &Path) -> Result<Vec<u8>, StoreError> {
    let mut start = Vec::with_capacity(100);
    let open = fs::File::open(file).map_err(sqlx::Error::Io)?;
    open.take(100)
        .read_to_end(&mut start)
        .map_err(sqlx::Error::Io)?;
    Ok(start)
}

/// A database whose write-ahead log a crash left beside it, and the other files there.
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
    /// None when no log was left, or an empty one.
    fn of(file: PathBuf) -> Option<Self> {
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
    /// Looks at the file without opening it as a database, so that nothing in it changes. A file that is missing or
    /// empty is good. Not for a file that this process has open as a database: the locks on it would end.
    ///
    /// # Errors
    /// [`StoreError::NotADatabase`], and [`StoreError::OtherLog`] when the log beside it belongs to another file.
    pub fn inspect(file: &Path) -> Result<(), StoreError> {
        let Ok(file) = fs::canonicalize(file) else {
            return Ok(());
        };
        let header = Header::read(&file)?;
        let Some(left) = Leftovers::of(file) else {
            return Ok(());
        };
        match fs::read_to_string(&left.mark) {
            Ok(kept) if is_whole(&kept) && header.map(Header::as_text).as_ref() != Some(&kept) => {
                Err(StoreError::OtherLog(left))
            }
            _ => Ok(()),
        }
    }

    /// Whether a log lies beside the file that holds something.
    #[must_use]
    pub fn has_log(file: &Path) -> bool {
        fs::canonicalize(file).is_ok_and(|file| Leftovers::of(file).is_some())
    }

    /// Whether the file says of itself that changes go to a write-ahead log first. Like [`Store::inspect`], not for a
    /// file that this process has open as a database.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_write_ahead_log(file: &Path) -> Result<bool, StoreError> {
        let start = beginning(file)?;
        Ok(start.starts_with(MAGIC) && start.get(19) == Some(&WAL))
    }

    /// Reads the file and the log that a crash left beside it as one, without writing to either; does nothing where no
    /// log was left. Takes as long as reading the whole file does, and is not for a file that another program has open.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when they do not amount to a database.
    pub async fn check_after_crash(file: &Path) -> Result<(), StoreError> {
        let Ok(file) = fs::canonicalize(file) else {
            return Ok(());
        };
        let Some(left) = Leftovers::of(file) else {
            return Ok(());
        };
        // Closed for reading only, the last connection does not move the log into the file.
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

    /// Marks the file, so that a copy which is put in its place later can be told from it. For a program that keeps
    /// the data directory locked. When others are reading, it stays without a mark.
    ///
    /// # Errors
    /// When the file or the mark cannot be written; then there is no mark.
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
        // Not read from the file: closing it would end the locks that SQLite holds on it in this process
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

    /// Deletes the mark for good: before the schema changes, and when there is no log.
    ///
    /// # Errors
    /// When it cannot be deleted.
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

/// A mark that was cut short says nothing.
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
