//! The database: the only room that speaks SQL.
//!
//! One connection writes, in `BEGIN IMMEDIATE` transactions; a pool of read-only ones reads. No method
//! holds a transaction open while it waits for anything but the database.

mod access;
mod backup;
mod books;
mod clean_up;
#[cfg(test)]
mod failures;
mod instance;
mod jobs;
mod linking;
mod mark;
mod oversight;
mod rates;
mod read;
mod room;
mod sealed;
mod upgrade;
mod webhooks;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqlitePool, Transaction};

pub use access::api_keys::ApiKey;
pub use access::codes::{Exchange, NewCode};
pub use access::devices::{KnownHere, KnownKind};
pub use access::idempotency::Earlier;
pub use access::identities::Removal;
pub use access::operators::{Claim, Grant};
pub use access::passwords::NewPassword;
pub use access::people::NewUser;
pub use access::throttle::{Counter, Wait};
pub use access::tokens::{AppGrant, Family, Holder, NextRefresh, Rotation};
pub use backup::{
    Contents, copy_database, instance_of, prove_copy, refuse_copy_of_another_program,
    sealed_values_of_copy,
};
pub use books::accounts::{AccountOfInstitution, AccountWithConnection};
pub use books::changes::REMOVED_KEPT;
pub use books::checks::BooksToCheck;
pub use books::snapshots::Snapshot;
pub use books::sync_commit::{Applied, Lacking, SyncCommit, Whole};
pub use books::transactions::{Narrowing, Position, TransactionRecord};
pub use clean_up::CleanUp;
pub use linking::connections::NewConnection;
pub use linking::institutions::LinkedInstitution;
pub use linking::links::SealedLink;
pub use linking::nudges::Nudges;
pub use linking::relinks::{AccountToMatch, Pair};
pub use linking::transitions::{Intent, NewLink, Repair};
pub use linking::typed::TypedGrant;
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

/// Why the database could not do it. Every function that returns it fails when SQLite or the file system fails; an
/// `# Errors` section names what else a function refuses. The same holds for the errors of the app that carry this one.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite or the file system failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The file cannot be brought up to date, and is what it was.
    #[error(
        "the database could not be brought up to date, and nothing in it was changed. Start the version of Passbook that ran before: it works as it did"
    )]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A newer version has migrated the file.
    #[error(
        "{} was written by a newer version of Passbook (migration {migration}). Start that version, or put back the copy {} that was made before it", .file.display(), .copy.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// The last migration that was run on it.
        migration: i64,
        /// How a copy from before is called.
        copy: PathBuf,
    },
    /// The copy before a migration cannot be made, and the file is what it was.
    #[error(
        "the database has to be brought up to date, but no copy of it could be made in {0} first, so nothing was changed. Make room there for a file as large as the database, and start Passbook again"
    )]
    NoCopy(PathBuf, #[source] sqlx::Error),
    /// The file is something else, or its beginning is damaged.
    #[error(
        "{0} is not a database, or is damaged. Put a copy of your database in its place: your last backup, or a passbook-before-….db beside it. To begin a new Passbook, move it away, with the key"
    )]
    NotADatabase(PathBuf),
    /// The file is a database of another program.
    #[error(
        "{0} is a database, but not one that Passbook made. Nothing in it was changed. Set PASSBOOK_DATA_DIR to the folder that Passbook's own is in, or to a new one"
    )]
    Foreign(PathBuf),
    /// A copy was put in the place of a database whose write-ahead log is still there.
    #[error(
        "{} was left by another database than {file}, most likely because Passbook was killed and a copy was put in its place afterwards. Opened together they would damage the copy, so nothing was opened or changed. To start with the copy, delete what the other database left: rm -f '{}' '{}' '{}'. If no copy was put there, delete only the mark: rm '{}'", .0.log.display(), .0.log.display(), .0.index.display(), .0.mark.display(), .0.mark.display(), file = .0.file.display()
    )]
    OtherLog(Leftovers),
    /// The database and the log that a crash left beside it do not fit together.
    #[error(
        "{} and the log beside it, {}, are damaged when they are read together, so nothing was changed. If a copy was put in its place after Passbook was killed, start with the copy by deleting what the other database left: rm -f '{}' '{}' '{}'. If no copy was put there, put your last backup in its place and run the same command", .0.file.display(), .0.log.display(), .0.log.display(), .0.index.display(), .0.mark.display()
    )]
    Damaged(Leftovers),
    /// A copy has tables, but they are damaged or rows are missing; what SQLite says.
    #[error("{0} is damaged: {1}")]
    Broken(PathBuf, String),
    /// A newer version wrote a copy: its schema, and the one that this version knows.
    #[error(
        "it was made by a newer version of Passbook (schema {0}, and this one knows {1}). Use that version or a later one"
    )]
    NewerCopy(i64, i64),
    /// A row holds what no version of the program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// Somebody else has this already; the name of the field.
    #[error("taken: {0}")]
    Taken(&'static str),
    /// The worker's lease has passed to another: nothing was written.
    #[error("the lease was lost")]
    LeaseLost,
    /// A sealed secret is not what it was a moment ago: nothing was written.
    #[error("another program writes to the database")]
    SealedMeanwhile,
    /// SQLite is too old to be trusted with the books.
    #[error(
        "SQLite {0} can lose data (sqlite.org/wal.html#walresetbug); Passbook needs 3.51.3 or later"
    )]
    TooOld(String),
    /// The file was written by another version, and may only be read.
    #[error(
        "the database is of another version of Passbook: start this one once, which brings it up to date"
    )]
    OtherVersion,
}

