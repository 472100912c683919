//! The bank's database, `sandbox.db`. This is the only module of the bank that contains SQL.
//!
//! There is one writer connection and a few readers. The SQL is kept portable: `$1`, `ON CONFLICT`, integers for flags.

pub mod accounts;
pub mod deliveries;
pub mod identity;
pub mod items;
pub mod keys;
pub mod links;
pub mod members;
pub mod mx_settings;
pub mod rates;
pub mod rows;
pub mod settings;
pub mod users;
pub mod windows;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Sqlite, Transaction};

/// The `user_version` of a database in which old passwords have been overwritten.
const WIPED: i64 = 1;

/// The open database.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// An open transaction. Dropping it rolls it back.
pub type Write = Transaction<'static, Sqlite>;

/// Why the bank's database failed. An `# Errors` section names only what else a function refuses.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An error of SQLite. Its text contains no stored values.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// The database has the schema of another version.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored record cannot be read.
    #[error("a record of the bank's file cannot be read: {0}")]
    Record(#[from] serde_json::Error),
    /// A stored date or amount cannot be read.
    #[error("a value of the bank's file cannot be read")]
    Value,
}

impl Store {
    /// Opens `sandbox.db` in a folder and migrates it.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        // NORMAL may lose the last commits in a power failure, but never corrupts the file. This bank holds no real
        // money.
        let file = folder.join("sandbox.db");
        make_private(&file).map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("secure_delete", "ON");
        let writer = pool(1).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        wipe(&writer).await?;
        let readers = pool(2).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers })
    }

    /// Begins a write transaction. It takes the write lock at once, because upgrading a read transaction can be
    /// refused.
    pub async fn write(&self) -> Result<Write, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Begins a read transaction.
    pub async fn begin_read(&self) -> Result<Write, StoreError> {
        Ok(self.readers.begin().await?)
    }
}

/// A pool that discards a connection whose transaction did not end. When SQLite has already rolled back, as it does on
/// a full disk, sqlx's ROLLBACK fails, and no other transaction could ever begin on that connection.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .before_acquire(|connection, _| {
            let ended = !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(ended)))
        })
}

/// Overwrites the traces of passwords that an earlier version left in free pages and in the write-ahead log.
/// `user_version` is set last, so an interrupted wipe is repeated.
async fn wipe(writer: &SqlitePool) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(writer)
        .await?;
    if version >= WIPED {
        return Ok(());
    }
    let mark = format!("PRAGMA user_version = {WIPED}");
    sqlx::query("VACUUM").execute(writer).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(writer)
        .await?;
    sqlx::query(AssertSqlSafe(mark)).execute(writer).await?;
    Ok(())
}

/// Creates the file readable by its owner only, because it contains usable tokens.
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

#[cfg(test)]
mod tests {
    use sqlx::Executor;

    use super::*;
    use crate::tests::files_with;

    #[tokio::test]
    async fn a_transaction_that_sqlite_rolled_back_by_itself_fails_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a file");
        for _ in 0..2 {
            let mut write = store.write().await.expect("a write begins");
            write
                .execute("CREATE TABLE note (text TEXT)")
                .await
                .expect("written");
            let mut handle = write.lock_handle().await.expect("SQLite");
            handle.set_commit_hook(|| false);
            drop(handle);
            assert!(write.commit().await.is_err());

            let write = store.write().await.expect("the next write begins");
            write.commit().await.expect("and ends");
            let mut read = store.begin_read().await.expect("a read begins");
            read.execute("ROLLBACK").await.expect("rolled back");
        }
        store.begin_read().await.expect("the next read begins");
    }

    #[tokio::test]
    async fn what_a_version_that_kept_passwords_left_is_wiped() {
        const PASSWORD: &str = "9f-Quokka~rides.a_Zeppelin";
        let folder = tempfile::tempdir().expect("a folder");
        let file = SqliteConnectOptions::new()
            .filename(folder.path().join("sandbox.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        let old = pool(1).connect_with(file).await.expect("a file");
        let mut before = sqlx::migrate!("./migrations");
        let last = before
            .iter()
            .position(|one| one.description == "no passwords");
        before
            .migrations
            .to_mut()
            .truncate(last.expect("it is there"));
        before.run(&old).await.expect("as it was");
        let filled = format!(
            r#"INSERT INTO item (id, institution_id, username, password, linked_day, world_day, created_at, products,
                 consented, days_requested, dynamic, ignores_days)
               VALUES ('1', 'ins_109508', 'user_yuppie', '{PASSWORD}', '2026-03-10', '2026-03-10', 0, '[]', '[]', 90, 0, 0);
               INSERT INTO mx_user (guid, created_at) VALUES ('USR-1', 0);
               INSERT INTO mx_member (guid, user_guid, institution_code, username, item_id, created_at, record)
               VALUES ('MBR-1', 'USR-1', 'mxbank', 'user_yuppie', '1', 0,
                 '{{"password":"{PASSWORD}","status":"CONNECTED","is_oauth":false}}'),
                 ('MBR-2', 'USR-1', 'mxbank', 'other', NULL, 0,
                 '{{"password":"{PASSWORD}","status":"DENIED","is_oauth":false}}');"#
        );
        old.execute(AssertSqlSafe(filled)).await.expect("filled");
        old.close().await;
        assert!(!files_with(folder.path(), PASSWORD).is_empty());

        let store = Store::open(folder.path()).await.expect("a file");
        assert_eq!(files_with(folder.path(), PASSWORD), Vec::<String>::new());
        let mut read = store.begin_read().await.expect("a read begins");
        let item = items::by_id(&mut read, "1").await.expect("read");
        assert_eq!(item.expect("an Item").person, "\"YoungProfessional\"");
        let one = members::by_guid(&mut read, "MBR-1").await.expect("read");
        let log_in = one
            .expect("a member")
            .record
            .log_in
            .expect("it stays connected");
        assert!(matches!(
            log_in.person,
            Some(crate::world::Person::YoungProfessional)
        ));
        let two = members::by_guid(&mut read, "MBR-2").await.expect("read");
        assert!(two.expect("a member").record.log_in.is_none());
    }
}
