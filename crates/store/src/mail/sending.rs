//! The side of the job that sends mails, and what people want of them.

use jiff::{SignedDuration, Timestamp};
use sqlx::FromRow;

use super::before;
use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError, jobs};
use domain::connection::Lease;
use domain::id::{MailId, UserId};
use domain::mail::{MailChoices, MailKind};

/// How long mails are kept, whether sent or not.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A mail that is due.
#[derive(Debug)]
pub struct MailToSend {
    /// Its id.
    pub id: MailId,
    /// The person whom it is to.
    pub user_id: UserId,
    /// Their email address.
    pub recipient: String,
    /// What it is about; `None` if this version does not know it.
    pub kind: Option<MailKind>,
    /// The sealed code that it carries, if any.
    pub sealed_code: Option<Vec<u8>>,
    /// When it was written.
    pub created_at: Timestamp,
    /// The attempts so far.
    pub attempts: i64,
    /// What it tells of, as texts by name.
    pub facts: serde_json::Map<String, serde_json::Value>,
}

impl MailToSend {
    /// Returns what it tells under this name; empty if that is nothing.
    #[must_use]
    pub fn fact(&self, name: &str) -> &str {
        let fact = self.facts.get(name).and_then(serde_json::Value::as_str);
        fact.unwrap_or_default()
    }
}

/// The consequences of an attempt to send a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailVerdict {
    /// Whether the mail server took it.
    pub sent: bool,
    /// When it is tried next; `None` if it is not.
    pub next_at: Option<Timestamp>,
    /// Why it was not sent, in a word.
    pub error: Option<String>,
    /// The time before which no other mail is tried, because the server cannot be used.
    pub others_wait_until: Option<Timestamp>,
}

#[derive(FromRow)]
struct MailRow {
    id: String,
    person_id: String,
    email: String,
    kind: String,
    facts: String,
    sealed_code: Option<Vec<u8>>,
    created_at: i64,
    attempts: i64,
}

impl MailRow {
    fn decode(self) -> Result<MailToSend, StoreError> {
        Ok(MailToSend {
            id: MailId::parse(&self.id).ok_or(StoreError::Unreadable("mail"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            recipient: self.email,
            kind: MailKind::from_word(&self.kind),
            sealed_code: self.sealed_code,
            created_at: moment(self.created_at)?,
            attempts: self.attempts,
            facts: serde_json::from_str(&self.facts).unwrap_or_default(),
        })
    }
}

impl Store {
    /// Records whether a mail server is set up. Without one, no mails are written, and those that wait are given up.
    pub async fn set_mails(&self, on: bool) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE instance SET mails = $1 WHERE mails <> $1")
            .bind(i64::from(on))
            .execute(&mut *tx)
            .await?;
        if !on {
            sqlx::query(
                "UPDATE outgoing_mail SET next_at = NULL, sealed_code = NULL, last_error = 'off'
                 WHERE next_at IS NOT NULL",
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The mails that are due, the longest waiting first.
    pub async fn due_mails(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<MailToSend>, StoreError> {
        let rows: Vec<MailRow> = sqlx::query_as(
            "SELECT m.id, m.person_id, p.email, m.kind, m.facts, m.sealed_code, m.created_at, m.attempts
             FROM outgoing_mail m JOIN person p ON p.id = m.person_id
             WHERE m.next_at <= $1 ORDER BY m.next_at, m.id LIMIT $2",
        )
        .bind(now.as_millisecond())
        .bind(i64::from(limit))
        .fetch_all(&self.write)
        .await?;
        rows.into_iter().map(MailRow::decode).collect()
    }

    /// When the next mail is due.
    pub async fn next_mail(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> =
            sqlx::query_scalar("SELECT MIN(next_at) FROM outgoing_mail WHERE next_at IS NOT NULL")
                .fetch_one(&self.write)
                .await?;
        moment_or_none(next)
    }

    /// Records an attempt to send a mail and its consequences. A mail that is not tried again loses its code.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker holds the lease.
    pub async fn record_mail(
        &self,
        lease: &Lease,
        mail: &MailId,
        verdict: &MailVerdict,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        sqlx::query(
            "UPDATE outgoing_mail SET attempts = attempts + 1, next_at = $1, sent_at = $2, last_error = $3,
                 sealed_code = CASE WHEN $1 IS NULL THEN NULL ELSE sealed_code END
             WHERE id = $4",
        )
        .bind(verdict.next_at.map(|t| t.as_millisecond()))
        .bind(verdict.sent.then_some(now.as_millisecond()))
        .bind(verdict.error.as_deref())
        .bind(mail.as_str())
        .execute(&mut *tx)
        .await?;
        if let Some(until) = verdict.others_wait_until {
            sqlx::query("UPDATE outgoing_mail SET next_at = $1 WHERE next_at < $1 AND id <> $2")
                .bind(until.as_millisecond())
                .bind(mail.as_str())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Deletes old mails, and codes that have expired. Returns how many.
    pub async fn forget_mails(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mails = sqlx::query("DELETE FROM outgoing_mail WHERE created_at < $1")
            .bind(before(now, KEPT))
            .execute(&self.write)
            .await?;
        let codes = sqlx::query("DELETE FROM password_reset WHERE expires_at <= $1")
            .bind(now.as_millisecond())
            .execute(&self.write)
            .await?;
        Ok(mails.rows_affected() + codes.rows_affected())
    }

    /// The mails that a person wants.
    pub async fn mail_choices(&self, user: &UserId) -> Result<MailChoices, StoreError> {
        let (banks, webhooks): (bool, bool) =
            sqlx::query_as("SELECT mail_banks <> 0, mail_webhooks <> 0 FROM person WHERE id = $1")
                .bind(user.as_str())
                .fetch_one(&self.read)
                .await?;
        Ok(MailChoices { banks, webhooks })
    }

    /// Stores the mails that a person wants.
    pub async fn choose_mails(
        &self,
        user: &UserId,
        choices: MailChoices,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE person SET mail_banks = $1, mail_webhooks = $2 WHERE id = $3")
            .bind(i64::from(choices.banks))
            .bind(i64::from(choices.webhooks))
            .bind(user.as_str())
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
