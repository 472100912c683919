//! The log of calls to providers.

use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::decode::moment;
use crate::{Store, StoreError};
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::problem::Reason;

/// The most calls that are kept, whatever their age.
const KEPT: i64 = 200_000;

/// A filter for calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallNarrowing {
    /// Only calls for this connection.
    pub connection: Option<ConnectionId>,
    /// Only calls to this API path.
    pub endpoint: Option<String>,
    /// Only calls that failed.
    pub failed_only: bool,
}

/// A logged call.
#[derive(Clone, Debug)]
pub struct CallRecord {
    /// Its position, which increases with time.
    pub id: i64,
    /// The provider's word.
    pub provider: String,
    /// The API path.
    pub endpoint: String,
    /// The connection it was made for, if any; it may no longer exist.
    pub connection_id: Option<ConnectionId>,
    /// The name of that connection's institution, while the connection exists.
    pub institution_name: Option<String>,
    /// The provider's id of the call.
    pub request_id: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Its duration, in milliseconds.
    pub duration_ms: i64,
    /// `ok`, or the code of the error.
    pub outcome: String,
    /// Why it failed, if the answer says so.
    pub reason: Option<Reason>,
}

#[derive(FromRow)]
struct CallRow {
    id: i64,
    provider: String,
    endpoint: String,
    connection_id: Option<String>,
    institution_name: Option<String>,
    request_id: Option<String>,
    started_at: i64,
    duration_ms: i64,
    outcome: String,
    reason: Option<String>,
}

impl CallRow {
    fn decode(self) -> Result<CallRecord, StoreError> {
        Ok(CallRecord {
            id: self.id,
            provider: self.provider,
            endpoint: self.endpoint,
            connection_id: self.connection_id.as_deref().and_then(ConnectionId::parse),
            institution_name: self.institution_name,
            request_id: self.request_id,
            started_at: moment(self.started_at)?,
            duration_ms: self.duration_ms,
            outcome: self.outcome,
            reason: self.reason.as_deref().and_then(Reason::from_word),
        })
    }
}

impl Store {
    /// The calls to a provider after `since`, oldest first: path, connection and time.
    pub async fn calls_since(
        &self,
        provider: &str,
        since: Timestamp,
    ) -> Result<Vec<(String, Option<ConnectionId>, Timestamp)>, StoreError> {
        let rows: Vec<(String, Option<String>, i64)> = sqlx::query_as(
            "SELECT endpoint, connection_id, started_at FROM provider_call
             WHERE provider = $1 AND started_at > $2 ORDER BY started_at, id",
        )
        .bind(provider)
        .bind(since.as_millisecond())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(endpoint, id, at)| {
                Ok((
                    endpoint,
                    id.as_deref().and_then(ConnectionId::parse),
                    moment(at)?,
                ))
            })
            .collect()
    }

    /// Records some calls in one transaction.
    pub async fn record_calls(&self, calls: &[Call]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for call in calls {
            sqlx::query(
                "INSERT INTO provider_call (provider, endpoint, connection_id, request_id, started_at, duration_ms, outcome,
                     reason)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(call.provider)
            .bind(call.endpoint)
            .bind(call.connection_id.as_ref().map(|id| id.as_str()))
            .bind(&call.request_id)
            .bind(call.started_at.as_millisecond())
            .bind(call.duration_ms)
            .bind(&call.outcome)
            .bind(call.reason.map(Reason::as_str))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Calls, newest first, older than the position `before`, at most `limit`. A caller that acts for a person must
    /// filter by one of their connections.
    pub async fn page_of_calls(
        &self,
        narrowing: &CallNarrowing,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError> {
        let mut sql = calls_query(narrowing, before, limit);
        let rows: Vec<CallRow> = sql.build_query_as().fetch_all(&self.read).await?;
        rows.into_iter().map(CallRow::decode).collect()
    }

    /// The latest calls to a provider, newest first, at most `limit`.
    pub async fn newest_calls(
        &self,
        provider: &str,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError> {
        let rows: Vec<CallRow> = sqlx::query_as(
            "SELECT p.*, NULL AS institution_name FROM provider_call p WHERE p.provider = $1
             ORDER BY p.id DESC LIMIT $2",
        )
        .bind(provider)
        .bind(limit)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(CallRow::decode).collect()
    }

    /// The paths that were ever called. Steps through the index from one path to the next.
    pub async fn called_endpoints(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "WITH RECURSIVE step (endpoint) AS (
                 SELECT MIN(endpoint) FROM provider_call
                 UNION ALL
                 SELECT (SELECT MIN(endpoint) FROM provider_call WHERE provider_call.endpoint > step.endpoint)
                 FROM step WHERE step.endpoint IS NOT NULL
             ) SELECT endpoint FROM step WHERE endpoint IS NOT NULL",
        )
        .fetch_all(&self.read)
        .await?)
    }

    /// Deletes the oldest calls beyond the limit and returns how many.
    pub async fn forget_oldest_calls(&self) -> Result<u64, StoreError> {
        let gone = sqlx::query(
            "DELETE FROM provider_call WHERE id <= (SELECT MAX(id) FROM provider_call) - $1",
        )
        .bind(KEPT)
        .execute(&self.write)
        .await?;
        Ok(gone.rows_affected())
    }
}

/// The query for a page.
pub(crate) fn calls_query(
    narrowing: &CallNarrowing,
    before: Option<i64>,
    limit: u32,
) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "SELECT p.*, c.institution_name AS institution_name
         FROM provider_call p LEFT JOIN connection c ON c.id = p.connection_id WHERE 1 = 1",
    );
    if let Some(connection) = &narrowing.connection {
        sql.push(" AND p.connection_id = ")
            .push_bind(connection.as_str().to_owned());
    }
    if let Some(endpoint) = &narrowing.endpoint {
        sql.push(" AND p.endpoint = ").push_bind(endpoint.clone());
    }
    if narrowing.failed_only {
        sql.push(" AND p.outcome <> 'ok'");
    }
    if let Some(before) = before {
        sql.push(" AND p.id < ").push_bind(before);
    }
    sql.push(" ORDER BY p.id DESC LIMIT ").push(limit);
    sql
}
