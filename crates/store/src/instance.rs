//! The identity of this Passbook.

use crate::{Store, StoreError};

impl Store {
    /// The random id made with the database: eight hexadecimal digits. A copy of the database has the same id.
    pub async fn instance(&self) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar("SELECT id FROM instance")
            .fetch_one(&self.read)
            .await?)
    }
}