impl StoreError {
    /// An insert that was refused: [`StoreError::Taken`] with the name of the first of these columns that it collided
    /// in.
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
        room::note(&error);
        Self::Database(error)
    }
}

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The number of the last migration: the schema that this program writes.
#[must_use]
pub fn schema() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    refused: Arc<webhooks::Refused>,
    throttled: Arc<access::throttle::Throttled>,
    /// When work was last looked for: an earlier moment means that the clock was set back.
    claimed_at: Arc<AtomicI64>,
    /// After how many failures for want of room there was room again.
    room_after: Arc<AtomicU64>,
}

impl Store {
    /// Opens the file, makes it when there is none, and brings it up to date, with a copy made before.
    ///
    /// # Errors
    /// When the file cannot be used, copied or brought up to date, or SQLite is too old.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        make_private(file).map_err(sqlx::Error::Io)?;
        let options = options(file).create_if_missing(true);
        let write = pool(1)
            .connect_with(
                options
                    .pragma("cache_size", "-16000")
                    // Overwrites what is deleted with zeros. Not FAST, which leaves freed pages as they are: a
                    // long value has pages of its own.
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
        })
    }

    /// Opens the file beside a program that may be writing to it. Whatever writes fails. Where no log lies beside the
    /// file, SQLite makes an empty one.
    ///
    /// # Errors
    /// When the file cannot be read, is another program's, or is of another version.
    pub async fn open_to_read(file: &Path) -> Result<Self, StoreError> {
        Self::read_with(file, to_read(file)).await
    }

    /// Opens a file that nobody has open and beside which no log lies, and makes nothing beside it: so it is read on a
    /// disk that is full or may not be written to as well. If somebody does write meanwhile, what is read may not fit
    /// together.
    ///
    /// # Errors
    /// When the file cannot be read, is another program's, or is of another version.
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
        })
    }

    /// Closes every connection; what was committed is in the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// A pool that does not give out a connection whose transaction did not end.
///
/// On a full disk or an I/O error SQLite may roll back by itself. The ROLLBACK that sqlx sends then fails, sqlx goes
/// on counting an open transaction, and no other could ever begin on that connection. When it is given out, the
/// ROLLBACK has been handled: sqlx tests each connection that comes back, behind everything that was sent to it.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .before_acquire(|connection, _| {
            let ended = !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(ended)))
        })
}

/// How the file is opened by whoever may write to it.
fn options(file: &Path) -> SqliteConnectOptions {
    usual(file).journal_mode(SqliteJournalMode::Wal)
}

/// How the file is opened, whoever opens it. The journal's mode stands in the file; a reader cannot change it.
fn usual(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // A whole page of rows at once, so that SQLite's thread does not wait for ours in the middle of it.
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

/// Makes the file, for its owner's eyes only. SQLite gives the files beside it the same mode.
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

/// Older ones lose committed pages when two connections checkpoint at once.
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
