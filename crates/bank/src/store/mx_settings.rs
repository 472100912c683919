//! Settings of the simulated MX, by name, as JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::SqliteConnection;

use super::StoreError;

/// Returns the setting with this name, or `None` if it is not set.
pub async fn load_setting<T: DeserializeOwned>(
    db: &mut SqliteConnection,
    name: &str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = sqlx::query_scalar("SELECT value FROM mx_setting WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Saves a setting.
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

/// Deletes a setting.
pub async fn forget(db: &mut SqliteConnection, name: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_setting WHERE name = $1")
        .bind(name)
        .execute(db)
        .await?;
    Ok(())
}
