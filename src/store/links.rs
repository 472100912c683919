//! Attempts to link a bank.

use jiff::Timestamp;
use sqlx::FromRow;

use super::read::{moment, moment_or_none};
use super::{Store, StoreError, activity, jobs};
use crate::domain::id::{ConnectionId, LinkId, UserId};
use crate::domain::link::LinkAttempt;

#[derive(FromRow)]
struct LinkRow {
    id: String,
    person_id: String,
    connection_id: Option<String>,
    chooses_accounts: bool,
    token: String,
    hosted_url: Option<String>,
    expires_at: i64,
    finished_at: Option<i64>,
    result_id: Option<String>,
}

impl LinkRow {
    fn read(self) -> Result<LinkAttempt, StoreError> {
        let connection = |id: Option<String>| {
            id.map(|id| ConnectionId::parse(&id).ok_or(StoreError::Unreadable("connection")))
                .transpose()
        };
        Ok(LinkAttempt {
            id: LinkId::parse(&self.id).ok_or(StoreError::Unreadable("link"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            connection_id: connection(self.connection_id)?,
            chooses_accounts: self.chooses_accounts,
            token: self.token,
            hosted_url: self.hosted_url,
            expires_at: moment(self.expires_at)?,
            finished_at: moment_or_none(self.finished_at)?,
            result_id: connection(self.result_id)?,
        })
    }
}

impl Store {
    /// Keeps an attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_link(&self, link: &LinkAttempt, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO link_attempt
               (id, person_id, connection_id, chooses_accounts, token, hosted_url, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(link.id.as_str())
        .bind(link.user_id.as_str())
        .bind(link.connection_id.as_ref().map(|id| id.as_str()))
        .bind(link.chooses_accounts)
        .bind(&link.token)
        .bind(&link.hosted_url)
        .bind(now.as_millisecond())
        .bind(link.expires_at.as_millisecond())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// A person's attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(
        &self,
        user: &UserId,
        id: &LinkId,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> =
            sqlx::query_as("SELECT * FROM link_attempt WHERE id = $1 AND person_id = $2")
                .bind(id.as_str())
                .bind(user.as_str())
                .fetch_optional(&self.read)
                .await?;
        row.map(LinkRow::read).transpose()
    }

    /// An attempt, for the worker that finishes it. Whoever calls this acts for the attempt's owner.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_of_anybody(&self, id: &LinkId) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as("SELECT * FROM link_attempt WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.map(LinkRow::read).transpose()
    }

    /// A person's newest attempt that is neither finished nor expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_open_link(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as(
            "SELECT * FROM link_attempt WHERE person_id = $1 AND finished_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id DESC LIMIT 1",
        )
        .bind(user.as_str())
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await?;
        row.map(LinkRow::read).transpose()
    }

    /// Ends an attempt: without a connection when it led to nothing; with one when it was repaired, which
    /// also asks for a sync of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_link(
        &self,
        id: &LinkId,
        repaired: Option<&ConnectionId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let ended = sqlx::query(
            "UPDATE link_attempt SET finished_at = $1, result_id = $2 WHERE id = $3 AND finished_at IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(repaired.map(|id| id.as_str()))
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        if let (Some(connection), true) = (repaired, ended.rows_affected() == 1) {
            jobs::request(&mut tx, "sync", connection.as_str(), now).await?;
            activity::note_repair(&mut tx, id, connection, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
