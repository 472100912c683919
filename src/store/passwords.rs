//! Changing a password, and what ends with the old one.

use super::access::{Tx, end_access};
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
        let mut tx: Tx = self.begin().await?;
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
        end_access(&mut tx, &user.id, "password", keys, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
