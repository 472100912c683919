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
    /// The key of the pages behind it.
    pub session: Option<String>,
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

/// The address whose pages have this key.
pub async fn by_session(
    db: &mut SqliteConnection,
    session: &str,
) -> Result<Option<Window>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM mx_window WHERE session = $1")
        .bind(session)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Keeps what can change of an address.
pub async fn update(db: &mut SqliteConnection, window: &Window) -> Result<(), StoreError> {
    sqlx::query("UPDATE mx_window SET opened_at = $2, session = $3, record = $4 WHERE token = $1")
        .bind(&window.token)
        .bind(window.opened_at)
        .bind(&window.session)
        .bind(&window.record)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets addresses that were made before a moment.
pub async fn forget_before(db: &mut SqliteConnection, moment: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_window WHERE expires_at < $1")
        .bind(moment)
        .execute(db)
        .await?;
    Ok(())
}
