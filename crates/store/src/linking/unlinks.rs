//! Unlinking. The connections themselves serve as the outbox for telling the provider.

use jiff::Timestamp;

use crate::linking::{credentials, leaving, other_providers};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx, jobs};
use domain::activity::Event;
use domain::connection::{Connection, Lease};
use domain::id::{ConnectionId, UserId};
use domain::job::JobKind;

impl Store {
    /// Unlinks a person's connection: it is no longer synced, its accounts no longer count, and a job tells the
    /// provider. Nothing is kept of a connection that was never linked. `false` if it is not this person's or is
    /// already being unlinked.
    pub async fn ask_unlink(
        &self,
        user: &UserId,
        id: &ConnectionId,
        keep_rows: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !ask(&mut tx, user, id.as_str(), keep_rows, now).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes the data kept from an unlinked connection and records that in the person's activity. If the provider
    /// has not confirmed the end yet, the data is deleted once it has. `false` if nothing is kept, or the connection
    /// is not this person's.
    pub async fn delete_kept(
        &self,
        user: &UserId,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let unlinked: Option<Option<i64>> = sqlx::query_scalar(
            "UPDATE connection SET unlink_keeps_rows = 0
             WHERE id = $1 AND person_id = $2 AND unlink_asked_at IS NOT NULL AND unlink_keeps_rows = 1
             RETURNING unlinked_at",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(unlinked_at) = unlinked else {
            return Ok(false);
        };
        // Before the connection is deleted, because the entry copies its name.
        record(&mut tx, About::Connection(id), &Event::KeptDataDeleted, now).await?;
        if unlinked_at.is_some() {
            sqlx::query("DELETE FROM connection WHERE id = $1")
                .bind(id.as_str())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Whether the person has no other connection at this provider that has not ended.
    pub async fn is_last_at_provider(&self, connection: &Connection) -> Result<bool, StoreError> {
        let other: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM connection WHERE person_id = $1 AND provider = $2 AND id <> $3
                 AND unlinked_at IS NULL)",
        )
        .bind(connection.user_id.as_str())
        .bind(&connection.provider)
        .bind(connection.id.as_str())
        .fetch_one(&self.write)
        .await?;
        Ok(!other)
    }

    /// Finishes unlinking once the provider has confirmed it: wipes the token, and deletes the rows unless the person
    /// keeps them. With the last connection of a person who is leaving, the person is deleted too; `true` if they were.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`].
    pub async fn end_connection(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        let owner: Option<String> =
            sqlx::query_scalar("SELECT person_id FROM connection WHERE id = $1")
                .bind(id.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        let owner = owner.as_deref().and_then(UserId::parse);
        // Before the connection is deleted, because the entry copies its name.
        record(&mut tx, About::Connection(id), &Event::EndConfirmed, now).await?;
        if let Some(owner) = &owner {
            leaving::forget_traces(&mut tx, owner, id.as_str()).await?;
        }
        sqlx::query("DELETE FROM connection WHERE id = $1 AND unlink_asked_at IS NOT NULL AND unlink_keeps_rows = 0")
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "UPDATE connection SET unlinked_at = $1, sealed_token = X'', cursor = NULL, problem_remedy = NULL,
                 problem_code = NULL, problem_reason = NULL, problem_message = NULL, problem_request_id = NULL, problem_since = NULL
             WHERE id = $2 AND unlink_asked_at IS NOT NULL",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        let gone = match &owner {
            Some(owner) => leaving::delete_if_free(&mut tx, owner).await?,
            None => false,
        };
        tx.commit().await?;
        Ok(gone)
    }
}

/// [`Store::ask_unlink`] inside a transaction.
pub(crate) async fn ask(
    tx: &mut Tx,
    user: &UserId,
    id: &str,
    keep_rows: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // A connection that was never linked has nothing to keep.
    let keeps: Option<bool> = sqlx::query_scalar(
        "UPDATE connection SET unlink_asked_at = $1, unlink_keeps_rows = $2 AND linked_at IS NOT NULL
         WHERE id = $3 AND person_id = $4 AND unlink_asked_at IS NULL RETURNING unlink_keeps_rows",
    )
    .bind(now.as_millisecond())
    .bind(i64::from(keep_rows))
    .bind(id)
    .bind(user.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    let Some(kept) = keeps else {
        return Ok(false);
    };
    sqlx::query("UPDATE account SET closed_at = COALESCE(closed_at, $1) WHERE connection_id = $2")
        .bind(now.as_millisecond())
        .bind(id)
        .execute(&mut **tx)
        .await?;
    credentials::leave_all(tx, id, now).await?;
    other_providers::update_alerts(tx, user, now).await?;
    // A running job must not restore what is deleted here.
    for kind in [JobKind::Sync, JobKind::Webhook] {
        jobs::cancel(tx, kind, id, now).await?;
    }
    jobs::request(tx, JobKind::Unlink, id, now).await?;
    if let Some(id) = ConnectionId::parse(id) {
        let event = Event::Unlinked { kept };
        record(tx, About::Connection(&id), &event, now).await?;
    }
    Ok(true)
}
