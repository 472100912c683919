//! Numeric settings of the bank.

use sqlx::SqliteConnection;

use super::StoreError;

/// How far the bank's clock is ahead of real time, in milliseconds.
pub const LEAD: &str = "lead_ms";

/// How many calls a day Alpha Vantage answers for each key. 0 means no limit.
pub const RATE_CALLS: &str = "rate_calls";

/// Returns the name of the setting that counts how often an Item's cursors were invalidated.
pub fn forgotten(item_id: &str) -> String {
    format!("forgotten_cursors/{item_id}")
}

/// Returns the number with this name, or 0 if it was never set.
pub async fn number(db: &mut SqliteConnection, name: &str) -> Result<i64, StoreError> {
    let value: Option<i64> = sqlx::query_scalar("SELECT value FROM setting WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(value.unwrap_or(0))
}

/// Saves a number.
pub async fn set_number(
    db: &mut SqliteConnection,
    name: &str,
    value: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(db)
    .await?;
    Ok(())
}
