//! Ending connections: an outbox whose messages are the connections themselves.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::linking::{other_providers, typed};
use crate::oversight::activity::{About, note};
use crate::{Store, StoreError, jobs};
use domain::activity::Event;
use domain::connection::{Connection, Lease};
use domain::id::{ConnectionId, UserId};
use domain::job::JobKind;

impl Store {
    /// Notes that a person wants a connection ended: from now on it is not synced, its accounts count no
    /// more, and the provider is to be told. Of one that was never linked nothing is kept. `false` when it is not this
    /// person's or has ended already.
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

    /// Has what was kept of an ended connection deleted, and says so in the person's activity: at once, or as soon as
    /// the provider has confirmed the end. `false` when nothing of it is kept, or it is somebody else's.
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
        // Before the connection goes: the entry keeps its name.
        note(&mut tx, About::Connection(id), &Event::KeptDataDeleted, now).await?;
        if unlinked_at.is_some() {
            sqlx::query("DELETE FROM connection WHERE id = $1")
                .bind(id.as_str())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Whether its provider has no other connection of the person's that has not ended.
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

    /// Ends a connection for good, once the provider has confirmed it: wipes the token, and the rows too
    /// if the person wanted that.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`]; when the database fails.
    pub async fn end_connection(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        // Before the connection goes: the entry keeps its name.
        note(&mut tx, About::Connection(id), &Event::EndConfirmed, now).await?;
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
        tx.commit().await?;
        Ok(())
    }
}

/// The same inside a transaction.
pub(crate) async fn ask(
    tx: &mut Transaction<'static, Sqlite>,
    user: &UserId,
    id: &str,
    keep_rows: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // One that was never linked has nothing to be kept.
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
    typed::leave_all(tx, id, now).await?;
    other_providers::note(tx, user, now).await?;
    // What is under way must not bring back what ends here.
    for kind in [JobKind::Sync, JobKind::Webhook] {
        jobs::call_off(tx, kind, id, now).await?;
    }
    jobs::request(tx, JobKind::Unlink, id, now).await?;
    if let Some(id) = ConnectionId::parse(id) {
        let event = Event::Unlinked { kept };
        note(tx, About::Connection(&id), &event, now).await?;
    }
    Ok(true)
}
