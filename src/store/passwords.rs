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
        let ended = [
            (
                true,
                "UPDATE token_family SET revoked_at = $2, revoked_for = 'password' WHERE person_id = $1 AND revoked_at IS NULL",
            ),
            (
                true,
                "DELETE FROM browser_session WHERE person_id = $1 AND $2 > 0",
            ),
            (
                keys,
                "UPDATE api_key SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL",
            ),
        ];
        for (_, sql) in ended.into_iter().filter(|(wanted, _)| *wanted) {
            let end = sqlx::query(sql).bind(user.id.as_str()).bind(now);
            end.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
