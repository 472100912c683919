//! Attempts to link a bank.

use jiff::Timestamp;
use sqlx::{FromRow, Sqlite, Transaction};

use super::read::{moment, moment_or_none};
use super::{Store, StoreError, activity, jobs, notes};
use crate::domain::connection::NoteKind;
use crate::domain::id::{ConnectionId, LinkId, UserId};
use crate::domain::link::LinkAttempt;

/// A repair, or a new choice of accounts, that has succeeded.
#[derive(Debug)]
pub struct Repair<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The connection.
    pub connection: &'a ConnectionId,
    /// Whether the person was asked to choose accounts.
    pub chose_accounts: bool,
    /// The provider's ids of the accounts that are shared now; none when it did not say.
    pub shared: &'a [String],
}

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
    /// When the attempt is looked after, should nobody have finished it; `None` when it is being looked after.
    pub look_after: Option<Timestamp>,
}

#[derive(FromRow)]
struct LinkRow {
    id: String,
    person_id: String,
    connection_id: Option<String>,
    chooses_accounts: bool,
    token: String,
    hosted_url: Option<String>,
    expires_at: i64,
    finished_at: Option<i64>,
    result_id: Option<String>,
    linked_before_id: Option<String>,
    webhook_url: Option<String>,
    lost_at: Option<i64>,
}

impl LinkRow {
    fn read(self) -> Result<LinkAttempt, StoreError> {
        let connection = |id: Option<String>| {
            id.map(|id| ConnectionId::parse(&id).ok_or(StoreError::Unreadable("connection")))
                .transpose()
        };
        Ok(LinkAttempt {
            id: LinkId::parse(&self.id).ok_or(StoreError::Unreadable("link"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            connection_id: connection(self.connection_id)?,
            chooses_accounts: self.chooses_accounts,
            token: self.token,
            hosted_url: self.hosted_url,
            expires_at: moment(self.expires_at)?,
            finished_at: moment_or_none(self.finished_at)?,
            webhook_url: self.webhook_url,
            lost_at: moment_or_none(self.lost_at)?,
            result_id: connection(self.result_id)?,
            linked_before_id: connection(self.linked_before_id)?,
        })
    }
}

impl Store {
    /// Keeps an attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_link(&self, link: &LinkAttempt, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO link_attempt
               (id, person_id, connection_id, chooses_accounts, token, hosted_url, created_at, expires_at, webhook_url)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(link.id.as_str())
        .bind(link.user_id.as_str())
        .bind(link.connection_id.as_ref().map(|id| id.as_str()))
        .bind(link.chooses_accounts)
        .bind(&link.token)
        .bind(&link.hosted_url)
        .bind(now.as_millisecond())
        .bind(link.expires_at.as_millisecond())
        .bind(&link.webhook_url)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// A person's attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(
        &self,
        user: &UserId,
        id: &LinkId,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> =
            sqlx::query_as("SELECT * FROM link_attempt WHERE id = $1 AND person_id = $2")
                .bind(id.as_str())
                .bind(user.as_str())
                .fetch_optional(&self.read)
                .await?;
        row.map(LinkRow::read).transpose()
    }

    /// An attempt, for the worker that finishes it. Whoever calls this acts for the attempt's owner.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_of_anybody(&self, id: &LinkId) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as("SELECT * FROM link_attempt WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.map(LinkRow::read).transpose()
    }

