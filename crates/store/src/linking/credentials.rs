//! Links with a typed log-in: the connection is stored before the bank is asked, so that every outcome can be shown
//! and retried.

use jiff::Timestamp;

use crate::linking::connections::{self, NewConnection};
use crate::linking::leaving;
use crate::linking::transitions::{NewLink, insert, take};
use crate::oversight::activity;
use crate::{Store, StoreError, Tx, jobs};
use domain::attempt::{LinkAttempt, Step};
use domain::connection::LinkPhase;
use domain::id::{ConnectionId, LinkId, UserId};
use domain::job::JobKind;
use domain::problem::Problem;

/// The result of passing typed credentials to the provider, sealed.
#[derive(Debug)]
pub struct TypedGrant<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The connection.
    pub connection: &'a ConnectionId,
    /// The provider's id of the connection.
    pub item_id: &'a str,
    /// Its access token, sealed for the connection.
    pub sealed_token: &'a [u8],
    /// The token to ask the provider about the attempt, sealed for the attempt.
    pub sealed_link_token: &'a [u8],
    /// The URL of the bank's own log-in page, if it has one, sealed for the attempt.
    pub sealed_hosted_url: Option<&'a [u8]>,
    /// When the attempt expires at the provider.
    pub expires_at: Timestamp,
    /// When the provider is first asked about it.
    pub due: Timestamp,
}

impl Store {
    /// Stores an attempt before the provider is asked, with its connection if that is new. Earlier attempts of an
    /// existing connection are ended. If nothing more happens, the attempt is taken up at `look_after`. If another
    /// new connection to the same institution is already being asked, returns its id and stores nothing.
    pub async fn begin_typed_link(
        &self,
        new: &NewLink<'_>,
        connection: Option<&NewConnection<'_>>,
        now: Timestamp,
        look_after: Timestamp,
    ) -> Result<Option<ConnectionId>, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(connection) = connection {
            if let Some(other) = being_asked(&mut tx, connection).await? {
                return Ok(Some(other));
            }
            connections::insert(&mut tx, connection).await?;
            sqlx::query("UPDATE connection SET linked_at = NULL WHERE id = $1")
                .bind(connection.id.as_str())
                .execute(&mut *tx)
                .await?;
        } else if let Some(id) = new.link.purpose.connection() {
            leave_all(&mut tx, id.as_str(), now).await?;
        }
        insert(&mut tx, new, now).await?;
        set_phase(&mut tx, &new.link.id, Some(LinkPhase::Processing)).await?;
        let id = new.link.id.as_str();
        jobs::request(&mut tx, JobKind::Link, id, look_after).await?;
        if let Some(connection) = connection {
            let (user, id) = (connection.user_id, connection.id.as_str());
            leaving::unlink_if_leaving(&mut tx, user, id, now).await?;
        }
        tx.commit().await?;
        Ok(None)
    }

    /// Stores the provider's grant for an attempt. `false` if the attempt has ended meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another connection has the same provider id.
    pub async fn keep_typed_grant(&self, grant: &TypedGrant<'_>) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let open = sqlx::query(
            "UPDATE link_attempt SET sealed_token = $1, expires_at = $2, sealed_hosted_url = $4 WHERE id = $3 AND state = 'open'",
        )
        .bind(grant.sealed_link_token)
        .bind(grant.expires_at.as_millisecond())
        .bind(grant.link.as_str())
        .bind(grant.sealed_hosted_url)
        .execute(&mut *tx)
        .await?;
        if open.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE connection SET sealed_token = $1, item_id = $2 WHERE id = $3")
            .bind(grant.sealed_token)
            .bind(grant.item_id)
            .bind(grant.connection.as_str())
            .execute(&mut *tx)
            .await
            .map_err(|error| StoreError::of_insert(error, &[("", "item")]))?;
        jobs::request(&mut tx, JobKind::Link, grant.link.as_str(), grant.due).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// [`Step::Leave`]: ends an attempt that the bank or the provider refused, and records the problem on its
    /// connection. `false` if it had already ended.
    pub async fn fail_typed_link(
        &self,
        attempt: &LinkAttempt,
        problem: &Problem,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let left = take(&mut tx, Step::Leave, &attempt.id, now).await?;
        if let (true, Some(id)) = (left, attempt.purpose.connection()) {
            set_phase(&mut tx, &attempt.id, None).await?;
            activity::record_problem(&mut tx, id, problem, now).await?;
            connections::set_problem(&mut tx, id, problem, now).await?;
        }
        tx.commit().await?;
        Ok(left)
    }

    /// Deletes a new connection that turned out to be an existing one with this provider id. Returns the existing
    /// one.
    pub async fn drop_typed_duplicate(
        &self,
        user: &UserId,
        id: &ConnectionId,
        item_id: &str,
    ) -> Result<Option<ConnectionId>, StoreError> {
        let mut tx = self.begin().await?;
        let other: Option<String> = sqlx::query_scalar(
            "SELECT o.id FROM connection o JOIN connection n ON n.id = $1 AND o.provider = n.provider
             WHERE o.item_id = $2 AND o.person_id = $3 AND o.id <> $1",
        )
        .bind(id.as_str())
        .bind(item_id)
        .bind(user.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM connection WHERE id = $1 AND linked_at IS NULL")
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(other.as_deref().and_then(ConnectionId::parse))
    }

    /// Deletes a person's connection if its bank has never accepted a log-in.
    pub async fn drop_never_linked(
        &self,
        user: &UserId,
        id: &ConnectionId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM connection WHERE id = $1 AND person_id = $2 AND linked_at IS NULL",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The latest unfinished attempt of a person's connection with a typed log-in.
    pub async fn attempt_under_way(
        &self,
        user: &UserId,
        connection: &ConnectionId,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT id FROM link_attempt WHERE person_id = $1 AND connection_id = $2 AND typed
                 AND finished_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1",
        )
        .bind(user.as_str())
        .bind(connection.as_str())
        .fetch_optional(&self.read)
        .await?;
        match id.as_deref().and_then(LinkId::parse) {
            Some(id) => self.link(user, &id).await,
            None => Ok(None),
        }
    }
}

