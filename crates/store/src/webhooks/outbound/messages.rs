//! The messages to an endpoint, as its owner sees and controls them.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError, jobs};
use domain::id::{EndpointId, MessageId, UserId};
use domain::job::JobKind;
use domain::outbound::{Attempt, Message, MessageKind, MessageState, SendFailure};

/// A message with its latest attempt.
#[derive(Clone, Debug)]
pub struct MessageRecord {
    /// The message.
    pub message: Message,
    /// The latest attempt to send it; `None` before the first.
    pub last: Option<Attempt>,
    /// How often it was sent in total.
    pub sent: i64,
}

#[derive(FromRow)]
pub(super) struct MessageRow {
    id: String,
    kind: String,
    body: String,
    created_at: i64,
    state: String,
    attempts: i64,
    next_at: Option<i64>,
}

impl MessageRow {
    pub(super) fn decode(self) -> Result<Message, StoreError> {
        Ok(Message {
            id: MessageId::parse(&self.id).ok_or(StoreError::Unreadable("message"))?,
            kind: MessageKind::from_word(&self.kind)
                .ok_or(StoreError::Unreadable("kind of message"))?,
            body: self.body,
            created_at: moment(self.created_at)?,
            state: MessageState::from_word(&self.state)
                .ok_or(StoreError::Unreadable("state of a message"))?,
            attempts: self.attempts,
            next_at: moment_or_none(self.next_at)?,
        })
    }
}

#[derive(FromRow)]
struct AttemptRow {
    number: Option<i64>,
    started_at: Option<i64>,
    duration_ms: Option<i64>,
    status: Option<i64>,
    failure: Option<String>,
}

impl AttemptRow {
    fn decode(self) -> Result<Option<Attempt>, StoreError> {
        let (Some(started_at), Some(duration_ms)) = (self.started_at, self.duration_ms) else {
            return Ok(None);
        };
        let status = self.status.and_then(|status| u16::try_from(status).ok());
        let failure = self.failure.as_deref().and_then(SendFailure::from_word);
        Ok(Some(Attempt {
            started_at: moment(started_at)?,
            duration_ms,
            answer: status.ok_or(failure.unwrap_or(SendFailure::Unreachable)),
        }))
    }
}

#[derive(FromRow)]
struct RecordRow {
    #[sqlx(flatten)]
    message: MessageRow,
    #[sqlx(flatten)]
    last: AttemptRow,
}

impl Store {
    /// The messages to one of a person's endpoints, newest first, older than `before`.
    pub async fn messages(
        &self,
        user: &UserId,
        endpoint: &EndpointId,
        before: Option<&MessageId>,
        limit: u32,
    ) -> Result<Vec<MessageRecord>, StoreError> {
        let rows: Vec<RecordRow> = sqlx::query_as(
            "SELECT m.id, m.kind, m.body, m.created_at, m.state, m.attempts, m.next_at,
                 a.number, a.started_at, a.duration_ms, a.status, a.failure
             FROM outbound_endpoint e JOIN outbound_message m ON m.endpoint_id = e.id
             LEFT JOIN outbound_attempt a ON a.message_id = m.id
                 AND a.number = (SELECT MAX(n.number) FROM outbound_attempt n WHERE n.message_id = m.id)
             WHERE e.person_id = $1 AND e.id = $2 AND ($3 IS NULL OR m.id < $3) ORDER BY m.id DESC LIMIT $4",
        )
        .bind(user.as_str())
        .bind(endpoint.as_str())
        .bind(before.map(MessageId::as_str))
        .bind(i64::from(limit))
        .fetch_all(&self.read)
        .await?;
        let read = |row: RecordRow| {
            Ok(MessageRecord {
                message: row.message.decode()?,
                sent: row.last.number.unwrap_or(0),
                last: row.last.decode()?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Queues a message to one of a person's endpoints; `false` if there is no such endpoint or it is disabled.
    pub async fn put_message(
        &self,
        user: &UserId,
        endpoint: &EndpointId,
        message: &Message,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let put = sqlx::query(
            "INSERT INTO outbound_message (id, endpoint_id, kind, body, created_at, next_at)
             SELECT $1, id, $2, $3, $4, $4 FROM outbound_endpoint
             WHERE person_id = $5 AND id = $6 AND disabled_at IS NULL",
        )
        .bind(message.id.as_str())
        .bind(message.kind.as_str())
        .bind(&message.body)
        .bind(now.as_millisecond())
        .bind(user.as_str())
        .bind(endpoint.as_str())
        .execute(&mut *tx)
        .await?;
        if put.rows_affected() == 0 {
            return Ok(false);
        }
        jobs::request(&mut tx, JobKind::Notify, endpoint.as_str(), now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Sends a message again, as if it had never been sent; `false` if there is no such message or its endpoint is
    /// disabled.
    pub async fn send_again(
        &self,
        user: &UserId,
        endpoint: &EndpointId,
        message: &MessageId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let again = sqlx::query(
            "UPDATE outbound_message SET state = 'waiting', attempts = 0, next_at = $1
             WHERE id = $2 AND endpoint_id = (SELECT id FROM outbound_endpoint
                 WHERE id = $3 AND person_id = $4 AND disabled_at IS NULL)",
        )
        .bind(now.as_millisecond())
        .bind(message.as_str())
        .bind(endpoint.as_str())
        .bind(user.as_str())
        .execute(&mut *tx)
        .await?;
        if again.rows_affected() == 0 {
            return Ok(false);
        }
        jobs::request(&mut tx, JobKind::Notify, endpoint.as_str(), now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
