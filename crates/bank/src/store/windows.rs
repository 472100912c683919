//! One-time addresses of the simulated MX: the Connect widget and the log-in windows of banks. All times are Unix
//! milliseconds of the bank's clock.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A one-time address.
#[derive(Clone, FromRow)]
pub struct Window {
    /// The random token in the address.
    pub token: String,
    /// The user it belongs to.
    pub user_guid: String,
    /// When it expires unopened, in Unix milliseconds.
    pub expires_at: i64,
    /// When it was opened, in Unix milliseconds.
    pub opened_at: Option<i64>,
    /// The key of the pages behind it, set when it is opened.
    pub session: Option<String>,
    /// What it leads to and how far its visitor is, as JSON.
    pub record: String,
}

/// Inserts a new address.
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

/// Returns the address with this token, opened or not.
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

/// Returns the address whose pages have this key.
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

/// Saves the fields of an address that can change.
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

/// Deletes addresses that expired before `moment`, in Unix milliseconds.
pub async fn forget_before(db: &mut SqliteConnection, moment: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_window WHERE expires_at < $1")
        .bind(moment)
        .execute(db)
        .await?;
    Ok(())
}
