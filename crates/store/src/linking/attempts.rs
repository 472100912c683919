//! Reading link attempts.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::moment;
use crate::{Store, StoreError};
use domain::attempt::{AttemptState, LinkAttempt, LinkPurpose, Stage};
use domain::id::{ConnectionId, LinkId, UserId};

/// The secrets that open an attempt's Link, sealed for the attempt and its person. Wiped once the attempt has ended.
#[derive(Clone, Debug, Default, FromRow)]
pub struct SealedLink {
    /// The link token.
    pub sealed_token: Option<Vec<u8>>,
    /// The URL of the provider's hosted page.
    pub sealed_hosted_url: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct LinkRow {
    id: String,
    person_id: String,
    provider: String,
    connection_id: Option<String>,
    chooses_accounts: bool,
    links_anyway: bool,
    typed: bool,
    expires_at: i64,
    webhook_url: Option<String>,
    state: String,
    result_id: Option<String>,
    linked_before_id: Option<String>,
    sealed_public_token: Option<Vec<u8>>,
}

impl LinkRow {
    fn decode(self) -> Result<LinkAttempt, StoreError> {
        let state = self.state()?;
        let purpose = match (&self.connection_id, self.chooses_accounts) {
            (None, _) if self.links_anyway => LinkPurpose::NewBankAnyway,
            (None, _) => LinkPurpose::NewBank,
            (Some(id), false) => LinkPurpose::Repair(connection(Some(id))?),
            (Some(id), true) => LinkPurpose::AddAccounts(connection(Some(id))?),
        };
        Ok(LinkAttempt {
            id: LinkId::parse(&self.id).ok_or(StoreError::Unreadable("link"))?,
            user_id: UserId::parse(&self.person_id).ok_or(StoreError::Unreadable("person"))?,
            provider: self.provider,
            purpose,
            typed: self.typed,
            expires_at: moment(self.expires_at)?,
            webhook_url: self.webhook_url,
            state,
        })
    }

    fn state(&self) -> Result<AttemptState, StoreError> {
        let stage = Stage::from_word(&self.state).ok_or(StoreError::Unreadable("attempt"))?;
        Ok(match stage {
            Stage::Open => AttemptState::Open,
            Stage::Challenged => AttemptState::Challenged,
            Stage::Intended => AttemptState::Intended,
            Stage::Linked => AttemptState::Linked(connection(self.result_id.as_ref())?),
            Stage::Repaired => AttemptState::Repaired(connection(self.result_id.as_ref())?),
            Stage::Duplicate => AttemptState::Duplicate {
                first: connection(self.linked_before_id.as_ref())?,
                token_kept: self.sealed_public_token.is_some(),
            },
            Stage::Lost => AttemptState::Lost,
            Stage::Left => AttemptState::Left,
        })
    }
}

fn connection(id: Option<&String>) -> Result<ConnectionId, StoreError> {
    id.and_then(|id| ConnectionId::parse(id))
        .ok_or(StoreError::Unreadable("connection"))
}

impl Store {
    /// Returns a person's attempt.
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
        row.map(LinkRow::decode).transpose()
    }

    /// The sealed secrets of a person's attempt; empty if there are none.
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

    /// Returns an attempt, for the worker that finishes it. Does not check the owner.
    pub async fn link_of_anybody(&self, id: &LinkId) -> Result<Option<LinkAttempt>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as("SELECT * FROM link_attempt WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.map(LinkRow::decode).transpose()
    }

    /// A person's latest attempt that has neither ended nor expired.
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
        row.map(LinkRow::decode).transpose()
    }

    /// The person's attempt with this public token, by the token's hash.
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
        row.map(LinkRow::decode).transpose()
    }

    /// A pending or held exchange: the sealed public token, and the institution's id and name.
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

    /// The institution names of a person's attempts that were lost after `since`, with the time. Institutions linked
    /// after the loss are left out.
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
