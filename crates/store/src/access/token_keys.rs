//! The sealed keys that sign tokens.

use crate::{Store, StoreError};
use domain::id::TokenKeyId;

impl Store {
    /// The sealed keys, newest first, with their creation times in Unix milliseconds.
    pub async fn token_keys(&self) -> Result<Vec<(TokenKeyId, Vec<u8>, i64)>, StoreError> {
        let rows: Vec<(String, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT id, sealed_key, created_at FROM token_key ORDER BY created_at DESC, id DESC",
        )
        .fetch_all(&self.write)
        .await?;
        rows.into_iter()
            .map(|(id, sealed, at)| {
                let id = TokenKeyId::parse(&id).ok_or(StoreError::Unreadable("token key"))?;
                Ok((id, sealed, at))
            })
            .collect()
    }

    /// Stores a new key, and deletes all older ones but the latest.
    pub async fn add_token_key(
        &self,
        id: &TokenKeyId,
        sealed: &[u8],
        now: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "DELETE FROM token_key WHERE id NOT IN (SELECT id FROM token_key ORDER BY created_at DESC, id DESC LIMIT 1)",
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query("INSERT INTO token_key (id, sealed_key, created_at) VALUES ($1, $2, $3)")
            .bind(id.as_str())
            .bind(sealed)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
