//! Codes that reset a forgotten password. Times are Unix milliseconds.

use jiff::Timestamp;

use crate::access::devices::KnownHere;
use crate::access::passwords::{self, NewPassword};
use crate::access::people::{PersonRow, may_enter, person_columns};
use crate::mail::{self, NewMail};
use crate::{Store, StoreError, Tx};
use domain::id::{MailId, UserId};
use domain::mail::MailKind;
use domain::user::User;

/// A code that somebody asked for, with the mail that carries it.
pub struct NewReset<'a> {
    /// The hash of the code.
    pub code_hash: &'a str,
    /// When it expires.
    pub expires_at: i64,
    /// The mail's id.
    pub mail: &'a MailId,
    /// The code, sealed for the mail and the person.
    pub sealed_code: &'a [u8],
}

impl Store {
    /// Stores a code for a person, with the mail that carries it, unless they had several mails with codes within the
    /// hour. For nobody nothing is stored, but a transaction is written all the same, so that the time taken does not
    /// tell whether there is such a person.
    pub async fn ask_reset(
        &self,
        person: Option<&UserId>,
        new: &NewReset<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if let Some(person) = person {
            let letter = NewMail {
                id: new.mail,
                kind: MailKind::PasswordReset,
                facts: &[],
                sealed_code: Some(new.sealed_code),
            };
            if mail::write(&mut tx, person.as_str(), &letter, now).await? {
                insert(&mut tx, person, new.code_hash, new.expires_at, now).await?;
            }
        }
        mail::request(&mut tx, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores a code for a person, which the admin passes on.
    pub async fn add_reset(
        &self,
        person: &UserId,
        code_hash: &str,
        expires_at: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, person, code_hash, expires_at, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the person with this folded e-mail address, if the code is theirs and valid. The demo person, and people
    /// who are suspended or being deleted, are not found.
    pub async fn person_to_reset(
        &self,
        folded: &str,
        code_hash: &str,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM password_reset r JOIN person p ON p.id = r.person_id
             WHERE r.code_hash = $1 AND p.email_folded = $2 AND r.created_at <= $3 AND r.expires_at > $3 AND p.demo = 0",
            may_enter!()
        ))
        .bind(code_hash)
        .bind(folded)
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::decode).transpose()
    }

    /// Uses up a code and sets the password, with the consequences of [`Store::change_password`]. Every known device
    /// and address is forgotten, because nobody has logged in. `false`, without changes, if the code was used meanwhile
    /// or the password has changed since this person was read.
    pub async fn reset_password(
        &self,
        user: &User,
        code_hash: &str,
        password_hash: String,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let used =
            sqlx::query("DELETE FROM password_reset WHERE code_hash = $1 AND person_id = $2")
                .bind(code_hash)
                .bind(user.id.as_str())
                .execute(&mut *tx)
                .await?;
        let new = NewPassword {
            hash: password_hash,
            keys: false,
            identities: false,
            here: KnownHere::default(),
        };
        if used.rows_affected() == 0 || !passwords::replace(&mut tx, user, &new, now).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }
}

async fn insert(
    tx: &mut Tx,
    person: &UserId,
    code_hash: &str,
    expires_at: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO password_reset (code_hash, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(code_hash)
    .bind(person.as_str())
    .bind(now.as_millisecond())
    .bind(expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
