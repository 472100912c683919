//! Webhooks in both directions: the inbox of verified ones from providers, a ring of rejected ones, and `outbound`
//! for those to a person's endpoints.
//!
//! Signatures are verified by the provider's adapter before a webhook gets here, and messages are sent by `notify`.

pub(crate) mod outbound;
mod refused;
mod replay;
pub(crate) mod webhook_addresses;

pub(crate) use refused::Refused;

use jiff::Timestamp;

use crate::linking::alerts;
use crate::{Store, StoreError, Tx, jobs};
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::webhook::{FollowUp, Verified};

/// The delay before a job finishes a link, in milliseconds. The browser usually returns on its own when its session
/// at the bank ends, and should come first.
const HEAD_START_MS: i64 = 10_000;

/// The outcome of a verified webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The work that it led to.
    pub caused: FollowUp,
    /// The connection concerned, if it is known.
    pub connection: Option<ConnectionId>,
    /// How often the same webhook has arrived, including this time.
    pub times: i64,
}

impl Store {
    /// When a webhook about a connection last arrived.
    pub async fn last_webhook_at(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = sqlx::query_scalar(
            "SELECT MAX(last_received_at) FROM webhook_delivery WHERE connection_id = $1",
        )
        .bind(id.as_str())
        .fetch_one(&self.read)
        .await?;
        crate::decode::moment_or_none(at)
    }

    /// Stores a verified webhook and requests the work that it calls for, in one transaction. A repeated body is
    /// stored once but requests the work again, because providers do not number their webhooks.
    pub async fn take_webhook(
        &self,
        provider: &str,
        webhook: &Verified,
        now: Timestamp,
    ) -> Result<Delivered, StoreError> {
        let mut tx = self.begin().await?;
        let known = connection_of(&mut tx, provider, webhook).await?;
        let (connection, linked) = match known {
            Some((id, linked)) => (Some(id), linked == 1),
            None => (None, false),
        };
        let linked = connection.as_deref().filter(|_| linked);
        let caused = follow_up(&mut tx, webhook, linked, now).await?;
        let times = keep(
            &mut tx,
            provider,
            webhook,
            connection.as_deref(),
            caused,
            now,
        )
        .await?;
        if let Some(connection) = linked {
            alerts::keep(&mut tx, connection, &webhook.notice, times, now).await?;
            webhook_addresses::acknowledged(&mut tx, connection, &webhook.notice, now).await?;
        }
        tx.commit().await?;
        Ok(Delivered {
            caused,
            connection: connection.as_deref().and_then(ConnectionId::parse),
            times,
        })
    }
}

/// The connection's id, and 1 if it is not being unlinked.
async fn connection_of(
    tx: &mut Tx,
    provider: &str,
    webhook: &Verified,
) -> Result<Option<(String, i64)>, StoreError> {
    let Some(item) = &webhook.notice.item_id else {
        return Ok(None);
    };
    Ok(sqlx::query_as(
        "SELECT id, unlink_asked_at IS NULL FROM connection WHERE provider = $1 AND item_id = $2",
    )
    .bind(provider)
    .bind(item)
    .fetch_optional(&mut **tx)
    .await?)
}

/// Requests the work that a webhook calls for and returns what that was.
async fn follow_up(
    tx: &mut Tx,
    webhook: &Verified,
    linked: Option<&str>,
    now: Timestamp,
) -> Result<FollowUp, StoreError> {
    match (webhook.notice.kind.follow_up(), linked) {
        (FollowUp::Sync, Some(connection)) => {
            jobs::request(tx, JobKind::Sync, connection, now).await?;
            // The notice may be the bank's reply to a typed log-in.
            let typed: Option<String> = sqlx::query_scalar(
                "SELECT id FROM link_attempt WHERE connection_id = $1 AND typed AND finished_at IS NULL",
            )
            .bind(connection)
            .fetch_optional(&mut **tx)
            .await?;
            if let Some(attempt) = typed {
                jobs::request(tx, JobKind::Link, &attempt, now).await?;
            }
            Ok(FollowUp::Sync)
        }
        (FollowUp::FinishLink, _) => {
            let open: Option<String> = sqlx::query_scalar(
                "SELECT id FROM link_attempt WHERE token_hash = $1 AND finished_at IS NULL",
            )
            .bind(&webhook.notice.link_token_hash)
            .fetch_optional(&mut **tx)
            .await?;
            let Some(attempt) = open else {
                return Ok(FollowUp::Nothing);
            };
            let due = Timestamp::from_millisecond(now.as_millisecond() + HEAD_START_MS);
            jobs::request(tx, JobKind::Link, &attempt, due.unwrap_or(now)).await?;
            Ok(FollowUp::FinishLink)
        }
        _ => Ok(FollowUp::Nothing),
    }
}

async fn keep(
    tx: &mut Tx,
    provider: &str,
    webhook: &Verified,
    connection: Option<&str>,
    caused: FollowUp,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let notice = &webhook.notice;
    Ok(sqlx::query_scalar(
        "INSERT INTO webhook_delivery (provider, body_hash, body, webhook_type, webhook_code, error_code, item_id,
             connection_id, received_at, latency_ms, caused, last_received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $9)
         ON CONFLICT (provider, body_hash) DO UPDATE SET times = webhook_delivery.times + 1,
             last_received_at = excluded.last_received_at, latency_ms = excluded.latency_ms,
             connection_id = excluded.connection_id, caused = excluded.caused
         RETURNING times",
    )
    .bind(provider)
    .bind(&webhook.body_hash)
    .bind(&webhook.body)
    .bind(&notice.webhook_type)
    .bind(&notice.webhook_code)
    .bind(&notice.error_code)
    .bind(&notice.item_id)
    .bind(connection)
    .bind(now.as_millisecond())
    .bind((now.as_millisecond() - webhook.issued_at.as_millisecond()).max(0))
    .bind(caused.as_str())
    .fetch_one(&mut **tx)
    .await?)
}