    /// A person's newest attempt that is neither finished nor expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_open_link(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as(
            "SELECT * FROM link_attempt WHERE person_id = $1 AND finished_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id DESC LIMIT 1",
        )
        .bind(user.as_str())
        .bind(now.as_millisecond())
        .fetch_optional(&self.read)
        .await?;
        row.map(LinkRow::read).transpose()
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

    /// Ends an attempt that led to nothing; `false` when it was over, or a token of it waits for its exchange:
    /// then it goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave_link(&self, id: &LinkId, now: Timestamp) -> Result<bool, StoreError> {
        let left = sqlx::query(
            "UPDATE link_attempt SET finished_at = $1
             WHERE id = $2 AND finished_at IS NULL AND sealed_public_token IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&self.write)
        .await?;
        Ok(left.rows_affected() == 1)
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

    /// Ends an attempt that repaired a connection or chose its accounts anew: asks for a sync, forgets what the
    /// new log-in has settled, and notes which accounts are shared from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_repair(&self, repair: &Repair<'_>, now: Timestamp) -> Result<(), StoreError> {
        let connection = repair.connection.as_str();
        let mut tx = self.begin().await?;
        let ended = sqlx::query(
            "UPDATE link_attempt SET finished_at = $1, result_id = $2 WHERE id = $3 AND finished_at IS NULL",
        )
        .bind(now.as_millisecond())
        .bind(connection)
        .bind(repair.link.as_str())
        .execute(&mut *tx)
        .await?;
        if ended.rows_affected() == 1 {
            notes::drop_kinds(&mut tx, connection, &NoteKind::ENDED_BY_LOGIN).await?;
            if repair.chose_accounts {
                notes::drop_kinds(&mut tx, connection, &NoteKind::ENDED_BY_CHOICE).await?;
            }
            note_selection(&mut tx, connection, repair.shared, now).await?;
            jobs::request(&mut tx, "sync", connection, now).await?;
            activity::note_repair(&mut tx, repair.link, repair.connection, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

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
                 public_token_hash = $5
             WHERE id = $4 AND finished_at IS NULL AND connection_id IS NULL
                 AND public_token_hash IS NULL AND sealed_public_token IS NULL",
        )
        .bind(intent.sealed_public_token)
        .bind(intent.institution_id)
        .bind(intent.institution_name)
        .bind(intent.link.as_str())
        .bind(intent.token_hash)
        .execute(&mut *tx)
        .await?;
        if free.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(due) = intent.look_after {
            jobs::request(&mut tx, "link", intent.link.as_str(), due).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The institutions of a person's attempts that were lost, and when: those that were not linked since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lost_links(
        &self,
        user: &UserId,
        since: Timestamp,
    ) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT COALESCE(l.institution_name, 'Your bank'), l.lost_at FROM link_attempt l
             WHERE l.person_id = $1 AND l.lost_at >= $2 AND NOT EXISTS (
                 SELECT 1 FROM connection c WHERE c.person_id = l.person_id AND c.created_at >= l.lost_at
                     AND (l.institution_id IS NULL OR c.institution_id = l.institution_id))
             ORDER BY l.lost_at, l.id",
        )
        .bind(user.as_str())
        .bind(since.as_millisecond())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(name, at)| Ok((name, moment(at)?)))
            .collect()
    }

    /// What was about to be exchanged when the program was stopped: the sealed public token, the institution's
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
             WHERE id = $1 AND finished_at IS NULL AND sealed_public_token IS NOT NULL",
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
}

/// Nobody has to look after an attempt any more, except who is doing it.
pub(super) async fn leave_alone(
    tx: &mut Transaction<'static, Sqlite>,
    id: &LinkId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE job SET run_at = NULL WHERE kind = 'link' AND subject = $1 AND lease_until IS NULL",
    )
    .bind(id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// After accounts were chosen anew the provider tells all that are shared; without a word from it nothing is
/// known.
async fn note_selection(
    tx: &mut Transaction<'static, Sqlite>,
    connection: &str,
    shared: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    if shared.is_empty() {
        return Ok(());
    }
    // A sync that a webhook asked for may have come before the browser, and found them listed no more.
    sqlx::query(
        "UPDATE account SET unshared_at = $1 WHERE connection_id = $2
         AND (closed_at IS NULL OR closed_at > $3)",
    )
    .bind(now.as_millisecond())
    .bind(connection)
    .bind(now.as_millisecond() - 600_000)
    .execute(&mut **tx)
    .await?;
    for provider_id in shared {
        sqlx::query(
            "UPDATE account SET unshared_at = NULL WHERE connection_id = $1 AND provider_id = $2",
        )
        .bind(connection)
        .bind(provider_id)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
