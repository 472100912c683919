//! What providers say of institutions.

use super::{Store, StoreError};
use crate::domain::feed::Institution;
use crate::domain::id::UserId;

impl Store {
    /// Keeps what a provider says of an institution.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_institution(
        &self,
        provider: &str,
        it: &Institution,
        now: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO institution (provider, provider_id, name, logo, color, url, fetched_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (provider, provider_id) DO UPDATE SET name = excluded.name, logo = excluded.logo,
                 color = excluded.color, url = excluded.url, fetched_at = excluded.fetched_at",
        )
        .bind(provider)
        .bind(&it.provider_id)
        .bind(&it.name)
        .bind(&it.logo)
        .bind(&it.color)
        .bind(&it.url)
        .bind(now)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// When an institution was last asked about.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn institution_fetched_at(
        &self,
        provider: &str,
        id: &str,
    ) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT fetched_at FROM institution WHERE provider = $1 AND provider_id = $2",
        )
        .bind(provider)
        .bind(id)
        .fetch_optional(&self.read)
        .await?)
    }

    /// The logo of an institution that a person has linked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn institution_logo(
        &self,
        user: &UserId,
        id: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let logo: Option<Option<Vec<u8>>> = sqlx::query_scalar(
            "SELECT logo FROM institution i WHERE i.provider_id = $1 AND i.logo IS NOT NULL
             AND EXISTS (SELECT 1 FROM connection c WHERE c.person_id = $2
                         AND c.provider = i.provider AND c.institution_id = i.provider_id)",
        )
        .bind(id)
        .bind(user.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(logo.flatten())
    }
}
