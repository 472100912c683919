//! Public tokens: which attempt each is about, and what is to be exchanged.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use crate::linking::links::LinkRow;
use crate::{Store, StoreError, jobs};
use domain::id::{ConnectionId, LinkId, UserId};
use domain::job::JobKind;
use domain::link::LinkAttempt;

/// A public token that is about to be exchanged.
#[derive(Debug)]
pub struct Intent<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The token's hash.
    pub token_hash: &'a str,
    /// The token, sealed.
    pub sealed_public_token: &'a [u8],
    /// The provider's id of the institution.
    pub institution_id: Option<&'a str>,
    /// Its name.
    pub institution_name: Option<&'a str>,
    /// Whether the person says that the accounts are different from those of a bank that looks the same.
    pub links_anyway: bool,
    /// When the attempt is looked after, should nobody have finished it; `None` when it is being looked after.
    pub look_after: Option<Timestamp>,
}

impl Store {
    /// Writes down that a public token is about to be exchanged, and has the attempt looked after should the
    /// program be stopped before the answer is kept. `false`, and nothing is written, when the attempt is over
    /// or has a token: another would take its place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn intend_exchange(&self, intent: &Intent<'_>) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let free = sqlx::query(
            "UPDATE link_attempt SET sealed_public_token = $1, institution_id = $2, institution_name = $3,
                 public_token_hash = $5, links_anyway = $6
             WHERE id = $4 AND finished_at IS NULL AND connection_id IS NULL
                 AND public_token_hash IS NULL AND sealed_public_token IS NULL",
        )
        .bind(intent.sealed_public_token)
        .bind(intent.institution_id)
        .bind(intent.institution_name)
        .bind(intent.link.as_str())
        .bind(intent.token_hash)
        .bind(intent.links_anyway)
        .execute(&mut *tx)
        .await?;
        if free.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(due) = intent.look_after {
            jobs::request(&mut tx, JobKind::Link, intent.link.as_str(), due).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The attempt that is about a public token of a person's, by the token's hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_of_token(
        &self,
        user: &UserId,
        hash: &str,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as(
            "SELECT * FROM link_attempt WHERE person_id = $1 AND public_token_hash = $2",
        )
        .bind(user.as_str())
        .bind(hash)
        .fetch_optional(&self.read)
        .await?;
        row.map(LinkRow::read).transpose()
    }

    /// Ends an attempt whose bank seems to be linked already, and keeps its token for the case that the person says
    /// that these are different accounts. `false` when the attempt is over or has a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_token(
        &self,
        intent: &Intent<'_>,
        first: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let held = sqlx::query(
            "UPDATE link_attempt SET sealed_public_token = $1, institution_id = $2, institution_name = $3,
                 public_token_hash = $4, linked_before_id = $5, finished_at = $6
             WHERE id = $7 AND finished_at IS NULL AND connection_id IS NULL
                 AND public_token_hash IS NULL AND sealed_public_token IS NULL",
        )
        .bind(intent.sealed_public_token)
        .bind(intent.institution_id)
        .bind(intent.institution_name)
        .bind(intent.token_hash)
        .bind(first.as_str())
        .bind(now.as_millisecond())
        .bind(intent.link.as_str())
        .execute(&self.write)
        .await?;
        Ok(held.rows_affected() == 1)
    }

    /// Goes on with an attempt whose token was held, because the person says that the accounts are different; it is
    /// looked after should the program be stopped. `false` when no token is held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_token(
        &self,
        id: &LinkId,
        look_after: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let released = sqlx::query(
            "UPDATE link_attempt SET finished_at = NULL, linked_before_id = NULL, links_anyway = 1
             WHERE id = $1 AND linked_before_id IS NOT NULL AND sealed_public_token IS NOT NULL",
        )
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        if released.rows_affected() == 1 {
            jobs::request(&mut tx, JobKind::Link, id.as_str(), look_after).await?;
        }
        tx.commit().await?;
        Ok(released.rows_affected() == 1)
    }

    /// What was about to be exchanged when the program was stopped, or is held: the sealed public token, the institution's
    /// id and its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn intended_exchange(
        &self,
        id: &LinkId,
    ) -> Result<Option<(Vec<u8>, Option<String>, Option<String>)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT sealed_public_token, institution_id, institution_name FROM link_attempt
             WHERE id = $1 AND sealed_public_token IS NOT NULL",
        )
        .bind(id.as_str())
        .fetch_optional(&self.write)
        .await?)
    }

    /// Ends an attempt whose public token the provider has exchanged for an answer that never came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lose_link(&self, id: &LinkId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE link_attempt SET finished_at = $1, lost_at = $1, sealed_public_token = NULL
             WHERE id = $2 AND finished_at IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Forgets an intent, because the provider has refused the token: the attempt is free for another.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_intent(&self, id: &LinkId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE link_attempt SET sealed_public_token = NULL, public_token_hash = NULL
             WHERE id = $1 AND finished_at IS NULL",
        )
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        leave_alone(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends an attempt as another ended that had the same public token, unless it has a token of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_link_like(
        &self,
        id: &LinkId,
        other: &LinkId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE link_attempt SET finished_at = $1,
                 result_id = (SELECT o.result_id FROM link_attempt o WHERE o.id = $2),
                 linked_before_id = (SELECT o.linked_before_id FROM link_attempt o WHERE o.id = $2)
             WHERE id = $3 AND finished_at IS NULL AND public_token_hash IS NULL AND sealed_public_token IS NULL
                 AND EXISTS (SELECT 1 FROM link_attempt o WHERE o.id = $2 AND o.finished_at IS NOT NULL)",
        )
        .bind(now.as_millisecond())
        .bind(other.as_str())
        .bind(id.as_str())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Ends an attempt whose bank is linked already, as the exchange has shown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_as_linked_before(
        &self,
        id: &LinkId,
        first: &ConnectionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE link_attempt SET finished_at = COALESCE(finished_at, $1), sealed_public_token = NULL,
                 result_id = NULL, linked_before_id = $2 WHERE id = $3",
        )
        .bind(now.as_millisecond())
        .bind(first.as_str())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        leave_alone(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Nobody has to look after an attempt any more, except who is doing it.
pub(crate) async fn leave_alone(
    tx: &mut Transaction<'static, Sqlite>,
    id: &LinkId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE job SET run_at = NULL WHERE kind = $2 AND subject = $1 AND lease_until IS NULL",
    )
    .bind(id.as_str())
    .bind(JobKind::Link.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
