//! The database layer, the only part of the app that runs SQL.
//!
//! One connection writes, in `BEGIN IMMEDIATE` transactions; a pool of read-only connections reads. No method keeps a
//! transaction open while it waits for anything but the database.

mod access;
mod backup;
mod books;
mod clean_up;
mod decode;
mod disk_full;
#[cfg(test)]
mod failures;
mod instance;
mod jobs;
mod linking;
mod mail;
mod mark;
mod oversight;
mod rates;
mod sealed;
mod upgrade;
mod webhooks;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlitePool};

pub use access::api_keys::ApiKey;
pub use access::browser_sessions::StoredSession;
pub use access::codes::{Exchange, NewCode};
pub use access::devices::{KnownHere, KnownKind};
pub use access::idempotency::Earlier;
pub use access::identities::Removal;
pub use access::logins::{BrowserLogin, Logins, ProgramLogin};
pub use access::operators::{Claim, Grant};
pub use access::passwords::NewPassword;
pub use access::people::NewUser;
pub use access::resets::NewReset;
pub use access::throttle::{Counter, Wait};
pub use access::tokens::{AppGrant, Family, Holder, NextRefresh, Rotation};
pub use access::two_step::{Authenticator, NewAuthenticator};
pub use backup::{
    Contents, copy_database, instance_of, prove_copy, refuse_copy_of_another_program,
    sealed_values_of_copy,
};
pub use books::accounts::{AccountOfInstitution, AccountWithConnection};
pub use books::bulk_edits::{BulkEdited, Chosen, MOST_EDITED};
pub use books::changes::REMOVED_KEPT;
pub use books::checks::BooksToCheck;
pub use books::snapshots::Snapshot;
pub use books::summary::Summary;
pub use books::sync_commit::{Applied, Lacking, SyncCommit, Whole};
pub use books::totals::{Period, Spent, Total, Totals};
pub use books::transactions::{Narrowing, Place, Position, TransactionRecord};
pub use clean_up::CleanUp;
pub use linking::attempts::SealedLink;
pub use linking::connections::NewConnection;
pub use linking::credentials::TypedGrant;
pub use linking::institutions::LinkedInstitution;
pub use linking::nudges::Nudges;
pub use linking::relinks::{AccountToMatch, Pair};
pub use linking::transitions::{Intent, NewLink, Repair};
pub use mail::{MailToSend, MailVerdict};
pub use mark::Leftovers;
pub use oversight::activity::ActivityRecord;
pub use oversight::calls::{CallNarrowing, CallRecord};
pub use oversight::{
    ConnectionOverseen, DeliveryRecord, Health, PersonOverseen, RefusalRecord, ReplayRecord,
    SIGHTINGS_KEPT, Silence,
};
pub use sealed::{SealedColumn, SealedValue, TOKEN_KEY_OWNER};
pub use webhooks::Delivered;
pub use webhooks::outbound::{MessageRecord, NewEndpoint, SealedSecrets, Verdict};

/// An open database transaction. SQLite runs one that writes at a time.
pub(crate) type Tx = sqlx::Transaction<'static, sqlx::Sqlite>;

