//! Two-step verification: authenticator apps and recovery codes. Times are Unix milliseconds.

use jiff::Timestamp;

use crate::access::end_access::end_access;
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::activity::{Event, Visit};
use domain::id::{AuthenticatorId, UserId};
use domain::user::User;

/// An authenticator app to add, with the recovery codes that come with it.
pub struct NewAuthenticator {
    /// Its id, which its secret is sealed for.
    pub id: AuthenticatorId,
    /// Its sealed secret.
    pub sealed_secret: Vec<u8>,
    /// The time step of the code that proved that the app works.
    pub step: i64,
    /// The hashes of the recovery codes.
    pub recovery: Vec<String>,
}

/// A person's authenticator app.
pub struct Authenticator {
    /// Its id, which its secret is sealed for.
    pub id: AuthenticatorId,
    /// Its sealed secret.
    pub sealed_secret: Vec<u8>,
}

impl Store {
    /// Turns two-step verification on. In the same transaction, ends the person's sessions and token families, and
    /// makes log-ins that are under way invalid. `false`, without changes, if it is on already or the password has
    /// changed since this person was read.
    pub async fn turn_two_step_on(
        &self,
        user: &User,
        new: &NewAuthenticator,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (mut tx, at) = (self.begin().await?, now.as_millisecond());
        if !begin_version(&mut tx, user).await? {
            return Ok(false);
        }
        let added = sqlx::query(
            "INSERT INTO two_step (id, person_id, sealed_secret, last_step, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person_id) DO NOTHING",
        )
        .bind(new.id.as_str())
        .bind(user.id.as_str())
        .bind(&new.sealed_secret)
        .bind(new.step)
        .bind(at)
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(false);
        }
        replace_codes(&mut tx, &user.id, &new.recovery, at).await?;
        end_access(&mut tx, &user.id, "two_step", false, at).await?;
        record(&mut tx, About::Person(&user.id), &Event::TwoStepOn, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Turns two-step verification off, and ends the person's sessions and token families. `event` says who did it.
    /// `false`, without changes, if it is off or the password has changed since this person was read.
    pub async fn turn_two_step_off(
        &self,
        user: &User,
        event: &Event,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (mut tx, at) = (self.begin().await?, now.as_millisecond());
        if !begin_version(&mut tx, user).await? {
            return Ok(false);
        }
        let removed = sqlx::query("DELETE FROM two_step WHERE person_id = $1")
            .bind(user.id.as_str())
            .execute(&mut *tx)
            .await?;
        if removed.rows_affected() == 0 {
            return Ok(false);
        }
        replace_codes(&mut tx, &user.id, &[], at).await?;
        end_access(&mut tx, &user.id, "two_step", false, at).await?;
        record(&mut tx, About::Person(&user.id), event, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Returns a person's authenticator app.
    pub async fn authenticator(&self, user: &UserId) -> Result<Option<Authenticator>, StoreError> {
        let row: Option<(String, Vec<u8>)> =
            sqlx::query_as("SELECT id, sealed_secret FROM two_step WHERE person_id = $1")
                .bind(user.as_str())
                .fetch_optional(&self.read)
                .await?;
        row.map(|(id, sealed_secret)| {
            let id = AuthenticatorId::parse(&id).ok_or(StoreError::Unreadable("authenticator"))?;
            Ok(Authenticator { id, sealed_secret })
        })
        .transpose()
    }

    /// Uses up a time step of an authenticator app's codes, and all earlier ones. `false` if it was used up already. A
    /// last step after `newest`, the newest that can be valid now, was written while the clock was ahead, and counts
    /// for nothing.
    pub async fn use_step(
        &self,
        authenticator: &AuthenticatorId,
        step: i64,
        newest: i64,
    ) -> Result<bool, StoreError> {
        let used =
            sqlx::query("UPDATE two_step SET last_step = $2 WHERE id = $1 AND (last_step < $2 OR last_step > $3)")
                .bind(authenticator.as_str())
                .bind(step)
                .bind(newest)
                .execute(&self.write)
                .await?;
        Ok(used.rows_affected() > 0)
    }

    /// Uses up a recovery code, and records that. `false` if the person has no such code, or used it before.
    pub async fn use_recovery_code(
        &self,
        user: &UserId,
        hash: &str,
        visit: Visit,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let used = sqlx::query(
            "UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND code_hash = $2 AND used_at IS NULL",
        )
        .bind(user.as_str())
        .bind(hash)
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            return Ok(false);
        }
        let event = Event::RecoveryCodeUsed(visit);
        record(&mut tx, About::Person(user), &event, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Replaces a person's recovery codes. `false`, without changes, if two-step verification is off.
    pub async fn replace_recovery_codes(
        &self,
        user: &UserId,
        hashes: &[String],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let on: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM two_step WHERE person_id = $1)")
                .bind(user.as_str())
                .fetch_one(&mut *tx)
                .await?;
        if !on {
            return Ok(false);
        }
        replace_codes(&mut tx, user, hashes, now.as_millisecond()).await?;
        record(&mut tx, About::Person(user), &Event::RecoveryCodesMade, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The number of a person's recovery codes that can still be used.
    pub async fn recovery_codes_left(&self, user: &UserId) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT COUNT(*) FROM recovery_code WHERE person_id = $1 AND used_at IS NULL",
        )
        .bind(user.as_str())
        .fetch_one(&self.read)
        .await?)
    }
}

/// Makes log-ins that are under way invalid. `false` if the password has changed since this person was read.
async fn begin_version(tx: &mut Tx, user: &User) -> Result<bool, StoreError> {
    let changed = sqlx::query(
        "UPDATE person SET password_version = password_version + 1 WHERE id = $1 AND password_version = $2",
    )
    .bind(user.id.as_str())
    .bind(user.password_version)
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() > 0)
}

async fn replace_codes(
    tx: &mut Tx,
    user: &UserId,
    hashes: &[String],
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM recovery_code WHERE person_id = $1")
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    for hash in hashes {
        sqlx::query(
            "INSERT INTO recovery_code (person_id, code_hash, created_at) VALUES ($1, $2, $3)",
        )
        .bind(user.as_str())
        .bind(hash)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
