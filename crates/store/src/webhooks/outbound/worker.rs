//! The worker's side of outbound webhooks: finding what is new, storing messages together with the place in the feed
//! that they reach, and recording the results.

use jiff::{SignedDuration, Timestamp};

use super::endpoints::{ENDPOINT, EndpointRow};
use super::messages::MessageRow;
use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError, Tx, jobs, mail};
use domain::connection::Lease;
use domain::id::{ConnectionId, EndpointId};
use domain::job::JobKind;
use domain::mail::MailKind;
use domain::outbound::{
    Attempt, ConnectionEvent, DisabledFor, Endpoint, Message, MessageKind, MessageState, News,
};

/// How long messages are kept, whether delivered or not.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most messages that are kept per endpoint.
const KEPT_OF_EACH: i64 = 500;

/// An endpoint's sealed secrets.
#[derive(Debug)]
pub struct SealedSecrets {
    /// The current secret.
    pub secret: Vec<u8>,
    /// The previous secret.
    pub previous: Option<Vec<u8>>,
}

/// The consequences of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The message's new state.
    pub state: MessageState,
    /// When it is tried next; `None` if it is not.
    pub next_at: Option<Timestamp>,
    /// Why to disable its endpoint; `None` to keep it enabled.
    pub disable: Option<DisabledFor>,
}

