//! Invitations to sign up. Times are Unix milliseconds.

use crate::{Store, StoreError};

impl Store {
    /// Inserts an invitation.
    pub async fn add_invitation(
        &self,
        code_hash: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO invitation (code_hash, created_at, expires_at) VALUES ($1, $2, $3)",
        )
        .bind(code_hash)
        .bind(now)
        .bind(expires_at)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Whether an invitation is unused and has not expired.
    pub async fn invitation_is_good(&self, code_hash: &str, now: i64) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM invitation WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2)",
        )
        .bind(code_hash)
        .bind(now)
        .fetch_one(&self.read)
        .await?;
        Ok(found == 1)
    }
}
