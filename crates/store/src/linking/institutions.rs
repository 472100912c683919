//! Institutions, as providers describe them. Integer times are Unix milliseconds.

use sqlx::FromRow;

use crate::{Store, StoreError, jobs};
use domain::connection::Lease;
use domain::feed::Institution;
use domain::id::UserId;

/// An institution that a person has linked.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct LinkedInstitution {
    /// The provider's word.
    pub provider: String,
    /// The provider's id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The URL of its website.
    pub url: Option<String>,
    /// The brand colour as `#rrggbb`.
    pub color: Option<String>,
    /// How many connections of the person lead to it.
    pub connections: i64,
}

impl Store {
    /// The institutions that a person has linked, by name.
    pub async fn linked_institutions(
        &self,
        user: &UserId,
    ) -> Result<Vec<LinkedInstitution>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT c.provider AS provider, c.institution_id AS id,
                 COALESCE(i.name, MIN(c.institution_name)) AS name, i.url AS url, i.color AS color,
                 COUNT(*) AS connections
             FROM connection c LEFT JOIN institution i ON i.provider = c.provider AND i.provider_id = c.institution_id
             WHERE c.person_id = $1 AND c.institution_id IS NOT NULL
             GROUP BY c.provider, c.institution_id, i.name, i.url, i.color ORDER BY name, id",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?)
    }

    /// Stores a provider's description of an institution.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`].
    pub async fn keep_institution(
        &self,
        lease: &Lease,
        provider: &str,
        it: &Institution,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
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
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether any person has a connection to an institution that is not being unlinked.
    pub async fn is_institution_linked(
        &self,
        provider: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM connection WHERE provider = $1 AND institution_id = $2
                            AND unlink_asked_at IS NULL)",
        )
        .bind(provider)
        .bind(id)
        .fetch_one(&self.read)
        .await?)
    }

    /// The logo of an institution that a person has linked, as a PNG.
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
