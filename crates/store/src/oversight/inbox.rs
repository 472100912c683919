//! Webhooks received from providers, verified and rejected.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::moment;
use crate::{Store, StoreError};
use domain::id::ConnectionId;

/// A verified webhook.
#[derive(Clone, Debug)]
pub struct DeliveryRecord {
    /// Unique id.
    pub id: i64,
    /// The provider's type.
    pub webhook_type: String,
    /// The provider's finer code.
    pub webhook_code: String,
    /// The code of the error that it contains.
    pub error_code: Option<String>,
    /// The provider's id of the connection.
    pub item_id: Option<String>,
    /// The connection, if it is known.
    pub connection_id: Option<ConnectionId>,
    /// The name of the connection's institution.
    pub institution: Option<String>,
    /// The e-mail address of the connection's owner.
    pub owner: Option<String>,
    /// When it first arrived.
    pub received_at: Timestamp,
    /// When it last arrived.
    pub last_received_at: Timestamp,
    /// The time from its signing to its last arrival, in milliseconds.
    pub latency_ms: i64,
    /// The work that it led to: `sync`, `finish_link` or `nothing`.
    pub caused: String,
    /// How often it arrived.
    pub times: i64,
    /// How often it was replayed.
    pub replays: i64,
}

/// One replay of a webhook.
#[derive(Clone, Debug)]
pub struct ReplayRecord {
    /// When it was replayed.
    pub at: Timestamp,
    /// The e-mail address of the admin who replayed it, if they still exist.
    pub by: Option<String>,
    /// The work that it led to.
    pub caused: String,
}

/// A rejected webhook.
#[derive(Clone, Debug)]
pub struct RefusalRecord {
    /// Its number in the ring.
    pub id: i64,
    /// SHA-256 of its body, in hex.
    pub body_hash: String,
    /// Why it was rejected.
    pub reason: String,
    /// When it arrived.
    pub received_at: Timestamp,
}

#[derive(FromRow)]
struct DeliveryRow {
    id: i64,
    webhook_type: String,
    webhook_code: String,
    error_code: Option<String>,
    item_id: Option<String>,
    connection_id: Option<String>,
    institution: Option<String>,
    owner: Option<String>,
    received_at: i64,
    last_received_at: i64,
    latency_ms: i64,
    caused: String,
    times: i64,
    replays: i64,
}

impl DeliveryRow {
    fn decode(self) -> Result<DeliveryRecord, StoreError> {
        Ok(DeliveryRecord {
            id: self.id,
            webhook_type: self.webhook_type,
            webhook_code: self.webhook_code,
            error_code: self.error_code,
            item_id: self.item_id,
            connection_id: self.connection_id.as_deref().and_then(ConnectionId::parse),
            institution: self.institution,
            owner: self.owner,
            received_at: moment(self.received_at)?,
            last_received_at: moment(self.last_received_at)?,
            latency_ms: self.latency_ms,
            caused: self.caused,
            times: self.times,
            replays: self.replays,
        })
    }
}

const DELIVERY: &str = "SELECT d.id, d.webhook_type, d.webhook_code, d.error_code, d.item_id, d.connection_id,
     c.institution_name AS institution, p.email AS owner, d.received_at, d.last_received_at, d.latency_ms,
     d.caused, d.times, (SELECT COUNT(*) FROM webhook_replay r WHERE r.delivery_id = d.id) AS replays
     FROM webhook_delivery d LEFT JOIN connection c ON c.id = d.connection_id
         LEFT JOIN person p ON p.id = c.person_id";

impl Store {
    /// Verified webhooks, latest arrival first, following the position (`last_received_at`, id).
    pub async fn deliveries(
        &self,
        connection: Option<&ConnectionId>,
        after: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        let of = if connection.is_some() {
            "d.connection_id = $3 AND"
        } else {
            ""
        };
        let sql = format!(
            "{DELIVERY} WHERE {of} (d.last_received_at, d.id) < ($1, $2)
             ORDER BY d.last_received_at DESC, d.id DESC LIMIT $4"
        );
        let (at, id) = after.unwrap_or((i64::MAX, i64::MAX));
        let rows: Vec<DeliveryRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(at)
            .bind(id)
            .bind(connection.map(ConnectionId::as_str))
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        rows.into_iter().map(DeliveryRow::decode).collect()
    }

    /// Returns a verified webhook with its body.
    pub async fn delivery(&self, id: i64) -> Result<Option<(DeliveryRecord, Vec<u8>)>, StoreError> {
        let sql = format!("{DELIVERY} WHERE d.id = $1");
        let row: Option<DeliveryRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .fetch_optional(&self.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let body: Vec<u8> = sqlx::query_scalar("SELECT body FROM webhook_delivery WHERE id = $1")
            .bind(id)
            .fetch_one(&self.read)
            .await?;
        Ok(Some((row.decode()?, body)))
    }

    /// The latest replays of a webhook, latest first.
    pub async fn replays_of(
        &self,
        delivery: i64,
        limit: u32,
    ) -> Result<Vec<ReplayRecord>, StoreError> {
        let rows: Vec<(i64, Option<String>, String)> = sqlx::query_as(
            "SELECT r.replayed_at, p.email, r.caused FROM webhook_replay r LEFT JOIN person p ON p.id = r.person_id
             WHERE r.delivery_id = $1 ORDER BY r.id DESC LIMIT $2",
        )
        .bind(delivery)
        .bind(limit)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(at, by, caused)| {
                Ok(ReplayRecord {
                    at: moment(at)?,
                    by,
                    caused,
                })
            })
            .collect()
    }

    /// Rejected webhooks, latest first, following `after`.
    pub async fn refusals(
        &self,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RefusalRecord>, StoreError> {
        let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
            "SELECT id, body_hash, reason, received_at FROM webhook_refusal WHERE id < $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(after.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(id, body_hash, reason, at)| {
                Ok(RefusalRecord {
                    id,
                    body_hash,
                    reason,
                    received_at: moment(at)?,
                })
            })
            .collect()
    }

    /// How many webhooks were ever rejected, by reason, the most frequent first.
    pub async fn refusal_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT reason, SUM(refused) FROM webhook_refusal_count GROUP BY reason ORDER BY 2 DESC, 1",
        )
        .fetch_all(&self.read)
        .await?)
    }
}
