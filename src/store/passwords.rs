//! Changing a password, and what ends with the old one.

use super::{Store, StoreError};
use crate::domain::user::User;

impl Store {
    /// Gives a person another password and ends, in the same transaction, all that came of the one before: the
    /// families, the sessions and, if `keys` says so, the keys. `false`, and nothing done, when somebody has
    /// changed it since this person was read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_password(
        &self,
        user: &User,
        hash: &str,
        keys: bool,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "UPDATE person SET password_hash = $1, password_version = password_version + 1
             WHERE id = $2 AND password_version = $3",
        )
        .bind(hash)
        .bind(user.id.as_str())
        .bind(user.password_version)
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM browser_session WHERE person_id = $1")
            .bind(user.id.as_str())
            .execute(&mut *tx)
            .await?;
        let mut revoked = vec![
            "UPDATE token_family SET revoked_at = $1, revoked_for = 'password' WHERE person_id = $2 AND revoked_at IS NULL",
        ];
        if keys {
            revoked.push(
                "UPDATE api_key SET revoked_at = $1 WHERE person_id = $2 AND revoked_at IS NULL",
            );
        }
        for sql in revoked {
            let end = sqlx::query(sql).bind(now).bind(user.id.as_str());
            end.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
