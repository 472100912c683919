//! Which Passbook this is.

use crate::{Store, StoreError};

impl Store {
    /// The random id that was made with the database: eight hexadecimal digits. A copy of the database has the
    /// same one.
    pub async fn instance(&self) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar("SELECT id FROM instance")
            .fetch_one(&self.read)
            .await?)
    }
}
