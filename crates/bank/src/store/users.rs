//! MX's users.

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// A user of an MX client.
#[derive(Clone, Debug, FromRow)]
pub struct UserRow {
    /// `USR-…`.
    pub guid: String,
    /// The client's own id for the user.
    pub id: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Free text of the client.
    pub metadata: Option<String>,
    /// Whether MX fetches nothing for the user.
    pub is_disabled: bool,
    /// When it was created, in Unix milliseconds of the bank's clock.
    pub created_at: i64,
}

/// A filter for the list of users. An empty field matches all.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// The client's id.
    pub id: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the user is disabled.
    pub is_disabled: Option<bool>,
}

/// Inserts a new user.
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

/// Saves the fields of a user that can change.
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

/// Returns the user with this guid or client's id.
pub async fn find(db: &mut SqliteConnection, name: &str) -> Result<Option<UserRow>, StoreError> {
    let row = sqlx::query_as("SELECT * FROM mx_user WHERE guid = $1 OR id = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

/// Returns the users that match a filter, oldest first.
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

/// Deletes a user and its members.
pub async fn delete(db: &mut SqliteConnection, guid: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_user WHERE guid = $1")
        .bind(guid)
        .execute(db)
        .await?;
    Ok(())
}