/// A new connection of the same person to the same institution whose bank is being asked.
async fn being_asked(
    tx: &mut Tx,
    new: &NewConnection<'_>,
) -> Result<Option<ConnectionId>, StoreError> {
    let other: Option<String> = sqlx::query_scalar(
        "SELECT id FROM connection WHERE person_id = $1 AND provider = $2 AND institution_id = $3
             AND linked_at IS NULL AND link_phase IS NOT NULL AND unlink_asked_at IS NULL",
    )
    .bind(new.user_id.as_str())
    .bind(new.provider)
    .bind(new.institution_id)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(other.as_deref().and_then(ConnectionId::parse))
}

/// Ends every unfinished attempt of a connection.
pub(crate) async fn leave_all(
    tx: &mut Tx,
    connection: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM link_attempt WHERE connection_id = $1 AND finished_at IS NULL",
    )
    .bind(connection)
    .fetch_all(&mut **tx)
    .await?;
    for id in open.iter().filter_map(|id| LinkId::parse(id)) {
        take(tx, Step::Leave, &id, now).await?;
    }
    sqlx::query("UPDATE connection SET link_phase = NULL WHERE id = $1")
        .bind(connection)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Sets the log-in progress of an attempt's connection.
pub(crate) async fn set_phase(
    tx: &mut Tx,
    attempt: &LinkId,
    phase: Option<LinkPhase>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE connection SET link_phase = $1
         WHERE id = (SELECT connection_id FROM link_attempt WHERE id = $2 AND typed)",
    )
    .bind(phase.map(LinkPhase::as_str))
    .bind(attempt.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that the bank accepted the log-in; `true` the first time.
pub(crate) async fn let_in(
    tx: &mut Tx,
    connection: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let first: Option<bool> =
        sqlx::query_scalar("SELECT linked_at IS NULL FROM connection WHERE id = $1")
            .bind(connection)
            .fetch_optional(&mut **tx)
            .await?;
    // This ends a problem with the typed log-in. Any other problem ends with the next sync.
    sqlx::query(
        "UPDATE connection SET linked_at = COALESCE(linked_at, $1), problem_remedy = NULL, problem_code = NULL,
             problem_reason = NULL, problem_message = NULL, problem_request_id = NULL, problem_since = NULL,
             link_phase = NULL
         WHERE id = $2 AND (linked_at IS NULL OR link_phase IS NOT NULL)",
    )
    .bind(now.as_millisecond())
    .bind(connection)
    .execute(&mut **tx)
    .await?;
    Ok(first == Some(true))
}
