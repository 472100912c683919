//! Requests made to a provider for a connection, recorded so that they are not made too often.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::moment_or_none;
use crate::{Store, StoreError};
use domain::id::ConnectionId;

/// When each request was last made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nudges {
    /// The request for the whole history.
    pub history_asked_at: Option<Timestamp>,
    /// The request to ask the bank, because the provider had not for a day.
    pub aggregation_asked_at: Option<Timestamp>,
}

#[derive(Default, FromRow)]
struct Row {
    history_asked_at: Option<i64>,
    aggregation_asked_at: Option<i64>,
}

impl Store {
    /// The requests made for a connection.
    pub async fn nudges(&self, id: &ConnectionId) -> Result<Nudges, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT history_asked_at, aggregation_asked_at FROM connection WHERE id = $1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.write)
        .await?;
        let row = row.unwrap_or_default();
        Ok(Nudges {
            history_asked_at: moment_or_none(row.history_asked_at)?,
            aggregation_asked_at: moment_or_none(row.aggregation_asked_at)?,
        })
    }

    /// Records the request for the whole history. If `comes`, the provider will fetch it, and the next sync starts
    /// without a cursor.
    pub async fn record_history_asked(
        &self,
        id: &ConnectionId,
        now: Timestamp,
        comes: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE connection SET history_asked_at = $1,
                 begin_again_at = CASE WHEN $2 THEN $1 ELSE begin_again_at END
             WHERE id = $3 AND unlink_asked_at IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(comes)
        .bind(id.as_str())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Records the request to ask the bank.
    pub async fn record_aggregation_asked(
        &self,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE connection SET aggregation_asked_at = $1 WHERE id = $2")
            .bind(now.as_millisecond())
            .bind(id.as_str())
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
