//! Link tokens and their sessions.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;
use crate::bank::{LinkToken, SessionRecord};

/// Inserts a new token.
pub async fn insert_token(db: &mut SqliteConnection, token: &LinkToken) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO link_token (token, hosted_id, expires_at, record) VALUES ($1, $2, $3, $4)",
    )
    .bind(&token.token)
    .bind(token.hosted.as_ref().map(|hosted| hosted.id.clone()))
    .bind(token.expires_at.as_millisecond())
    .bind(serde_json::to_string(token)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Returns the token with this value, expired or not.
pub async fn token(
    db: &mut SqliteConnection,
    token: &str,
) -> Result<Option<LinkToken>, StoreError> {
    let record: Option<String> =
        sqlx::query_scalar("SELECT record FROM link_token WHERE token = $1")
            .bind(token)
            .fetch_optional(db)
            .await?;
    Ok(record.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Returns the token whose Hosted Link page has this id.
pub async fn token_by_hosted_id(
    db: &mut SqliteConnection,
    hosted_id: &str,
) -> Result<Option<LinkToken>, StoreError> {
    let record: Option<String> =
        sqlx::query_scalar("SELECT record FROM link_token WHERE hosted_id = $1")
            .bind(hosted_id)
            .fetch_optional(db)
            .await?;
    Ok(record.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Inserts a session or saves its state and events. The outcome, which `finish_session` writes, is left as it is.
pub async fn upsert_session(
    db: &mut SqliteConnection,
    session: &SessionRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO link_session (id, link_token, started_at, state, events) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, events = excluded.events",
    )
    .bind(&session.id)
    .bind(&session.link_token)
    .bind(session.started_at.as_millisecond())
    .bind(serde_json::to_string(&session.state)?)
    .bind(serde_json::to_string(&session.events)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Saves the outcome of a session: its end, its exit and its results.
pub async fn finish_session(
    db: &mut SqliteConnection,
    session: &SessionRecord,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE link_session SET finished_at = $2, exit = $3, results = $4 WHERE id = $1")
        .bind(&session.id)
        .bind(session.finished_at.map(Timestamp::as_millisecond))
        .bind(
            session
                .exit
                .as_ref()
                .map(serde_json::to_string)
                .transpose()?,
        )
        .bind(serde_json::to_string(&session.results)?)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns the session with this id.
pub async fn session(
    db: &mut SqliteConnection,
    id: &str,
) -> Result<Option<SessionRecord>, StoreError> {
    let row: Option<SessionRow> = sqlx::query_as("SELECT * FROM link_session WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(SessionRow::record).transpose()
}

/// Returns the sessions of a token, oldest first.
pub async fn sessions(
    db: &mut SqliteConnection,
    token: &str,
) -> Result<Vec<SessionRecord>, StoreError> {
    let rows: Vec<SessionRow> =
        sqlx::query_as("SELECT * FROM link_session WHERE link_token = $1 ORDER BY started_at, id")
            .bind(token)
            .fetch_all(db)
            .await?;
    rows.into_iter().map(SessionRow::record).collect()
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    link_token: String,
    started_at: i64,
    finished_at: Option<i64>,
    state: String,
    events: String,
    exit: Option<String>,
    results: String,
}

impl SessionRow {
    fn record(self) -> Result<SessionRecord, StoreError> {
        let moment = |millis| Timestamp::from_millisecond(millis).map_err(|_| StoreError::Value);
        Ok(SessionRecord {
            id: self.id,
            link_token: self.link_token,
            started_at: moment(self.started_at)?,
            finished_at: self.finished_at.map(moment).transpose()?,
            state: serde_json::from_str(&self.state)?,
            events: serde_json::from_str(&self.events)?,
            exit: self.exit.as_deref().map(serde_json::from_str).transpose()?,
            results: serde_json::from_str(&self.results)?,
        })
    }
}
