//! Transactions as the bank reports them, with the number of their last change.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A transaction. It is invisible until `changed_seq` is set, and stays as a tombstone when `removed`.
#[derive(Clone, Debug)]
pub struct Row {
    /// The `transaction_id`.
    pub id: String,
    /// Its account.
    pub account_id: String,
    /// Its key in the simulated world.
    pub key: String,
    /// The current date as ISO 8601: of the purchase while pending, of the posting afterwards.
    pub date: String,
    /// Whether it is pending.
    pub pending: bool,
    /// The number of the change that made it visible.
    pub added_seq: Option<i64>,
    /// The number of its last change.
    pub changed_seq: Option<i64>,
    /// Whether it was removed.
    pub removed: bool,
    /// The data that the bank reports.
    pub record: RowRecord,
}

/// The data that the bank reports about a transaction. Dates are ISO 8601; the amount is decimal text with Plaid's
/// sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRecord {
    /// The date of the purchase.
    pub date_transacted: String,
    /// The date of the posting.
    pub date_posted: String,
    /// The amount.
    pub amount: String,
    /// The ISO 4217 code.
    pub iso_currency_code: Option<String>,
    /// A currency code that ISO 4217 does not list.
    pub unofficial_currency_code: Option<String>,
    /// The bank's raw text.
    pub description: String,
    /// The merchant's name.
    pub merchant: Option<String>,
    /// The primary and the detailed category.
    pub category: Option<(String, String)>,
    /// `online`, `in store` or `other`.
    pub payment_channel: String,
    /// City, region and country.
    pub place: Option<(String, String, String)>,
    /// The pending row that this row replaces.
    pub pending_transaction_id: Option<String>,
}

/// Inserts a new row. A row with the same id is left as it is.
pub async fn insert(db: &mut SqliteConnection, item_id: &str, row: &Row) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO bank_row (transaction_id, item_id, account_id, key, date, date_posted, pending, added_seq,
           changed_seq, removed, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (transaction_id) DO NOTHING",
    )
    .bind(&row.id)
    .bind(item_id)
    .bind(&row.account_id)
    .bind(&row.key)
    .bind(&row.date)
    .bind(&row.record.date_posted)
    .bind(row.pending)
    .bind(row.added_seq)
    .bind(row.changed_seq)
    .bind(row.removed)
    .bind(serde_json::to_string(&row.record)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Saves all fields of a row that can change.
pub async fn update(db: &mut SqliteConnection, row: &Row) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE bank_row SET added_seq = $2, changed_seq = $3, removed = $4, record = $5, date = $6, date_posted = $7
         WHERE transaction_id = $1",
    )
    .bind(&row.id)
    .bind(row.added_seq)
    .bind(row.changed_seq)
    .bind(row.removed)
    .bind(serde_json::to_string(&row.record)?)
    .bind(&row.date)
    .bind(&row.record.date_posted)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the row with this id, removed or not.
pub async fn by_id(
    db: &mut SqliteConnection,
    item_id: &str,
    id: &str,
) -> Result<Option<Row>, StoreError> {
    let row: Option<RawRow> =
        sqlx::query_as("SELECT * FROM bank_row WHERE item_id = $1 AND transaction_id = $2")
            .bind(item_id)
            .bind(id)
            .fetch_optional(db)
            .await?;
    row.map(RawRow::row).transpose()
}

/// Deletes a row that was never visible.
pub async fn delete(db: &mut SqliteConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM bank_row WHERE transaction_id = $1")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns the net changes after `after`, oldest change first. A row that was both added and removed after `from` is
/// left out.
pub async fn changed(
    db: &mut SqliteConnection,
    item_id: &str,
    account_id: Option<&str>,
    from: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<RawRow> = sqlx::query_as(
        "SELECT * FROM bank_row
         WHERE item_id = $1 AND changed_seq > $2 AND ($3 IS NULL OR account_id = $3)
           AND NOT (removed = 1 AND added_seq > $4)
         ORDER BY changed_seq LIMIT $5",
    )
    .bind(item_id)
    .bind(after)
    .bind(account_id)
    .bind(from)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(RawRow::row).collect()
}

/// Returns the rows of selected accounts that are not visible yet, from `not_before` on, oldest first.
pub async fn unseen(
    db: &mut SqliteConnection,
    item_id: &str,
    not_before: &str,
) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<RawRow> = sqlx::query_as(
        "SELECT bank_row.* FROM bank_row JOIN account ON account.account_id = bank_row.account_id
         WHERE bank_row.item_id = $1 AND changed_seq IS NULL AND removed = 0 AND date >= $2 AND selected = 1
         ORDER BY date, bank_row.key, transaction_id",
    )
    .bind(item_id)
    .bind(not_before)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(RawRow::row).collect()
}

/// Returns the pending rows that are posted on or before a day.
pub async fn settling(
    db: &mut SqliteConnection,
    item_id: &str,
    by: &str,
) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<RawRow> = sqlx::query_as(
        "SELECT * FROM bank_row
         WHERE item_id = $1 AND pending = 1 AND removed = 0 AND date_posted <= $2 ORDER BY date, key",
    )
    .bind(item_id)
    .bind(by)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(RawRow::row).collect()
}

/// Returns the visible rows between two days, both included, newest first.
pub async fn current(
    db: &mut SqliteConnection,
    item_id: &str,
    start: &str,
    end: &str,
) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<RawRow> = sqlx::query_as(
        "SELECT * FROM bank_row
         WHERE item_id = $1 AND changed_seq IS NOT NULL AND removed = 0 AND date >= $2 AND date <= $3
         ORDER BY date DESC, changed_seq DESC",
    )
    .bind(item_id)
    .bind(start)
    .bind(end)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(RawRow::row).collect()
}

/// Sets the posting date of pending rows to a day if it is later.
pub async fn bring_forward(
    db: &mut SqliteConnection,
    item_id: &str,
    day: &str,
) -> Result<(), StoreError> {
    let late: Vec<RawRow> = sqlx::query_as(
        "SELECT * FROM bank_row WHERE item_id = $1 AND pending = 1 AND removed = 0 AND date_posted > $2",
    )
    .bind(item_id)
    .bind(day)
    .fetch_all(&mut *db)
    .await?;
    for row in late {
        let mut row = row.row()?;
        day.clone_into(&mut row.record.date_posted);
        update(db, &row).await?;
    }
    Ok(())
}

/// Makes the rows of an account invisible.
pub async fn hide(db: &mut SqliteConnection, account_id: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE bank_row SET added_seq = NULL, changed_seq = NULL WHERE account_id = $1")
        .bind(account_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes the rows of an account.
pub async fn delete_of_account(
    db: &mut SqliteConnection,
    account_id: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM bank_row WHERE account_id = $1")
        .bind(account_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes the rows of an Item.
pub async fn delete_of_item(db: &mut SqliteConnection, item_id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM bank_row WHERE item_id = $1")
        .bind(item_id)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct RawRow {
    transaction_id: String,
    account_id: String,
    key: String,
    date: String,
    pending: bool,
    added_seq: Option<i64>,
    changed_seq: Option<i64>,
    removed: bool,
    record: String,
}

impl RawRow {
    fn row(self) -> Result<Row, StoreError> {
        Ok(Row {
            id: self.transaction_id,
            account_id: self.account_id,
            key: self.key,
            date: self.date,
            pending: self.pending,
            added_seq: self.added_seq,
            changed_seq: self.changed_seq,
            removed: self.removed,
            record: serde_json::from_str(&self.record)?,
        })
    }
}
