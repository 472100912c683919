//! The condition of the database file, and the silence of providers, for checks of the set-up.

use jiff::Timestamp;

use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError, sqlite_version};

/// The most faults of a damaged database that are reported.
const FAULTS: i64 = 3;

/// Since when a provider has sent no webhook.
#[derive(Clone, Debug)]
pub struct Silence {
    /// The provider's word.
    pub provider: String,
    /// When its oldest connection that is still linked was made.
    pub linked_at: Timestamp,
    /// When its last verified webhook arrived, among those still stored.
    pub last_webhook_at: Option<Timestamp>,
}

impl Store {
    /// The version of SQLite.
    pub async fn sqlite_version(&self) -> Result<String, StoreError> {
        Ok(sqlite_version(&self.read).await?)
    }

    /// Whether the database is in WAL mode. Unknown for a file opened with [`Store::open_at_rest`]; use
    /// [`Store::has_write_ahead_log`] for that.
    pub async fn writes_ahead(&self) -> Result<bool, StoreError> {
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&self.read)
            .await?;
        Ok(mode.eq_ignore_ascii_case("wal"))
    }

    /// Reads the whole file and returns its faults in SQLite's words; empty if it is intact.
    ///
    /// # Errors
    /// If the database fails, as it may when it is damaged.
    pub async fn quick_check(&self) -> Result<Vec<String>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA quick_check({FAULTS})"));
        let mut found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&self.read).await?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// The silence of each provider that has connections.
    pub async fn silences(&self) -> Result<Vec<Silence>, StoreError> {
        let rows: Vec<(String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT c.provider, MIN(c.created_at), (SELECT MAX(d.last_received_at) FROM webhook_delivery d
                 WHERE d.provider = c.provider)
             FROM connection c WHERE c.unlink_asked_at IS NULL GROUP BY c.provider ORDER BY c.provider",
        )
        .fetch_all(&self.read)
        .await?;
        let read = |(provider, linked_at, last_webhook_at): (String, i64, Option<i64>)| {
            Ok(Silence {
                provider,
                linked_at: moment(linked_at)?,
                last_webhook_at: moment_or_none(last_webhook_at)?,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Damages every page except the first, which contains the header.
    #[tokio::test]
    async fn a_damaged_file_is_told_and_a_whole_one_is_well() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("passbook.db");
        let store = Store::open(&file).await.expect("a database");
        assert!(store.quick_check().await.expect("read").is_empty());
        assert!(store.writes_ahead().await.expect("read"));
        assert!(
            store
                .sqlite_version()
                .await
                .expect("read")
                .starts_with("3.")
        );
        store.close().await;
        assert!(Store::has_write_ahead_log(&file).expect("read"));
        let mut bytes = std::fs::read(&file).expect("a file");
        bytes[8_192..].fill(0x5a);
        std::fs::write(&file, bytes).expect("written");
        let store = Store::open_at_rest(&file).await;
        let found = match store {
            Ok(store) => store.quick_check().await,
            Err(error) => Err(error),
        };
        assert!(found.map_or(true, |faults| !faults.is_empty()));
    }
}
