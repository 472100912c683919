//! The work that somebody has just asked for.

use crate::{Store, StoreError};
use domain::id::JobId;

impl Store {
    /// The work of a kind on a subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn job_on(&self, kind: &str, subject: &str) -> Result<Option<JobId>, StoreError> {
        // Read through the writer, which has asked for it a moment ago.
        let id: Option<String> =
            sqlx::query_scalar("SELECT id FROM job WHERE kind = $1 AND subject = $2")
                .bind(kind)
                .bind(subject)
                .fetch_optional(&self.write)
                .await?;
        id.map(|id| JobId::parse(&id).ok_or(StoreError::Unreadable("job")))
            .transpose()
    }
}
