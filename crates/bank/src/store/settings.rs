//! What the bank remembers of itself.

use sqlx::SqliteConnection;

use super::StoreError;

/// How far the bank's clock has been put ahead, in milliseconds.
pub const LEAD: &str = "lead_ms";

/// How many calls Alpha Vantage answers a key in a day; 0 is as many as there are.
pub const RATE_CALLS: &str = "rate_calls";

/// How often the cursors of an Item were forgotten.
pub fn forgotten(item_id: &str) -> String {
    format!("forgotten_cursors/{item_id}")
}

/// A number by its name; 0 when it was never set.
pub async fn number(db: &mut SqliteConnection, name: &str) -> Result<i64, StoreError> {
    let value: Option<i64> = sqlx::query_scalar("SELECT value FROM setting WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(value.unwrap_or(0))
}

/// Keeps a number.
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
