//! Members: MX's word for a person's log-in at a bank.

mod record;

use sqlx::{FromRow, SqliteConnection};

use super::StoreError;
pub use record::{
    Asking, Challenge, Choice, Job, LogIn, Member, MemberRecord, Outcome, Run, Stale,
};

/// Inserts a new member.
pub async fn insert(db: &mut SqliteConnection, member: &Member) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mx_member (guid, user_guid, id, institution_code, username, item_id, created_at, due_at, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&member.guid)
    .bind(&member.user_guid)
    .bind(&member.id)
    .bind(&member.institution_code)
    .bind(&member.username)
    .bind(&member.item_id)
    .bind(member.created_at)
    .bind(member.due_at)
    .bind(serde_json::to_string(&member.record)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Saves all fields of a member that can change.
pub async fn update(db: &mut SqliteConnection, member: &Member) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE mx_member SET id = $2, username = $3, item_id = $4, due_at = $5, record = $6 WHERE guid = $1",
    )
    .bind(&member.guid)
    .bind(&member.id)
    .bind(&member.username)
    .bind(&member.item_id)
    .bind(member.due_at)
    .bind(serde_json::to_string(&member.record)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the user's member with this guid or client's id.
pub async fn find(
    db: &mut SqliteConnection,
    user_guid: &str,
    name: &str,
) -> Result<Option<Member>, StoreError> {
    let row: Option<MemberRow> =
        sqlx::query_as("SELECT * FROM mx_member WHERE user_guid = $1 AND (guid = $2 OR id = $2)")
            .bind(user_guid)
            .bind(name)
            .fetch_optional(db)
            .await?;
    row.map(MemberRow::member).transpose()
}

/// Returns the member with this guid, of any user.
pub async fn by_guid(db: &mut SqliteConnection, guid: &str) -> Result<Option<Member>, StoreError> {
    let row: Option<MemberRow> = sqlx::query_as("SELECT * FROM mx_member WHERE guid = $1")
        .bind(guid)
        .fetch_optional(db)
        .await?;
    row.map(MemberRow::member).transpose()
}

/// Returns the members of one user or of all, oldest first.
pub async fn list(
    db: &mut SqliteConnection,
    user_guid: Option<&str>,
) -> Result<Vec<Member>, StoreError> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT * FROM mx_member WHERE $1 IS NULL OR user_guid = $1 ORDER BY created_at, guid",
    )
    .bind(user_guid)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(MemberRow::member).collect()
}

/// Returns the guids of members whose due time has come. `now` is in Unix milliseconds.
pub async fn due(db: &mut SqliteConnection, now: i64) -> Result<Vec<String>, StoreError> {
    let guids = sqlx::query_scalar("SELECT guid FROM mx_member WHERE due_at <= $1 ORDER BY due_at")
        .bind(now)
        .fetch_all(db)
        .await?;
    Ok(guids)
}

/// Deletes a member.
pub async fn delete(db: &mut SqliteConnection, guid: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mx_member WHERE guid = $1")
        .bind(guid)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct MemberRow {
    guid: String,
    user_guid: String,
    id: Option<String>,
    institution_code: String,
    username: Option<String>,
    item_id: Option<String>,
    created_at: i64,
    due_at: Option<i64>,
    record: String,
}

impl MemberRow {
    fn member(self) -> Result<Member, StoreError> {
        Ok(Member {
            guid: self.guid,
            user_guid: self.user_guid,
            id: self.id,
            institution_code: self.institution_code,
            username: self.username,
            item_id: self.item_id,
            created_at: self.created_at,
            due_at: self.due_at,
            record: serde_json::from_str(&self.record)?,
        })
    }
}
