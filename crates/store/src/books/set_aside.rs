//! Unreadable rows, kept in their original form until a readable one arrives.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::books::sync_commit::SyncCommit;
use crate::{Store, StoreError, Tx};
use domain::feed::SetAside;
use domain::id::{AccountId, ConnectionId};

/// Stores the rows that a run could not read, and deletes those that it could.
pub(crate) async fn write(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
    accounts: &HashMap<String, AccountId>,
) -> Result<(), StoreError> {
    let strays = commit
        .upserts
        .iter()
        .filter(|row| !accounts.contains_key(&row.account_provider_id));
    let strays: Vec<SetAside> = strays
        .map(|row| SetAside {
            key: row.provider_id.clone(),
            reason: "a row of an account that nobody described".to_owned(),
            raw: row.details.chars().take(4000).collect(),
        })
        .collect();
    let kept: HashSet<&str> = commit
        .set_aside
        .iter()
        .chain(&strays)
        .map(|row| row.key.as_str())
        .collect();
    forget_read(tx, commit, &kept).await?;
    for row in commit.set_aside.iter().chain(&strays) {
        sqlx::query(
            "INSERT INTO set_aside_row (connection_id, row_key, reason, raw, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $5)
             ON CONFLICT (connection_id, row_key) DO UPDATE SET reason = excluded.reason, raw = excluded.raw,
                 last_at = excluded.last_at",
        )
        .bind(commit.connection.id.as_str())
        .bind(&row.key)
        .bind(&row.reason)
        .bind(&row.raw)
        .bind(commit.now.as_millisecond())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Deletes the rows that have become readable or were removed, and, if the pages list everything, those that they
/// lack.
async fn forget_read(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
    kept: &HashSet<&str>,
) -> Result<(), StoreError> {
    let before: Vec<String> =
        sqlx::query_scalar("SELECT row_key FROM set_aside_row WHERE connection_id = $1")
            .bind(commit.connection.id.as_str())
            .fetch_all(&mut **tx)
            .await?;
    if before.is_empty() {
        return Ok(());
    }
    let read = commit.upserts.iter().map(|row| row.provider_id.as_str());
    let removed = commit.removed.iter().map(String::as_str);
    let told: HashSet<&str> = read.chain(removed).collect();
    for key in before {
        let told_again = commit.whole.is_some() || told.contains(key.as_str());
        if told_again && !kept.contains(key.as_str()) {
            sqlx::query("DELETE FROM set_aside_row WHERE connection_id = $1 AND row_key = $2")
                .bind(commit.connection.id.as_str())
                .bind(&key)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

impl Store {
    /// Whether a connection has rows set aside, none of which has arrived after `moment`.
    pub async fn set_aside_since(
        &self,
        id: &ConnectionId,
        moment: Timestamp,
    ) -> Result<bool, StoreError> {
        let latest: Option<i64> =
            sqlx::query_scalar("SELECT MAX(last_at) FROM set_aside_row WHERE connection_id = $1")
                .bind(id.as_str())
                .fetch_one(&self.read)
                .await?;
        Ok(latest.is_some_and(|at| at <= moment.as_millisecond()))
    }

    /// A connection's unreadable rows, latest first, at most a hundred.
    pub async fn set_aside(&self, id: &ConnectionId) -> Result<Vec<SetAside>, StoreError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT row_key, reason, raw FROM set_aside_row WHERE connection_id = $1 ORDER BY last_at DESC, row_key LIMIT 100",
        )
        .bind(id.as_str())
        .fetch_all(&self.read)
        .await?;
        let row = |(key, reason, raw)| SetAside { key, reason, raw };
        Ok(rows.into_iter().map(row).collect())
    }
}
