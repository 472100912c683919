//! Mails to people: written in the transaction of what they tell of, and sent by a job (`sending`).

mod sending;

pub use sending::{MailToSend, MailVerdict};

use jiff::{SignedDuration, Timestamp};

use crate::{StoreError, Tx, jobs};
use domain::id::MailId;
use domain::job::JobKind;
use domain::mail::MailKind;

/// The subject of the job that sends all mails.
const ALL: &str = "mails";
/// The most mails to a person within an hour, besides those that carry a code.
const AN_HOUR: i64 = 20;
/// The most mails with a code to a person within an hour. Strangers can ask for them.
const CODES_AN_HOUR: i64 = 5;

/// A mail to write.
pub(crate) struct NewMail<'a> {
    /// Its id, which its code is sealed for.
    pub(crate) id: &'a MailId,
    /// What it is about.
    pub(crate) kind: MailKind,
    /// What it tells of, by name.
    pub(crate) facts: &'a [(&'static str, &'a str)],
    /// The sealed code that it carries.
    pub(crate) sealed_code: Option<&'a [u8]>,
}

/// Writes a mail inside a transaction, and requests the job that sends it. `false`, without changes, if no mail server
/// is set up, the person does not want such mails or has had many within the hour, or nobody can log in as them.
pub(crate) async fn write(
    tx: &mut Tx,
    person: &str,
    mail: &NewMail<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let facts: serde_json::Map<String, serde_json::Value> = mail
        .facts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    let most = match mail.kind {
        MailKind::PasswordReset => CODES_AN_HOUR,
        _ => AN_HOUR,
    };
    let at = now.as_millisecond();
    let written = sqlx::query(
        "INSERT INTO outgoing_mail (id, person_id, kind, facts, sealed_code, created_at, next_at)
         SELECT $1, p.id, $2, $3, $4, $5, $5 FROM person p
         WHERE p.id = $6 AND p.demo = 0 AND p.leaving_at IS NULL AND p.suspended_at IS NULL
             AND EXISTS (SELECT 1 FROM instance WHERE mails = 1)
             AND CASE $7 WHEN 'banks' THEN p.mail_banks WHEN 'webhooks' THEN p.mail_webhooks ELSE 1 END = 1
             AND (SELECT COUNT(*) FROM outgoing_mail m WHERE m.person_id = p.id AND m.created_at > $8
                  AND m.created_at <= $5 AND (m.kind = 'password_reset') = ($2 = 'password_reset')) < $9",
    )
    .bind(mail.id.as_str())
    .bind(mail.kind.as_str())
    .bind(serde_json::Value::Object(facts).to_string())
    .bind(mail.sealed_code)
    .bind(at)
    .bind(person)
    .bind(mail.kind.group().as_str())
    .bind(before(now, SignedDuration::from_hours(1)))
    .bind(most)
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    request(tx, now).await?;
    Ok(true)
}

/// Writes a notice without a code, as [`write()`] does.
pub(crate) async fn notify(
    tx: &mut Tx,
    person: &str,
    kind: MailKind,
    facts: &[(&'static str, &str)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = MailId::generate();
    let mail = NewMail {
        id: &id,
        kind,
        facts,
        sealed_code: None,
    };
    write(tx, person, &mail, now).await?;
    Ok(())
}

/// Requests the job that sends mails.
pub(crate) async fn request(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    jobs::request(tx, JobKind::Mail, ALL, now).await
}

/// Whether a mail that tells the same was written within a day.
pub(crate) async fn was_told(
    tx: &mut Tx,
    person: &str,
    kind: MailKind,
    fact: (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM outgoing_mail WHERE person_id = $1 AND kind = $2
             AND created_at > $3 AND created_at <= $4 AND json_extract(facts, '$.' || $5) = $6)",
    )
    .bind(person)
    .bind(kind.as_str())
    .bind(before(now, SignedDuration::from_hours(24)))
    .bind(now.as_millisecond())
    .bind(fact.0)
    .bind(fact.1)
    .fetch_one(&mut **tx)
    .await?)
}

fn before(now: Timestamp, by: SignedDuration) -> i64 {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    now.as_millisecond().saturating_sub(by)
}
