//! Keys that sign webhooks. All times are Unix milliseconds of real time.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A stored webhook signing key.
#[derive(FromRow)]
pub struct KeyRow {
    /// The key id.
    pub kid: String,
    /// The private key as PKCS #8.
    pub pkcs8: Vec<u8>,
    /// When it was created, in Unix milliseconds.
    pub created_at: i64,
    /// When it expires, in Unix milliseconds. `None` for the key that signs now.
    pub expired_at: Option<i64>,
}

/// Returns the key that signs now.
pub async fn current(db: &mut SqliteConnection) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query_as(
        "SELECT * FROM signing_key WHERE expired_at IS NULL ORDER BY created_at DESC LIMIT 1",
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// Returns the key with this id, expired or not.
pub async fn by_kid(db: &mut SqliteConnection, kid: &str) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM signing_key WHERE kid = $1")
        .bind(kid)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Returns the key that expired last.
pub async fn last_expired(
    db: &mut SqliteConnection,
    now: i64,
) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query_as(
        "SELECT * FROM signing_key WHERE expired_at <= $1 ORDER BY expired_at DESC LIMIT 1",
    )
    .bind(now)
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// Lets all keys without an expiry expire at `at`, in Unix milliseconds.
pub async fn expire_all(db: &mut SqliteConnection, at: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE signing_key SET expired_at = $1 WHERE expired_at IS NULL")
        .bind(at)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes all keys, so that none can be looked up any more.
pub async fn forget_all(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM signing_key").execute(db).await?;
    Ok(())
}

/// Inserts a new key.
pub async fn insert(db: &mut SqliteConnection, key: &KeyRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO signing_key (kid, pkcs8, created_at, expired_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(&key.kid)
    .bind(&key.pkcs8)
    .bind(key.created_at)
    .bind(key.expired_at)
    .execute(db)
    .await?;
    Ok(())
}
