//! Rows that a complete list lacks.

use std::collections::HashSet;

use jiff::SignedDuration;
use sqlx::FromRow;

use super::Rows;
use crate::StoreError;
use crate::books::sync_commit::{Lacking, Whole};
use crate::decode::{day, moment};
use domain::id::AccountId;

/// The minimum time between two lists that lack a row, if one list alone is not trusted.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// A row that the bank still has, as far as we know.
#[derive(FromRow)]
struct Known {
    provider_id: String,
    account_id: String,
    day: String,
    pending: bool,
    absent_since: Option<i64>,
}

impl Rows<'_> {
    /// Removes rows that the bank no longer lists: those from the list's first date on, in these accounts, whose ids
    /// are not in `listed`. Returns how many were removed.
    pub(crate) async fn remove_absent(
        &mut self,
        whole: Whole,
        accounts: &HashSet<&AccountId>,
        listed: &HashSet<&str>,
    ) -> Result<u64, StoreError> {
        let mut removed = 0;
        if !self.any_before && !self.any_gone {
            return Ok(0);
        }
        for known in self.all_known().await? {
            let id = known.provider_id.as_str();
            if listed.contains(id) {
                // Writing a row clears its mark. This one was unreadable and therefore not written.
                if known.absent_since.is_some() {
                    self.mark_absent(id, None).await?;
                }
                continue;
            }
            let ours = accounts.iter().any(|id| id.as_str() == known.account_id);
            if !ours || day(&known.day)? < whole.from {
                continue;
            }
            if whole.lacking == Lacking::Goes || self.is_gone(&known)? {
                removed += u64::from(self.remove(id).await?);
            } else if known.absent_since.is_none() {
                let now = self.now.as_millisecond();
                self.mark_absent(id, Some(now)).await?;
            }
        }
        Ok(removed)
    }

    /// Whether a row missing from the list of a provider without a cursor is gone.
    fn is_gone(&self, known: &Known) -> Result<bool, StoreError> {
        let since = known.absent_since.map(moment).transpose()?;
        let apart = |since| self.now.duration_since(since) >= APART;
        Ok(known.pending || since.is_some_and(apart))
    }

    async fn mark_absent(
        &mut self,
        provider_id: &str,
        since: Option<i64>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE bank_transaction SET absent_since = $1 WHERE connection_id = $2 AND provider_id = $3",
        )
        .bind(since)
        .bind(self.connection.id.as_str())
        .bind(provider_id)
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    /// Every row that the bank still has as far as we know, visible or hidden behind its posted row.
    async fn all_known(&mut self) -> Result<Vec<Known>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT provider_id, account_id, day, 1 AS pending, NULL AS absent_since FROM gone_transaction
             WHERE connection_id = $1 AND removed_at IS NULL
             UNION ALL SELECT provider_id, account_id, day, pending, absent_since FROM bank_transaction
             WHERE connection_id = $1",
        )
        .bind(self.connection.id.as_str())
        .fetch_all(&mut **self.tx)
        .await?)
    }
}
