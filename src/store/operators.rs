//! Who runs this Passbook, and the link with which the first one is made.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::read::{moment, parsed};
use super::{Store, StoreError};
use crate::domain::id::UserId;
use crate::domain::user::EmailAddress;

/// What came of making somebody an operator, or of ending that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// It is so now.
    Done,
    /// It was so before.
    Already,
    /// Nobody has this address.
    Unknown,
    /// The demo person never is one.
    Demo,
}

/// What came of opening the one-time link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The person is an operator now.
    Done,
    /// The link was used, has run out, or there is an operator already.
    Gone,
    /// The demo person never is one.
    Demo,
}

impl Store {
    /// Makes the person with this folded address an operator.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grant_operator(&self, folded: &str, now: i64) -> Result<Grant, StoreError> {
        let mut tx = self.begin().await?;
        let found = standing(&mut tx, folded).await?;
        let grant = match found {
            None => Grant::Unknown,
            Some((1, _)) => Grant::Demo,
            Some((_, Some(_))) => Grant::Already,
            Some((_, None)) => {
                sqlx::query(
                    "UPDATE person SET operator_since = $1 WHERE email_folded = $2 AND demo = 0",
                )
                .bind(now)
                .bind(folded)
                .execute(&mut *tx)
                .await?;
                Grant::Done
            }
        };
        tx.commit().await?;
        Ok(grant)
    }

    /// Makes the person with this folded address one like any other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_operator(&self, folded: &str) -> Result<Grant, StoreError> {
        let mut tx = self.begin().await?;
        let grant = match standing(&mut tx, folded).await? {
            None => Grant::Unknown,
            Some((_, None)) => Grant::Already,
            Some((_, Some(_))) => {
                sqlx::query("UPDATE person SET operator_since = NULL WHERE email_folded = $1")
                    .bind(folded)
                    .execute(&mut *tx)
                    .await?;
                Grant::Done
            }
        };
        tx.commit().await?;
        Ok(grant)
    }

    /// Every operator and since when, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operators(&self) -> Result<Vec<(EmailAddress, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT email, operator_since FROM person
             WHERE operator_since IS NOT NULL AND demo = 0 ORDER BY operator_since, id",
        )
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(email, since)| {
                Ok((
                    parsed("e-mail address", EmailAddress::parse(&email))?,
                    moment(since)?,
                ))
            })
            .collect()
    }

    /// Notes that somebody is the demo person, whatever they were before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_demo(&self, folded: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE person SET demo = 1, operator_since = NULL WHERE email_folded = $1")
            .bind(folded)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Keeps a one-time link in the place of those before it; `false`, and none is kept, when there is an
    /// operator or when one was made by such a link before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_operator_link(
        &self,
        code_hash: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM operator_link WHERE used_at IS NULL")
            .execute(&mut *tx)
            .await?;
        let offered = !any_operator(&mut tx).await?
            && sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM operator_link")
                .fetch_one(&mut *tx)
                .await?
                == 0;
        if offered {
            sqlx::query(
                "INSERT INTO operator_link (code_hash, created_at, expires_at) VALUES ($1, $2, $3)",
            )
            .bind(code_hash)
            .bind(now)
            .bind(expires_at)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(offered)
    }

    /// Whether a one-time link makes an operator at this moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operator_link_is_good(
        &self,
        code_hash: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let good: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM operator_link WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2)
                AND NOT EXISTS (SELECT 1 FROM person WHERE operator_since IS NOT NULL AND demo = 0)",
        )
        .bind(code_hash)
        .bind(now)
        .fetch_one(&self.read)
        .await?;
        Ok(good == 1)
    }

    /// Uses a one-time link up: the person is an operator from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_operator_link(
        &self,
        code_hash: &str,
        person: &UserId,
        now: i64,
    ) -> Result<Claim, StoreError> {
        let mut tx = self.begin().await?;
        if any_operator(&mut tx).await? {
            return Ok(Claim::Gone);
        }
        let used = sqlx::query(
            "UPDATE operator_link SET used_by = $1, used_at = $2
             WHERE code_hash = $3 AND used_at IS NULL AND expires_at > $2",
        )
        .bind(person.as_str())
        .bind(now)
        .bind(code_hash)
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            return Ok(Claim::Gone);
        }
        let made = sqlx::query("UPDATE person SET operator_since = $1 WHERE id = $2 AND demo = 0")
            .bind(now)
            .bind(person.as_str())
            .execute(&mut *tx)
            .await?;
        if made.rows_affected() == 0 {
            // The link stays good for somebody else.
            return Ok(Claim::Demo);
        }
        tx.commit().await?;
        Ok(Claim::Done)
    }
}

/// Whether the person with this address is the demo person, and since when an operator.
async fn standing(
    tx: &mut Transaction<'static, Sqlite>,
    folded: &str,
) -> Result<Option<(i64, Option<i64>)>, StoreError> {
    Ok(
        sqlx::query_as("SELECT demo, operator_since FROM person WHERE email_folded = $1")
            .bind(folded)
            .fetch_optional(&mut **tx)
            .await?,
    )
}

async fn any_operator(tx: &mut Transaction<'static, Sqlite>) -> Result<bool, StoreError> {
    let any: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person WHERE operator_since IS NOT NULL AND demo = 0)",
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(any == 1)
}
