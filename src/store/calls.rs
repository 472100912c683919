//! The record of calls to providers.

use super::{Store, StoreError};
use crate::domain::connection::Call;

impl Store {
    /// Records some calls in one transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_calls(&self, calls: &[Call]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for call in calls {
            sqlx::query(
                "INSERT INTO provider_call (provider, endpoint, connection_id, request_id, started_at, duration_ms, outcome)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(call.provider)
            .bind(call.endpoint)
            .bind(call.connection_id.as_ref().map(|id| id.as_str()))
            .bind(&call.request_id)
            .bind(call.started_at.as_millisecond())
            .bind(call.duration_ms)
            .bind(&call.outcome)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
