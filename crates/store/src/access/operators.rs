//! Admins, and the one-time code that makes the first one. Integer times are Unix milliseconds.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::{moment, parsed};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::activity::Event;
use domain::id::UserId;
use domain::user::EmailAddress;

/// The result of granting or revoking the admin role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The role was changed.
    Done,
    /// It was already so.
    Already,
    /// There is no person with this address.
    Unknown,
    /// The demo person can never be an admin.
    Demo,
}

/// The result of entering the one-time code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The person is now an admin.
    Done,
    /// The code is wrong, used or expired, or there is already an admin.
    Gone,
    /// The demo person can never be an admin.
    Demo,
}

impl Store {
    /// Makes the person with this folded e-mail address an admin.
    pub async fn grant_operator(&self, folded: &str, now: Timestamp) -> Result<Grant, StoreError> {
        let mut tx = self.begin().await?;
        let Some(person) = standing(&mut tx, folded).await? else {
            return Ok(Grant::Unknown);
        };
        if person.operator_since.is_some() {
            return Ok(Grant::Already);
        }
        let id = UserId::parse(&person.id).ok_or(StoreError::Unreadable("person"))?;
        if !make_operator(&mut tx, &id, now).await? {
            return Ok(Grant::Demo);
        }
        tx.commit().await?;
        Ok(Grant::Done)
    }

    /// Revokes the admin role of the person with this folded e-mail address.
    pub async fn revoke_operator(&self, folded: &str) -> Result<Grant, StoreError> {
        let mut tx = self.begin().await?;
        let Some(person) = standing(&mut tx, folded).await? else {
            return Ok(Grant::Unknown);
        };
        if person.operator_since.is_none() {
            return Ok(Grant::Already);
        }
        sqlx::query("UPDATE person SET operator_since = NULL WHERE id = $1")
            .bind(&person.id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Grant::Done)
    }

    /// Every admin and when they became one, oldest first.
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

    /// Marks a person as the demo person and revokes their admin role.
    pub async fn mark_demo(&self, folded: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE person SET demo = 1, operator_since = NULL WHERE email_folded = $1")
            .bind(folded)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Stores a one-time code, replacing any unused earlier one. `false`, without storing it, if there is an admin or
    /// one was ever made with such a code.
    pub async fn offer_operator_code(
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

    /// Redeems a one-time code, which makes the person an admin.
    pub async fn claim_operator_code(
        &self,
        code_hash: &str,
        person: &UserId,
        now: Timestamp,
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
        .bind(now.as_millisecond())
        .bind(code_hash)
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            return Ok(Claim::Gone);
        }
        if !make_operator(&mut tx, person, now).await? {
            // The transaction is rolled back, so the code stays valid for another person.
            return Ok(Claim::Demo);
        }
        tx.commit().await?;
        Ok(Claim::Done)
    }
}

#[derive(FromRow)]
struct Standing {
    id: String,
    operator_since: Option<i64>,
}

/// Reads the id and role of the person with this folded address.
async fn standing(tx: &mut Tx, folded: &str) -> Result<Option<Standing>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, operator_since FROM person WHERE email_folded = $1 AND leaving_at IS NULL",
    )
    .bind(folded)
    .fetch_optional(&mut **tx)
    .await?)
}

/// `false` for the demo person.
async fn make_operator(tx: &mut Tx, id: &UserId, now: Timestamp) -> Result<bool, StoreError> {
    let made = sqlx::query("UPDATE person SET operator_since = $1 WHERE id = $2 AND demo = 0")
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    if made.rows_affected() == 0 {
        return Ok(false);
    }
    record(tx, About::Person(id), &Event::OperatorGranted, now).await?;
    Ok(true)
}

async fn any_operator(tx: &mut Tx) -> Result<bool, StoreError> {
    let any: i64 = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person WHERE operator_since IS NOT NULL AND demo = 0)",
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(any == 1)
}

/// Whether a person is the only admin. One who is suspended can do nothing for others, so they do not count.
pub(crate) async fn is_last(tx: &mut Tx, user: &UserId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND operator_since IS NOT NULL AND demo = 0)
             AND NOT EXISTS (SELECT 1 FROM person WHERE id <> $1 AND operator_since IS NOT NULL AND demo = 0
                 AND suspended_at IS NULL)",
    )
    .bind(user.as_str())
    .fetch_one(&mut **tx)
    .await?)
}
