//! Connections, their problems and their access tokens.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::{moment, moment_or_none};
use crate::linking::alerts;
use crate::oversight::activity;
use crate::{Store, StoreError, Tx, jobs};
use domain::connection::{Connection, Lease, LinkPhase};
use domain::feed::UpdateStatus;
use domain::id::{ConnectionId, LinkId, UserId};
use domain::job::JobKind;
use domain::problem::{Problem, Reason};

/// A connection to store.
#[derive(Debug)]
pub struct NewConnection<'a> {
    /// Unique id.
    pub id: &'a ConnectionId,
    /// The person it belongs to.
    pub user_id: &'a UserId,
    /// The attempt that it completes.
    pub link_id: &'a LinkId,
    /// The provider's word.
    pub provider: &'a str,
    /// The provider's id of the connection.
    pub item_id: &'a str,
    /// The provider's id of the institution.
    pub institution_id: Option<&'a str>,
    /// The institution's name.
    pub institution_name: &'a str,
    /// The sealed access token.
    pub sealed_token: &'a [u8],
    /// The URL that the provider sends webhooks to: empty for none, `None` if unknown.
    pub webhook_url: Option<&'a str>,
    /// Whether the person says that its accounts are different from those of a bank that looks the same.
    pub linked_anyway: bool,
    /// The current time.
    pub now: Timestamp,
}

#[derive(FromRow)]
pub(crate) struct ConnectionRow {
    id: String,
    person_id: String,
    provider: String,
    item_id: String,
    institution_id: Option<String>,
    institution_name: String,
    created_at: i64,
    update_status: String,
    seen_rows: i64,
    history_complete_at: Option<i64>,
    last_synced_at: Option<i64>,
    provider_updated_at: Option<i64>,
    consent_expires_at: Option<i64>,
    problem_reason: Option<String>,
    problem_code: Option<String>,
    problem_message: Option<String>,
    problem_request_id: Option<String>,
    problem_since: Option<i64>,
    unlink_asked_at: Option<i64>,
    unlink_keeps_rows: bool,
    unlinked_at: Option<i64>,
    set_aside_rows: i64,
    linked_at: Option<i64>,
    link_phase: Option<String>,
}

/// A row with the fields that only the worker may see.
#[derive(FromRow)]
struct RowToSync {
    #[sqlx(flatten)]
    connection: ConnectionRow,
    sealed_token: Vec<u8>,
    cursor: Option<String>,
}

