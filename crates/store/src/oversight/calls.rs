//! The record of calls to providers.

use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::read::moment;
use crate::{Store, StoreError};
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::problem::Reason;

/// No more calls than this are kept, however young.
const KEPT: i64 = 200_000;

/// What a list of calls is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallNarrowing {
    /// One connection.
    pub connection: Option<ConnectionId>,
    /// One path of the provider's.
    pub endpoint: Option<String>,
    /// Only those that did not go well.
    pub failed_only: bool,
}

/// A call that was made.
#[derive(Clone, Debug)]
pub struct CallRecord {
    /// Its place; grows with time.
    pub id: i64,
    /// The provider's word.
    pub provider: String,
    /// The path.
    pub endpoint: String,
    /// For which connection, if for one; it may be gone.
    pub connection_id: Option<ConnectionId>,
    /// Its institution's name, as long as there is one.
    pub institution_name: Option<String>,
    /// The provider's number for the call.
    pub request_id: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// `ok`, or the error's code.
    pub outcome: String,
    /// Why it did not go well, as far as an answer says it.
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
    fn read(self) -> Result<CallRecord, StoreError> {
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
    /// Which endpoints were called since a moment, for which connection and when, the oldest first.
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

    /// Calls, the newest first, older than a place, at most `limit`. Whoever calls this for a person
    /// narrows it to a connection of theirs.
    pub async fn page_of_calls(
        &self,
        narrowing: &CallNarrowing,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError> {
        let mut sql = calls_query(narrowing, before, limit);
        let rows: Vec<CallRow> = sql.build_query_as().fetch_all(&self.read).await?;
        rows.into_iter().map(CallRow::read).collect()
    }

    /// The newest calls to a provider, the newest first, at most `limit`.
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
        rows.into_iter().map(CallRow::read).collect()
    }

    /// The paths that were ever called. Steps along the index from one to the next.
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

    /// Forgets the oldest calls where there are too many; how many.
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

/// The page's SQL.
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
