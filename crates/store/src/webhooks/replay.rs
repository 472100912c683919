//! Asking again for what a webhook asked for.

use jiff::Timestamp;

use super::{Delivered, connection_of, follow_up};
use crate::{Store, StoreError};
use domain::id::{ConnectionId, UserId};
use domain::webhook::Verified;

impl Store {
    /// The body of a kept webhook, what it hashed to, and when it came, with its provider.
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

    /// Asks again for what follows from a kept webhook as things stand now, and notes who wanted that, all or
    /// nothing. What only a webhook tells is not kept once more: since it came it may have been settled.
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