/// Why a database operation failed. Every function that returns this type fails when SQLite or the file system fails;
/// an `# Errors` section lists only the other causes. The same holds for the app's errors that wrap this one.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite or the file system failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A migration failed; the file is unchanged.
    #[error(
        "the database could not be brought up to date, and nothing in it was changed. Start the version of Passbook that ran before: it works as it did"
    )]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The file was migrated by a newer version.
    #[error(
        "{} was written by a newer version of Passbook (migration {migration}). Start that version, or put back the copy {} that was made before it", .file.display(), .copy.display()
    )]
    Newer {
        /// The database file.
        file: PathBuf,
        /// The last migration that was run on it.
        migration: i64,
        /// The name pattern of the copy made before that migration.
        copy: PathBuf,
    },
    /// The copy before a migration cannot be made; the file is unchanged.
    #[error(
        "the database has to be brought up to date, but no copy of it could be made in {0} first, so nothing was changed. Make room there for a file as large as the database, and start Passbook again"
    )]
    NoCopy(PathBuf, #[source] sqlx::Error),
    /// The file is not a database, or its beginning is damaged.
    #[error(
        "{0} is not a database, or is damaged. Put a copy of your database in its place: your last backup, or a passbook-before-….db beside it. To begin a new Passbook, move it away, with the key"
    )]
    NotADatabase(PathBuf),
    /// The file is a database of another program.
    #[error(
        "{0} is a database, but not one that Passbook made. Nothing in it was changed. Set PASSBOOK_DATA_DIR to the folder that Passbook's own is in, or to a new one"
    )]
    Foreign(PathBuf),
    /// A copy was put in place of a database whose write-ahead log is still there.
    #[error(
        "{} was left by another database than {file}, most likely because Passbook was killed and a copy was put in its place afterwards. Opened together they would damage the copy, so nothing was opened or changed. To start with the copy, delete what the other database left: rm -f '{}' '{}' '{}'. If no copy was put there, delete only the mark: rm '{}'", .0.log.display(), .0.log.display(), .0.index.display(), .0.mark.display(), .0.mark.display(), file = .0.file.display()
    )]
    OtherLog(Leftovers),
    /// The database and the log that a crash left beside it do not fit together.
    #[error(
        "{} and the log beside it, {}, are damaged when they are read together, so nothing was changed. If a copy was put in its place after Passbook was killed, start with the copy by deleting what the other database left: rm -f '{}' '{}' '{}'. If no copy was put there, put your last backup in its place and run the same command", .0.file.display(), .0.log.display(), .0.log.display(), .0.index.display(), .0.mark.display()
    )]
    Damaged(Leftovers),
    /// A copy is damaged or lacks rows; with SQLite's message.
    #[error("{0} is damaged: {1}")]
    Broken(PathBuf, String),
    /// A newer version wrote a copy; its schema number and ours.
    #[error(
        "it was made by a newer version of Passbook (schema {0}, and this one knows {1}). Use that version or a later one"
    )]
    NewerCopy(i64, i64),
    /// A row contains a value that no version of the program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// The value of a unique field is taken; the name of the field.
    #[error("taken: {0}")]
    Taken(&'static str),
    /// The lease has passed to another worker; nothing was written.
    #[error("the lease was lost")]
    LeaseLost,
    /// A sealed secret changed since it was read; nothing was written.
    #[error("another program writes to the database")]
    SealedMeanwhile,
    /// This version of SQLite can lose data.
    #[error(
        "SQLite {0} can lose data (sqlite.org/wal.html#walresetbug); Passbook needs 3.51.3 or later"
    )]
    TooOld(String),
    /// The file has the schema of another version and cannot be upgraded by a reader.
    #[error(
        "the database is of another version of Passbook: start this one once, which brings it up to date"
    )]
    OtherVersion,
}

impl StoreError {
    /// Maps the error of an insert: [`StoreError::Taken`] with the name of the first of these columns that collided.
    pub(crate) fn of_insert(error: sqlx::Error, columns: &[(&str, &'static str)]) -> Self {
        let collided = error
            .as_database_error()
            .filter(|e| e.is_unique_violation());
        let named = collided.and_then(|e| {
            let mut columns = columns.iter();
            columns.find(|(column, _)| e.message().contains(column))
        });
        match named {
            Some((_, name)) => Self::Taken(name),
            None => error.into(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        disk_full::count(&error);
        Self::Database(error)
    }
}

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The number of the last migration, which is the schema that this program writes.
#[must_use]
pub fn schema() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// A handle to the database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    refused: Arc<webhooks::Refused>,
    throttled: Arc<access::throttle::Throttled>,
    /// When jobs were last claimed, in Unix milliseconds; an earlier current time means that the clock was set back.
    claimed_at: Arc<AtomicI64>,
    /// The number of disk failures at the last successful [`Store::prove_writable`].
    room_after: Arc<AtomicU64>,
    remembered: Arc<books::summary::Remembered>,
}

impl Store {
    /// Opens the file, creating it if it is missing, and upgrades it, after making a copy.
    ///
    /// # Errors
    /// If the file cannot be used, copied or upgraded, or SQLite is too old.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        make_private(file).map_err(sqlx::Error::Io)?;
        let options = options(file).create_if_missing(true);
        let write = pool(1)
            .connect_with(
                options
                    .pragma("cache_size", "-16000")
                    // Overwrites deleted data with zeros. Not FAST, which leaves freed pages as they are, and a long
                    // value has pages of its own.
                    .pragma("secure_delete", "ON"),
            )
            .await?;
        refuse_old_sqlite(&write).await?;
        let upgraded = upgrade::upgrade(&write, file, &MIGRATIONS).await;
        upgraded.map_err(|error| match error {
            StoreError::Database(error) => upgrade::named(error, file),
            error => error,
        })?;
        let readers =
            std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8) as u32);
        let read = pool(readers).connect_lazy_with(to_read(file));
        Ok(Self {
            write,
            read,
            refused: Arc::default(),
            throttled: Arc::default(),
            claimed_at: Arc::default(),
            room_after: Arc::default(),
            remembered: Arc::default(),
        })
    }

