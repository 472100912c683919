//! Notes: facts about a connection that the provider cannot be asked for.

use jiff::{SignedDuration, Timestamp};
use sqlx::FromRow;

use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError, Tx};
use domain::connection::{Alert, AlertKind, AlertReason};
use domain::id::{ConnectionId, UserId};
use domain::webhook::Notice;

/// How long a provider repeats an unanswered webhook. An alert that was put off within this time is not shown again.
const REPEATED_FOR: SignedDuration = SignedDuration::from_hours(24);

#[derive(FromRow)]
pub(crate) struct AlertRow {
    connection_id: String,
    kind: String,
    subject: String,
    account: Option<String>,
    told_at: i64,
    ends_at: Option<i64>,
    reason: Option<String>,
}

impl AlertRow {
    fn decode(self) -> Result<Alert, StoreError> {
        Ok(Alert {
            kind: AlertKind::from_word(&self.kind).ok_or(StoreError::Unreadable("alert"))?,
            subject: self.subject,
            account: self.account,
            told_at: moment(self.told_at)?,
            ends_at: moment_or_none(self.ends_at)?,
            reason: self.reason.as_deref().and_then(AlertReason::from_word),
        })
    }
}

/// Removes the alerts of one connection from `rows` and returns them.
pub(crate) fn of_connection(rows: &mut Vec<AlertRow>, id: &str) -> Result<Vec<Alert>, StoreError> {
    rows.extract_if(.., |row| row.connection_id == id)
        .map(AlertRow::decode)
        .collect()
}

impl Store {
    /// The open alerts of all of a person's connections.
    pub(crate) async fn alerts(&self, user: &UserId) -> Result<Vec<AlertRow>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT n.*, (SELECT a.name FROM account a WHERE a.connection_id = n.connection_id AND a.provider_id = n.subject)
                 AS account
             FROM connection_note n JOIN connection c ON c.id = n.connection_id
             WHERE c.person_id = $1 AND n.put_off_at IS NULL ORDER BY n.told_at, n.kind, n.subject",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?)
    }

    /// Puts off every alert of a kind. `false` if the connection is not this person's.
    pub async fn put_off(
        &self,
        user: &UserId,
        id: &ConnectionId,
        kind: AlertKind,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let ours: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM connection WHERE id = $1 AND person_id = $2)",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE connection_note SET put_off_at = $1 WHERE connection_id = $2 AND kind = $3 AND $4 = 1",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .bind(kind.as_str())
        .bind(ours)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(ours == 1)
    }
}

/// Stores the alert of a verified webhook with its connection, and deletes the alerts that it makes obsolete. A body
/// with a date that was received before is the same event: an alert that has been settled since is not restored.
pub(crate) async fn keep(
    tx: &mut Tx,
    connection: &str,
    notice: &Notice,
    times: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    drop_kinds(tx, connection, notice.kind.outdates()).await?;
    let Some(kind) = notice.kind.alert() else {
        return Ok(());
    };
    if times > 1 && notice.ends_at.is_some() {
        return Ok(());
    }
    let alert = Alert {
        kind,
        subject: notice.account_id.clone().unwrap_or_default(),
        account: None,
        told_at: now,
        ends_at: notice.ends_at,
        reason: notice.reason,
    };
    put(tx, connection, &alert).await
}

/// Inserts an alert, or updates its time. An alert that was put off recently stays put off.
pub(crate) async fn put(tx: &mut Tx, connection: &str, alert: &Alert) -> Result<(), StoreError> {
    let long_ago = alert
        .told_at
        .checked_sub(REPEATED_FOR)
        .unwrap_or(Timestamp::MIN);
    sqlx::query(
        "INSERT INTO connection_note (connection_id, kind, subject, told_at, ends_at, reason)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (connection_id, kind, subject) DO UPDATE SET told_at = excluded.told_at,
             ends_at = excluded.ends_at, reason = excluded.reason,
             put_off_at = CASE WHEN connection_note.put_off_at > $7 AND connection_note.put_off_at <= $4
                 THEN connection_note.put_off_at ELSE NULL END",
    )
    .bind(connection)
    .bind(alert.kind.as_str())
    .bind(&alert.subject)
    .bind(alert.told_at.as_millisecond())
    .bind(alert.ends_at.map(|t| t.as_millisecond()))
    .bind(alert.reason.map(AlertReason::as_str))
    .bind(long_ago.as_millisecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Deletes every alert of these kinds.
pub(crate) async fn drop_kinds(
    tx: &mut Tx,
    connection: &str,
    kinds: &[AlertKind],
) -> Result<(), StoreError> {
    for kind in kinds {
        sqlx::query("DELETE FROM connection_note WHERE connection_id = $1 AND kind = $2")
            .bind(connection)
            .bind(kind.as_str())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Deletes the alerts that a sync begun at `began` has disproved: a date that has passed or moved, and a revoked
/// permission that works after all.
pub(crate) async fn outdate(
    tx: &mut Tx,
    connection: &str,
    consent_expires_at: Option<Timestamp>,
    began: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM connection_note WHERE connection_id = $1
             AND ((kind IN ('disconnect', 'expiration') AND (ends_at < $2 OR ends_at < $3))
                  OR (kind = 'revoked' AND told_at <= $2))",
    )
    .bind(connection)
    .bind(began.as_millisecond())
    .bind(consent_expires_at.map(|t| t.as_millisecond()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