impl Store {
    /// Requests a job for every enabled endpoint that lags behind its feed or has messages due, and has no job due or
    /// running. `false` if there is none.
    pub async fn request_notifications(&self, now: Timestamp) -> Result<bool, StoreError> {
        let lagging: Vec<String> = sqlx::query_scalar(
            "SELECT e.id FROM outbound_endpoint e LEFT JOIN feed_head h ON h.person_id = e.person_id
             WHERE e.disabled_at IS NULL
                 AND (h.place > e.told_place OR EXISTS (SELECT 1 FROM outbound_message m
                      WHERE m.endpoint_id = e.id AND m.state = 'waiting' AND m.next_at <= $1))
                 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = $2 AND j.subject = e.id
                      AND (j.lease_until > $1 OR j.run_at <= $1))",
        )
        .bind(now.as_millisecond())
        .bind(JobKind::Notify.as_str())
        .fetch_all(&self.read)
        .await?;
        if lagging.is_empty() {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
        for id in &lagging {
            jobs::request(&mut tx, JobKind::Notify, id, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Returns an endpoint and its secrets, for the worker that calls it.
    pub async fn endpoint_to_call(
        &self,
        id: &EndpointId,
    ) -> Result<Option<(Endpoint, SealedSecrets)>, StoreError> {
        // Uses the writer, so that a run sees what the previous one committed.
        let sql = format!("SELECT {ENDPOINT} FROM outbound_endpoint WHERE id = $1");
        let row: Option<EndpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id.as_str())
            .fetch_optional(&self.write)
            .await?;
        let secrets: Option<(Vec<u8>, Option<Vec<u8>>)> = sqlx::query_as(
            "SELECT sealed_secret, sealed_previous FROM outbound_endpoint WHERE id = $1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.write)
        .await?;
        let (Some(row), Some((secret, previous))) = (row, secrets) else {
            return Ok(None);
        };
        Ok(Some((row.decode()?, SealedSecrets { secret, previous })))
    }

    /// What an endpoint has not been notified of yet.
    pub async fn news(&self, endpoint: &Endpoint) -> Result<News, StoreError> {
        let mut tx = self.begin().await?;
        let told = i64::try_from(endpoint.told_place).unwrap_or(i64::MAX);
        let person = endpoint.user_id.as_str();
        let head: Option<i64> =
            sqlx::query_scalar("SELECT place FROM feed_head WHERE person_id = $1")
                .bind(person)
                .fetch_optional(&mut *tx)
                .await?;
        let (changed, change_waits): (bool, bool) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM change_feed WHERE person_id = $1 AND place > $2),
                 EXISTS (SELECT 1 FROM outbound_message
                         WHERE endpoint_id = $3 AND state = 'waiting' AND kind = 'transactions.changed')",
        )
        .bind(person)
        .bind(told)
        .bind(endpoint.id.as_str())
        .fetch_one(&mut *tx)
        .await?;
        let events = events(&mut tx, person, told).await?;
        Ok(News {
            head: u64::try_from(head.unwrap_or(0)).unwrap_or(0),
            changed,
            events,
            change_waits,
        })
    }

    /// Stores messages and the place `head` that the endpoint has been notified up to, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker holds the lease.
    pub async fn tell(
        &self,
        lease: &Lease,
        endpoint: &Endpoint,
        head: u64,
        messages: &[Message],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        for message in messages {
            sqlx::query(
                "INSERT INTO outbound_message (id, endpoint_id, kind, body, created_at, next_at)
                 VALUES ($1, $2, $3, $4, $5, $5)",
            )
            .bind(message.id.as_str())
            .bind(endpoint.id.as_str())
            .bind(message.kind.as_str())
            .bind(&message.body)
            .bind(message.created_at.as_millisecond())
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("UPDATE outbound_endpoint SET told_place = $1 WHERE id = $2")
            .bind(i64::try_from(head).unwrap_or(i64::MAX))
            .bind(endpoint.id.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The due messages to an endpoint, oldest first.
    pub async fn due_messages(
        &self,
        endpoint: &EndpointId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let rows: Vec<MessageRow> = sqlx::query_as(
            "SELECT id, kind, body, created_at, state, attempts, next_at FROM outbound_message
             WHERE endpoint_id = $1 AND state = 'waiting' AND next_at <= $2 ORDER BY id LIMIT $3",
        )
        .bind(endpoint.as_str())
        .bind(now.as_millisecond())
        .bind(i64::from(limit))
        .fetch_all(&self.write)
        .await?;
        rows.into_iter().map(MessageRow::decode).collect()
    }

    /// When the next message to an endpoint is due.
    pub async fn next_message(
        &self,
        endpoint: &EndpointId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT MIN(next_at) FROM outbound_message WHERE endpoint_id = $1 AND state = 'waiting'",
        )
        .bind(endpoint.as_str())
        .fetch_one(&self.write)
        .await?;
        moment_or_none(next)
    }

    /// Records an attempt and its consequences.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker holds the lease.
    pub async fn record_attempt(
        &self,
        lease: &Lease,
        endpoint: &EndpointId,
        message: &Message,
        attempt: &Attempt,
        verdict: &Verdict,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        sqlx::query(
            "INSERT INTO outbound_attempt (message_id, number, started_at, duration_ms, status, failure)
             SELECT $1, COALESCE((SELECT MAX(number) FROM outbound_attempt WHERE message_id = $1), 0) + 1, $2, $3, $4, $5",
        )
        .bind(message.id.as_str())
        .bind(attempt.started_at.as_millisecond())
        .bind(attempt.duration_ms)
        .bind(attempt.answer.ok().map(i64::from))
        .bind(attempt.answer.err().map(|failure| failure.as_str()))
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE outbound_message SET state = $1, next_at = $2, attempts = attempts + 1 WHERE id = $3",
        )
        .bind(verdict.state.as_str())
        .bind(verdict.next_at.map(|t| t.as_millisecond()))
        .bind(message.id.as_str())
        .execute(&mut *tx)
        .await?;
        let ended = attempt.started_at.as_millisecond() + attempt.duration_ms;
        if verdict.state == MessageState::Arrived {
            sqlx::query("UPDATE outbound_endpoint SET last_arrived_at = $1 WHERE id = $2")
                .bind(ended)
                .bind(endpoint.as_str())
                .execute(&mut *tx)
                .await?;
        }
        if let Some(reason) = verdict.disable {
            disable(&mut tx, endpoint, reason, moment(ended)?).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Disables an endpoint.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker holds the lease.
    pub async fn disable_endpoint(
        &self,
        lease: &Lease,
        endpoint: &EndpointId,
        reason: DisabledFor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        disable(&mut tx, endpoint, reason, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes old messages and returns how many.
    pub async fn forget_messages(&self, now: Timestamp) -> Result<u64, StoreError> {
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        let old = sqlx::query("DELETE FROM outbound_message WHERE created_at < $1")
            .bind(now.as_millisecond().saturating_sub(kept))
            .execute(&self.write)
            .await?;
        let many = sqlx::query(
            "DELETE FROM outbound_message WHERE id IN (SELECT id FROM (
                 SELECT id, ROW_NUMBER() OVER (PARTITION BY endpoint_id ORDER BY id DESC) AS place
                 FROM outbound_message
             ) AS placed WHERE place > $1)",
        )
        .bind(KEPT_OF_EACH)
        .execute(&self.write)
        .await?;
        Ok(old.rows_affected() + many.rows_affected())
    }
}

/// Disables an endpoint inside a transaction, and writes the mail that tells its owner.
async fn disable(
    tx: &mut Tx,
    endpoint: &EndpointId,
    reason: DisabledFor,
    at: Timestamp,
) -> Result<(), StoreError> {
    let disabled: Option<(String, String)> = sqlx::query_as(
        "UPDATE outbound_endpoint SET disabled_at = $1, disabled_for = $2 WHERE id = $3 AND disabled_at IS NULL
         RETURNING person_id, description",
    )
    .bind(at.as_millisecond())
    .bind(reason.as_str())
    .bind(endpoint.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    let Some((person, description)) = disabled else {
        return Ok(());
    };
    let facts = [
        ("webhook", endpoint.as_str()),
        ("description", description.as_str()),
    ];
    mail::notify(tx, &person, MailKind::WebhookOff, &facts, at).await
}

type EventRow = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
);

async fn events(tx: &mut Tx, person: &str, told: i64) -> Result<Vec<ConnectionEvent>, StoreError> {
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT connection_id, kind, problem_code, problem_reason, problem_remedy, happened_at FROM connection_event
         WHERE person_id = $1 AND place > $2 ORDER BY place",
    )
    .bind(person)
    .bind(told)
    .fetch_all(&mut **tx)
    .await?;
    let read = |(connection, kind, problem_code, problem_reason, problem_remedy, at): EventRow| {
        let kind = MessageKind::from_word(&format!("connection.{kind}"));
        Ok(ConnectionEvent {
            connection_id: ConnectionId::parse(&connection)
                .ok_or(StoreError::Unreadable("connection"))?,
            kind: kind.ok_or(StoreError::Unreadable("event"))?,
            problem_code,
            problem_reason,
            problem_remedy,
            happened_at: moment(at)?,
        })
    };
    rows.into_iter().map(read).collect()
}
