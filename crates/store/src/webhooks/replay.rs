//! Replaying stored webhooks.

use jiff::Timestamp;

use super::{Delivered, connection_of, follow_up};
use crate::{Store, StoreError};
use domain::id::{ConnectionId, UserId};
use domain::webhook::Verified;

impl Store {
    /// A stored webhook: its provider, the hash of the original body, the stored body, and the time of its last
    /// arrival in Unix milliseconds.
    pub async fn kept_webhook(
        &self,
        id: i64,
    ) -> Result<Option<(String, String, Vec<u8>, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT provider, body_hash, body, last_received_at FROM webhook_delivery WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&self.read)
        .await?)
    }

    /// Requests again the work that a stored webhook calls for in the current state, and records who asked for it, in
    /// one transaction. Its note is not stored again, because it may have been settled since.
    pub async fn replay_webhook(
        &self,
        id: i64,
        provider: &str,
        webhook: &Verified,
        by: &UserId,
        now: Timestamp,
    ) -> Result<Delivered, StoreError> {
        let mut tx = self.begin().await?;
        let known = connection_of(&mut tx, provider, webhook).await?;
        let linked = known.as_ref().filter(|(_, linked)| *linked == 1);
        let caused = follow_up(&mut tx, webhook, linked.map(|(id, _)| id.as_str()), now).await?;
        sqlx::query(
            "INSERT INTO webhook_replay (delivery_id, person_id, replayed_at, caused) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(by.as_str())
        .bind(now.as_millisecond())
        .bind(caused.as_str())
        .execute(&mut *tx)
        .await?;
        let times =
            sqlx::query_scalar("SELECT COUNT(*) FROM webhook_replay WHERE delivery_id = $1")
                .bind(id)
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(Delivered {
            caused,
            connection: known.and_then(|(id, _)| ConnectionId::parse(&id)),
            times,
        })
    }
}
