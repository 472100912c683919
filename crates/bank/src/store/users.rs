//! Users as MX knows them.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A person of a client's.
#[derive(Clone, Debug, FromRow)]
pub struct UserRow {
    /// `USR-…`.
    pub guid: String,
    /// The client's own name for it.
    pub id: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// Whatever the client keeps here.
    pub metadata: Option<String>,
    /// Whether nothing is fetched for it.
    pub is_disabled: bool,
    /// Made.
    pub created_at: i64,
}

/// Which users are listed.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Those of this id.
    pub id: Option<String>,
    /// Those of this address.
    pub email: Option<String>,
    /// Those that are disabled, or are not.
    pub is_disabled: Option<bool>,
}

/// Keeps a new user.
pub async fn insert(db: &mut SqliteConnection, user: &UserRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mx_user (guid, id, email, metadata, is_disabled, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&user.guid)
    .bind(&user.id)
    .bind(&user.email)
    .bind(&user.metadata)
    .bind(user.is_disabled)
    .bind(user.created_at)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps what can change of a user.
pub async fn update(db: &mut SqliteConnection, user: &UserRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE mx_user SET id = $2, email = $3, metadata = $4, is_disabled = $5 WHERE guid = $1",
    )
    .bind(&user.guid)
    .bind(&user.id)
    .bind(&user.email)
    .bind(&user.metadata)
    .bind(user.is_disabled)
    .execute(db)
    .await?;
    Ok(())
}

/// The user of a guid or of the client's own id.
pub async fn find(db: &mut SqliteConnection, name: &str) -> Result<Option<UserRow>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM mx_user WHERE guid = $1 OR id = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// The users that a filter lets through, oldest first.
pub async fn list(
    db: &mut SqliteConnection,
    filter: &UserFilter,
) -> Result<Vec<UserRow>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT * FROM mx_user
         WHERE ($1 IS NULL OR id = $1) AND ($2 IS NULL OR email = $2) AND ($3 IS NULL OR is_disabled = $3)
         ORDER BY created_at, guid",
    )
    .bind(&filter.id)
    .bind(&filter.email)
    .bind(filter.is_disabled)
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Forgets a user and its members.
pub async fn delete(db: &mut SqliteConnection, guid: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_user WHERE guid = $1")
        .bind(guid)
        .execute(db)
        .await?;
    Ok(())
}
