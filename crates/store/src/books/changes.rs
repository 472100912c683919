//! The change feed. Triggers assign its places (`migrations/0010_feed.sql`); this module reads it and deletes old
//! entries.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::books::transactions::TransactionRow;
use crate::{Store, StoreError, Tx};
use domain::change::{FeedChanges, FeedPosition, RemovedTransaction};
use domain::id::{AccountId, TransactionId, UserId};

/// The minimum time for which the removal of a transaction stays in the feed.
pub const REMOVED_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// An entry: its place, its place when added, whether removed (1), the transaction's id, and the account's id.
type Entry = (i64, i64, i64, String, String);

impl Store {
    /// The changes for a reader at `position` (`None` for a new reader), at most `count` transactions, with the
    /// reader's next position. `None` if it must start over, because entries that it needs are deleted, or because
    /// the database is older than what it has read (a restored backup).
    pub async fn changes(
        &self,
        user: &UserId,
        position: Option<FeedPosition>,
        count: u32,
    ) -> Result<Option<(FeedChanges, FeedPosition)>, StoreError> {
        // Reads from one snapshot, so that the head, the entries and the rows are consistent.
        let mut tx = self.read.begin().await?;
        let (head, forgotten) = head(&mut tx, user).await?;
        let mut position = position.unwrap_or_default();
        if position.at == position.known {
            position.began = head;
        }
        if !can_go_on(position, head, forgotten) {
            return Ok(None);
        }
        let mut entries = entries(&mut tx, user, position, count + 1).await?;
        let has_more = entries.len() > count as usize;
        entries.truncate(count as usize);
        let last = entries.last().map_or(position.at, |entry| place(entry.0));
        let mut changes = load_changes(&mut tx, user, position, last, entries).await?;
        tx.commit().await?;
        changes.has_more = has_more;
        let next = if has_more {
            FeedPosition {
                at: last,
                ..position
            }
        } else {
            FeedPosition::caught_up(head)
        };
        Ok(Some((changes, next)))
    }

    /// The newest place in a person's feed.
    pub async fn feed_head(&self, user: &UserId) -> Result<u64, StoreError> {
        let mut tx = self.read.begin().await?;
        Ok(head(&mut tx, user).await?.0)
    }

    /// Deletes old removals and old connection events; returns how many.
    pub async fn forget_removed(&self, now: Timestamp) -> Result<u64, StoreError> {
        let now = now.as_millisecond();
        let kept = i64::try_from(REMOVED_KEPT.as_millis()).unwrap_or(i64::MAX);
        let before = now.saturating_sub(kept);
        sqlx::query(
            "UPDATE change_feed SET removed_at = $1 WHERE removed = 1 AND removed_at IS NULL",
        )
        .bind(now)
        .execute(&self.write)
        .await?;
        // Records the deletion before carrying it out, so that a reader is turned away before it can miss an entry.
        sqlx::query(
            "UPDATE feed_head SET forgotten = went.place
             FROM (SELECT person_id, MAX(place) AS place FROM change_feed WHERE removed = 1 AND removed_at < $1
                   GROUP BY person_id) AS went
             WHERE went.person_id = feed_head.person_id AND went.place > feed_head.forgotten",
        )
        .bind(before)
        .execute(&self.write)
        .await?;
        let mut forgotten = 0;
        for lot in [
            "DELETE FROM change_feed WHERE transaction_id IN (SELECT transaction_id FROM change_feed
                 WHERE removed = 1 AND removed_at < $1 LIMIT 2000)",
            "DELETE FROM connection_event WHERE (person_id, place) IN (SELECT person_id, place FROM connection_event
                 WHERE happened_at < $1 LIMIT 2000)",
        ] {
            forgotten += self.in_lots(lot, before).await?;
        }
        Ok(forgotten)
    }

    /// Deletes in batches, so that other writers get their turn.
    async fn in_lots(&self, lot: &'static str, before: i64) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let gone = sqlx::query(lot).bind(before).execute(&self.write).await?;
            all += gone.rows_affected();
            if gone.rows_affected() == 0 {
                return Ok(all);
            }
        }
    }
}

async fn head(tx: &mut Tx, user: &UserId) -> Result<(u64, u64), StoreError> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT place, forgotten FROM feed_head WHERE person_id = $1")
            .bind(user.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    let (head, forgotten) = row.unwrap_or_default();
    Ok((place(head), place(forgotten)))
}

/// Whether a reader can continue: the deleted entries are behind it, or concern only transactions that it never knew,
/// because it began from nothing after they were removed. A reader ahead of the feed has read another database.
fn can_go_on(position: FeedPosition, head: u64, forgotten: u64) -> bool {
    let behind = forgotten <= position.at;
    let never_heard_of = position.known == 0 && forgotten <= position.began;
    position.at <= head && position.began <= head && (behind || never_heard_of)
}

/// The entries after a position. A reader that began from nothing is not sent removals from before it began. Any
/// other reader is, even of rows added after its cursor, because it may have read them and then lost the newer cursor
/// in a crash.
async fn entries(
    tx: &mut Tx,
    user: &UserId,
    position: FeedPosition,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT place, added_place, removed, transaction_id, account_id FROM change_feed
         WHERE person_id = $1 AND place > $2 AND NOT (removed = 1 AND $3 = 0 AND place <= $4)
         ORDER BY place LIMIT $5",
    )
    .bind(user.as_str())
    .bind(column(position.at))
    .bind(column(position.known))
    .bind(column(position.began))
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?)
}

/// Turns entries into changes: rows added after the reader last knew everything are new, others modified.
async fn load_changes(
    tx: &mut Tx,
    user: &UserId,
    position: FeedPosition,
    last: u64,
    entries: Vec<Entry>,
) -> Result<FeedChanges, StoreError> {
    let rows: Vec<TransactionRow> = sqlx::query_as(
        "SELECT t.id, t.account_id, t.day, t.amount, t.currency, t.amount_exact, t.description, t.merchant,
             t.category_primary, t.category_detailed, t.pending, t.details, t.own_name, t.own_category,
             t.own_detailed, t.own_note, t.own_tags, t.no_transfer_with, s.other_id, s.other_account_id,
             '' AS account_name, '' AS institution_name
         FROM change_feed f CROSS JOIN bank_transaction t ON t.id = f.transaction_id
             LEFT JOIN transfer_side s ON s.transaction_id = t.id
         WHERE f.person_id = $1 AND f.place > $2 AND f.place <= $3 AND f.removed = 0",
    )
    .bind(user.as_str())
    .bind(column(position.at))
    .bind(column(last))
    .fetch_all(&mut **tx)
    .await?;
    let mut transactions = HashMap::with_capacity(rows.len());
    for row in rows {
        let transaction = row.decode()?.transaction;
        transactions.insert(transaction.id.clone(), transaction);
    }
    let mut changes = FeedChanges::default();
    for (_, added, removed, id, account) in entries {
        let id = TransactionId::parse(&id).ok_or(StoreError::Unreadable("transaction"))?;
        if removed == 1 {
            let account_id = AccountId::parse(&account).ok_or(StoreError::Unreadable("account"))?;
            changes.removed.push(RemovedTransaction { id, account_id });
            continue;
        }
        let transaction = transactions.remove(&id);
        let transaction = transaction.ok_or(StoreError::Unreadable("change"))?;
        if place(added) > position.known {
            changes.added.push(transaction);
        } else {
            changes.modified.push(transaction);
        }
    }
    Ok(changes)
}

/// Places count from one.
fn place(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

fn column(place: u64) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
