//! What the bank was told of MX's side.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::SqliteConnection;

use super::StoreError;

/// What is kept under a name, if anything is.
pub async fn read<T: DeserializeOwned>(
    db: &mut SqliteConnection,
    name: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = sqlx::query_scalar("SELECT value FROM mx_setting WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Keeps something under a name.
pub async fn write(
    db: &mut SqliteConnection,
    name: &str,
    value: &impl Serialize,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mx_setting (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(serde_json::to_string(value)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what is kept under a name.
pub async fn forget(db: &mut SqliteConnection, name: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_setting WHERE name = $1")
        .bind(name)
        .execute(db)
        .await?;
    Ok(())
}
