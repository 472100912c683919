//! Detects whether the disk has room to write.

use std::sync::atomic::{AtomicU64, Ordering};

use libsqlite3_sys::{SQLITE_FULL, SQLITE_IOERR};

use crate::{Store, StoreError};

/// How often a write failed because the disk was full or failing. Only one process writes to the database, so a
/// static suffices.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// Commits a page although the value does not change, which needs disk space. Nothing reads this number.
const SMALL: &str = "PRAGMA user_version = 0";
/// 4 MiB: more than SQLite lets its log grow to before it restarts it, so that it does not fit into the log's
/// existing size. The pages are overwritten with zeros when they are freed (`secure_delete`), so they are really
/// written. It uses no table of its own, because after a crash a schema change would look like another database
/// (`mark`).
const LARGE: &str = "INSERT INTO institution (provider, provider_id, name, logo, fetched_at)
         VALUES ('', '', '', zeroblob(4194304), 0);
     DELETE FROM institution WHERE provider = ''";

/// Counts an error if the disk was full or failed.
pub(crate) fn count(error: &sqlx::Error) {
    let code = error.as_database_error().and_then(|error| error.code());
    // The lowest byte is the primary result code; the others detail it.
    let kind = code.and_then(|code| code.parse::<i32>().ok());
    if matches!(
        kind.map(|code| code & 0xff),
        Some(SQLITE_FULL | SQLITE_IOERR)
    ) {
        FAILURES.fetch_add(1, Ordering::Relaxed);
    }
}

impl Store {
    /// Proves that a write can begin and commit now, by writing data that changes nothing: one page, or, after a disk
    /// failure, 4 MiB until that succeeds.
    ///
    /// # Errors
    /// If the write fails: the disk is full or failing, or another program holds the database.
    pub async fn prove_writable(&self) -> Result<(), StoreError> {
        let failures = FAILURES.load(Ordering::Relaxed);
        let known = self.room_after.load(Ordering::Relaxed) == failures;
        let mut tx = self.begin().await?;
        sqlx::raw_sql(if known { SMALL } else { LARGE })
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.room_after.store(failures, Ordering::Relaxed);
        Ok(())
    }
}
