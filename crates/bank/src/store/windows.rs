//! Addresses of MX's side that open once.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// An address.
#[derive(Clone, FromRow)]
pub struct Window {
    /// What nobody can guess.
    pub token: String,
    /// Whose it is.
    pub user_guid: String,
    /// From when on it opens no more.
    pub expires_at: i64,
    /// When it was opened.
    pub opened_at: Option<i64>,
    /// What it leads to, as JSON.
    pub record: String,
}

/// Keeps a new address.
pub async fn insert(db: &mut SqliteConnection, window: &Window) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mx_window (token, user_guid, expires_at, opened_at, record) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&window.token)
    .bind(&window.user_guid)
    .bind(window.expires_at)
    .bind(window.opened_at)
    .bind(&window.record)
    .execute(db)
    .await?;
    Ok(())
}

/// The address of a token.
pub async fn by_token(
    db: &mut SqliteConnection,
    token: &str,
) -> Result<Option<Window>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM mx_window WHERE token = $1")
        .bind(token)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Remembers that an address was opened.
pub async fn open(db: &mut SqliteConnection, token: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE mx_window SET opened_at = $2 WHERE token = $1")
        .bind(token)
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}
