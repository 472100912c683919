//! Accounts that come through two links.

use jiff::Timestamp;

use crate::linking::alerts;
use crate::linking::unlinks;
use crate::{Store, StoreError};
use domain::connection::{Alert, AlertKind, Connection};
use domain::id::{ConnectionId, UserId};

impl Store {
    /// Whether any other open account of a person has a persistent id, so that a new link can be compared.
    pub async fn others_have_lasting_ids(
        &self,
        user: &UserId,
        but: &ConnectionId,
    ) -> Result<bool, StoreError> {
        let any: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM account WHERE person_id = $1 AND connection_id <> $2
                 AND persistent_id IS NOT NULL AND closed_at IS NULL)",
        )
        .bind(user.as_str())
        .bind(but.as_str())
        .fetch_one(&self.read)
        .await?;
        Ok(any == 1)
    }

    /// Unlinks a connection if an earlier connection of the person lists one of its persistent ids too, deletes its
    /// rows, and leaves an alert on the earlier one, which is returned. A connection that the person linked although it
    /// looked the same is kept.
    pub async fn retire_duplicate(
        &self,
        second: &Connection,
        lasting: &[String],
        now: Timestamp,
    ) -> Result<Option<ConnectionId>, StoreError> {
        let mut tx = self.begin().await?;
        let anyway = "SELECT linked_anyway FROM connection WHERE id = $1";
        let anyway: Option<bool> = sqlx::query_scalar(anyway)
            .bind(second.id.as_str())
            .fetch_optional(&mut *tx)
            .await?;
        if anyway == Some(true) {
            return Ok(None);
        }
        let mut first: Option<String> = None;
        for id in lasting {
            first = sqlx::query_scalar(
                "SELECT c.id FROM account a JOIN connection c ON c.id = a.connection_id
                 WHERE a.person_id = $1 AND a.persistent_id = $2 AND a.closed_at IS NULL AND c.provider = $3
                     AND c.unlink_asked_at IS NULL AND COALESCE(c.problem_remedy, '') <> 'relink'
                     AND (c.created_at < $4 OR (c.created_at = $4 AND c.id < $5))
                 ORDER BY c.created_at, c.id LIMIT 1",
            )
            .bind(second.user_id.as_str())
            .bind(id)
            .bind(&second.provider)
            .bind(second.created_at.as_millisecond())
            .bind(second.id.as_str())
            .fetch_optional(&mut *tx)
            .await?;
            if first.is_some() {
                break;
            }
        }
        let Some(first) = first else { return Ok(None) };
        unlinks::ask(&mut tx, &second.user_id, second.id.as_str(), false, now).await?;
        let alert = Alert {
            kind: AlertKind::Duplicate,
            subject: String::new(),
            account: None,
            told_at: now,
            ends_at: None,
            reason: None,
        };
        alerts::put(&mut tx, &first, &alert).await?;
        tx.commit().await?;
        Ok(ConnectionId::parse(&first))
    }
}
