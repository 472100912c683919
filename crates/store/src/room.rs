//! Whether what is written fits on the disk.

use std::sync::atomic::{AtomicU64, Ordering};

use libsqlite3_sys::{SQLITE_FULL, SQLITE_IOERR};

use crate::{Store, StoreError};

/// How often something failed for want of room. One process has the database to itself, so its memory is the place.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// SQLite commits the page all the same, which needs room on the disk. Nothing reads this number.
const SMALL: &str = "PRAGMA user_version = 0";
/// 4 MiB: more than SQLite lets its log grow to before it begins it anew, so that it does not fit into what the log has
/// on the disk already. The pages are overwritten with zeros when they are freed (`secure_delete`), and so written. Not
/// in a table of its own, because a crash after a change of the schema would look like another database (`mark`).
const LARGE: &str = "INSERT INTO institution (provider, provider_id, name, logo, fetched_at)
         VALUES ('', '', '', zeroblob(4194304), 0);
     DELETE FROM institution WHERE provider = ''";

/// Keeps in mind that the disk was full, or failed.
pub(crate) fn note(error: &sqlx::Error) {
    let code = error.as_database_error().and_then(|error| error.code());
    // The lowest byte says what it is, the others what of it.
    let kind = code.and_then(|code| code.parse::<i32>().ok());
    if matches!(
        kind.map(|code| code & 0xff),
        Some(SQLITE_FULL | SQLITE_IOERR)
    ) {
        FAILURES.fetch_add(1, Ordering::Relaxed);
    }
}

impl Store {
    /// Proves that a write can begin and be committed now, by writing what changes nothing: a page, and after a write
    /// for which there was no room 4 MiB, until they fit.
    ///
    /// # Errors
    /// When it cannot: the disk is full or fails, or another program holds the database.
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