impl ConnectionRow {
    pub(crate) fn decode(self) -> Result<Connection, StoreError> {
        let problem = match (self.problem_reason, self.problem_code) {
            (Some(reason), Some(code)) => Some(Problem {
                reason: Reason::from_word(&reason).ok_or(StoreError::Unreadable("reason"))?,
                code,
                message: self.problem_message.unwrap_or_default(),
                request_id: self.problem_request_id,
                retry_after: None,
            }),
            _ => None,
        };
        Ok(Connection {
            id: ConnectionId::parse(&self.id).ok_or(StoreError::Unreadable("connection"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            provider: self.provider,
            item_id: self.item_id,
            institution_id: self.institution_id,
            institution_name: self.institution_name,
            created_at: moment(self.created_at)?,
            status: UpdateStatus::from_word(&self.update_status)
                .ok_or(StoreError::Unreadable("status"))?,
            seen_rows: self.seen_rows,
            history_complete_at: moment_or_none(self.history_complete_at)?,
            last_synced_at: moment_or_none(self.last_synced_at)?,
            provider_updated_at: moment_or_none(self.provider_updated_at)?,
            consent_expires_at: moment_or_none(self.consent_expires_at)?,
            problem,
            problem_since: moment_or_none(self.problem_since)?,
            unlink_asked_at: moment_or_none(self.unlink_asked_at)?,
            unlink_keeps_rows: self.unlink_keeps_rows,
            unlinked_at: moment_or_none(self.unlinked_at)?,
            alerts: Vec::new(),
            set_aside_rows: self.set_aside_rows,
            linked_at: moment_or_none(self.linked_at)?,
            link_phase: (self.link_phase.as_deref())
                .map(|word| LinkPhase::from_word(word).ok_or(StoreError::Unreadable("phase")))
                .transpose()?,
        })
    }
}

impl Store {
    /// Returns a connection of a person.
    pub async fn connection(
        &self,
        user: &UserId,
        id: &ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        let row: Option<ConnectionRow> =
            sqlx::query_as("SELECT * FROM connection WHERE id = $1 AND person_id = $2")
                .bind(id.as_str())
                .bind(user.as_str())
                .fetch_optional(&self.read)
                .await?;
        let Some(mut connection) = row.map(ConnectionRow::decode).transpose()? else {
            return Ok(None);
        };
        connection.alerts = alerts::of_connection(&mut self.alerts(user).await?, id.as_str())?;
        Ok(Some(connection))
    }

    /// A person's connections, oldest first.
    pub async fn connections(&self, user: &UserId) -> Result<Vec<Connection>, StoreError> {
        let rows: Vec<ConnectionRow> =
            sqlx::query_as("SELECT * FROM connection WHERE person_id = $1 ORDER BY created_at, id")
                .bind(user.as_str())
                .fetch_all(&self.read)
                .await?;
        let mut alerts = self.alerts(user).await?;
        rows.into_iter()
            .map(|row| {
                let mut connection = row.decode()?;
                connection.alerts = alerts::of_connection(&mut alerts, connection.id.as_str())?;
                Ok(connection)
            })
            .collect()
    }

    /// The person's connection with this provider id; `None` if there is none or it is being unlinked.
    pub async fn connection_of_item(
        &self,
        user: &UserId,
        provider: &str,
        item_id: &str,
    ) -> Result<Option<ConnectionId>, StoreError> {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT id FROM connection WHERE provider = $1 AND item_id = $2 AND person_id = $3 AND unlink_asked_at IS NULL",
        )
        .bind(provider)
        .bind(item_id)
        .bind(user.as_str())
        .fetch_optional(&self.write)
        .await?;
        Ok(id.as_deref().and_then(ConnectionId::parse))
    }

    /// Returns a connection with its sealed token and its cursor, for the worker that syncs it. Does not check the
    /// owner.
    pub async fn connection_to_sync(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<(Connection, Vec<u8>, Option<String>)>, StoreError> {
        // Reads through the writer, so that a run sees what the previous one committed.
        let row: Option<RowToSync> = sqlx::query_as("SELECT * FROM connection WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.write)
            .await?;
        row.map(|row| Ok((row.connection.decode()?, row.sealed_token, row.cursor)))
            .transpose()
    }

    /// Makes a connection's next sync start without a cursor, and requests it.
    pub async fn begin_again(&self, id: &ConnectionId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let found = sqlx::query(
            "UPDATE connection SET begin_again_at = $1 WHERE id = $2 AND unlink_asked_at IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        if found.rows_affected() == 1 {
            jobs::request(&mut tx, JobKind::Sync, id.as_str(), now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// When a sync without a cursor was requested, in Unix milliseconds; `None` if none is pending.
    pub async fn begins_again(&self, id: &ConnectionId) -> Result<Option<i64>, StoreError> {
        let asked = "SELECT begin_again_at FROM connection WHERE id = $1";
        let asked: Option<Option<i64>> = sqlx::query_scalar(asked)
            .bind(id.as_str())
            .fetch_optional(&self.write)
            .await?;
        Ok(asked.flatten())
    }

    /// Clears the request for a sync without a cursor that was made at `asked`, unless there is a newer one.
    pub async fn began_again(&self, id: &ConnectionId, asked: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE connection SET begin_again_at = NULL WHERE id = $1 AND begin_again_at = $2",
        )
        .bind(id.as_str())
        .bind(asked)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Whether the connection was read from the beginning after `moment` because its cursor was rejected.
    pub async fn cursor_lost_since(
        &self,
        id: &ConnectionId,
        moment: Timestamp,
    ) -> Result<bool, StoreError> {
        let lost_at: Option<Option<i64>> =
            sqlx::query_scalar("SELECT cursor_lost_at FROM connection WHERE id = $1")
                .bind(id.as_str())
                .fetch_optional(&self.write)
                .await?;
        Ok(lost_at
            .flatten()
            .is_some_and(|at| at > moment.as_millisecond()))
    }

    /// Records the problem that ended a sync.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`].
    pub async fn record_problem(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        problem: &Problem,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        activity::record_problem(&mut tx, id, problem, now).await?;
        set_problem(&mut tx, id, problem, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records how many rows the first sync has seen so far, for display only.
    pub async fn record_progress(
        &self,
        lease: &Lease,
        id: &ConnectionId,
        rows: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE connection SET seen_rows = $1 WHERE id = $2
             AND EXISTS (SELECT 1 FROM job WHERE job.id = $3 AND job.fence = $4)",
        )
        .bind(rows)
        .bind(id.as_str())
        .bind(lease.job_id.as_str())
        .bind(lease.fence)
        .execute(&self.write)
        .await?;
        Ok(())
    }
}

/// Inserts a new connection.
///
/// # Errors
/// [`StoreError::Taken`] if the provider's id of the connection is already stored.
pub(crate) async fn insert(tx: &mut Tx, new: &NewConnection<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO connection (id, person_id, provider, item_id, institution_id, institution_name, sealed_token, created_at, webhook_url,
             linked_anyway, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $8)",
    )
    .bind(new.id.as_str())
    .bind(new.user_id.as_str())
    .bind(new.provider)
    .bind(new.item_id)
    .bind(new.institution_id)
    .bind(new.institution_name)
    .bind(new.sealed_token)
    .bind(new.now.as_millisecond())
    .bind(new.webhook_url)
    .bind(new.linked_anyway)
    .execute(&mut **tx)
    .await
    .map_err(|error| StoreError::of_insert(error, &[("", "item")]))?;
    Ok(())
}

/// Records a problem of a connection.
pub(crate) async fn set_problem(
    tx: &mut Tx,
    id: &ConnectionId,
    problem: &Problem,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE connection SET problem_remedy = $1, problem_code = $2, problem_message = $3, problem_request_id = $4,
             problem_since = CASE WHEN problem_code = $2 THEN problem_since ELSE $5 END, problem_reason = $7
         WHERE id = $6",
    )
    .bind(problem.remedy().as_str())
    .bind(&problem.code)
    .bind(&problem.message)
    .bind(&problem.request_id)
    .bind(now.as_millisecond())
    .bind(id.as_str())
    .bind(problem.reason.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
