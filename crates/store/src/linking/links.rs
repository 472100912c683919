//! Attempts to link a bank.

use jiff::Timestamp;
use sqlx::{FromRow, Sqlite, Transaction};

use crate::linking::notes;
use crate::oversight::activity;
use crate::read::{moment, moment_or_none};
use crate::{Store, StoreError, jobs};
use domain::connection::NoteKind;
use domain::id::{ConnectionId, LinkId, UserId};
use domain::job::JobKind;
use domain::link::LinkAttempt;

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

/// An attempt to keep, with what opens Link sealed.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// The attempt.
    pub link: &'a LinkAttempt,
    /// The hash of its link token, by which a webhook names it.
    pub token_hash: Option<&'a str>,
    /// Its link token.
    pub sealed_token: Option<&'a [u8]>,
    /// The provider's page.
    pub sealed_hosted_url: Option<&'a [u8]>,
}

/// What opens the Link of an attempt, sealed for the attempt and its person. Wiped when the attempt is over.
#[derive(Clone, Debug, Default, FromRow)]
pub struct SealedLink {
    /// The link token.
    pub sealed_token: Option<Vec<u8>>,
    /// The provider's page.
    pub sealed_hosted_url: Option<Vec<u8>>,
}

#[derive(FromRow)]
pub(crate) struct LinkRow {
    id: String,
    person_id: String,
    connection_id: Option<String>,
    chooses_accounts: bool,
    expires_at: i64,
    finished_at: Option<i64>,
    result_id: Option<String>,
    linked_before_id: Option<String>,
    webhook_url: Option<String>,
    lost_at: Option<i64>,
    links_anyway: bool,
    sealed_public_token: Option<Vec<u8>>,
}

impl LinkRow {
    pub(crate) fn read(self) -> Result<LinkAttempt, StoreError> {
        let connection = |id: Option<String>| {
            id.map(|id| ConnectionId::parse(&id).ok_or(StoreError::Unreadable("connection")))
                .transpose()
        };
        Ok(LinkAttempt {
            id: LinkId::parse(&self.id).ok_or(StoreError::Unreadable("link"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            connection_id: connection(self.connection_id)?,
            chooses_accounts: self.chooses_accounts,
            token: None,
            hosted_url: None,
            expires_at: moment(self.expires_at)?,
            finished_at: moment_or_none(self.finished_at)?,
            webhook_url: self.webhook_url,
            lost_at: moment_or_none(self.lost_at)?,
            links_anyway: self.links_anyway,
            has_token: self.sealed_public_token.is_some(),
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
    pub async fn add_link(&self, new: &NewLink<'_>, now: Timestamp) -> Result<(), StoreError> {
        let link = new.link;
        sqlx::query(
            "INSERT INTO link_attempt
               (id, person_id, connection_id, chooses_accounts, token_hash, sealed_token, sealed_hosted_url,
                created_at, expires_at, webhook_url, links_anyway)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(link.id.as_str())
        .bind(link.user_id.as_str())
        .bind(link.connection_id.as_ref().map(|id| id.as_str()))
        .bind(link.chooses_accounts)
        .bind(new.token_hash)
        .bind(new.sealed_token)
        .bind(new.sealed_hosted_url)
        .bind(now.as_millisecond())
        .bind(link.expires_at.as_millisecond())
        .bind(&link.webhook_url)
        .bind(link.links_anyway)
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

    /// What opens the Link of a person's attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_link(&self, user: &UserId, id: &LinkId) -> Result<SealedLink, StoreError> {
        let sealed: Option<SealedLink> = sqlx::query_as(
            "SELECT sealed_token, sealed_hosted_url FROM link_attempt WHERE id = $1 AND person_id = $2",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&self.read)
        .await?;
        Ok(sealed.unwrap_or_default())
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
            jobs::request(&mut tx, JobKind::Sync, connection, now).await?;
            activity::note_repair(&mut tx, repair.link, repair.connection, now).await?;
        }
        tx.commit().await?;
        Ok(())
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