    /// Opens the file read-only beside a program that may be writing to it. If there is no log beside the file,
    /// SQLite creates an empty one.
    ///
    /// # Errors
    /// If the file cannot be read, or belongs to another program or another version.
    pub async fn open_to_read(file: &Path) -> Result<Self, StoreError> {
        Self::read_with(file, to_read(file)).await
    }

    /// Opens a file that no program has open and that has no log beside it. Creates no files, so it also works on a
    /// full or read-only disk. If another program writes meanwhile, the data read may be inconsistent.
    ///
    /// # Errors
    /// If the file cannot be read, or belongs to another program or another version.
    pub async fn open_at_rest(file: &Path) -> Result<Self, StoreError> {
        Self::read_with(file, to_read(file).immutable(true)).await
    }

    async fn read_with(file: &Path, options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let read = pool(2).connect_with(options).await;
        let read = read.map_err(|e| upgrade::named(e, file))?;
        refuse_old_sqlite(&read).await?;
        upgrade::refuse_other_version(&read, file, &MIGRATIONS).await?;
        Ok(Self {
            write: read.clone(),
            read,
            refused: Arc::default(),
            throttled: Arc::default(),
            claimed_at: Arc::default(),
            room_after: Arc::default(),
            remembered: Arc::default(),
        })
    }

    /// Closes every connection; committed data is in the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// A pool that does not hand out a connection whose transaction did not end.
///
/// On a full disk or an I/O error SQLite may roll back automatically. sqlx's own ROLLBACK then fails, sqlx keeps
/// counting an open transaction, and no further transaction could begin on that connection. By the time a connection
/// is handed out, the ROLLBACK has been processed: sqlx pings every returned connection, behind all commands sent to
/// it before.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .before_acquire(|connection, _| {
            let ended = !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(ended)))
        })
}

/// The options for a connection that may write.
fn options(file: &Path) -> SqliteConnectOptions {
    usual(file).journal_mode(SqliteJournalMode::Wal)
}

/// The options for every connection. The journal mode is a property of the file; a reader cannot change it.
fn usual(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Buffers a whole page of rows, so that SQLite's thread does not wait for ours halfway.
        .row_buffer_size(128)
        .pragma("temp_store", "MEMORY")
        .pragma("journal_size_limit", "67108864")
}

fn to_read(file: &Path) -> SqliteConnectOptions {
    usual(file)
        .create_if_missing(false)
        .read_only(true)
        .pragma("cache_size", "-16000")
}

/// Creates the file, readable by its owner only. SQLite gives the files beside it the same mode.
fn make_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let options = &mut std::fs::OpenOptions::new();
    options
        .create(true)
        .append(true)
        .mode(0o600)
        .open(file)
        .map(drop)
}

async fn sqlite_version(pool: &SqlitePool) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(pool)
        .await
}

/// Older versions lose committed pages when two connections checkpoint at once.
async fn refuse_old_sqlite(pool: &SqlitePool) -> Result<(), StoreError> {
    let version = sqlite_version(pool).await?;
    let numbers: Vec<u32> = version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    if numbers.as_slice() < [3, 51, 3].as_slice() {
        return Err(StoreError::TooOld(version));
    }
    Ok(())
}
