//! The change feed: every transaction once, in the order in which they changed last.

use sqlx::FromRow;

use super::transactions::TransactionRow;
use super::{Store, StoreError, TransactionRecord};
use crate::domain::id::UserId;

/// What became of a transaction.
#[derive(Clone, Debug)]
pub enum Change {
    /// It came after the place that was read on from.
    Added(Box<TransactionRecord>),
    /// It was there before, and is different.
    Modified(Box<TransactionRecord>),
    /// It is gone; its id, and its account's.
    Removed(String, String),
}

/// A part of the feed.
#[derive(Clone, Debug)]
pub struct ChangePage {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// The place to read on from.
    pub place: i64,
    /// Whether there is more already.
    pub more: bool,
}

#[derive(FromRow)]
struct ChangeRow {
    transaction_id: String,
    account_id: String,
    first_place: i64,
    came_place: i64,
    place: i64,
    removed: i64,
}

impl Store {
    /// What changed after a place, at most `limit` of it; `None` when there is no such place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changes(
        &self,
        user: &UserId,
        after: i64,
        limit: u32,
    ) -> Result<Option<ChangePage>, StoreError> {
        // One transaction, so that the rows are those of the changes.
        let mut tx = self.read.begin().await?;
        let last: i64 = sqlx::query_scalar(
            "SELECT COALESCE(MAX(place), 0) FROM transaction_change WHERE person_id = $1",
        )
        .bind(user.as_str())
        .fetch_one(&mut *tx)
        .await?;
        if after > last {
            return Ok(None);
        }
        let rows: Vec<ChangeRow> = sqlx::query_as(
            "SELECT transaction_id, account_id, first_place, came_place, place, removed FROM transaction_change
             WHERE person_id = $1 AND place > $2 ORDER BY place LIMIT $3",
        )
        .bind(user.as_str())
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
        let place = rows.last().map_or(after, |row| row.place);
        let mut changes = Vec::with_capacity(rows.len());
        for row in rows {
            if row.removed != 0 {
                // Who has not read of its coming need not read of its going.
                if row.first_place <= after {
                    changes.push(Change::Removed(row.transaction_id, row.account_id));
                }
                continue;
            }
            let found: Option<TransactionRow> = sqlx::query_as(super::transactions::ONE)
                .bind(&row.transaction_id)
                .bind(user.as_str())
                .fetch_optional(&mut *tx)
                .await?;
            let record = found.ok_or(StoreError::Unreadable("change"))?.read()?;
            changes.push(if row.came_place > after {
                Change::Added(Box::new(record))
            } else {
                Change::Modified(Box::new(record))
            });
        }
        Ok(Some(ChangePage {
            changes,
            place,
            more: place < last,
        }))
    }
}
