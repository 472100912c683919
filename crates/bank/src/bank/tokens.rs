//! Public tokens, which are exchanged once, and access tokens, which last until they are replaced.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::items::live;
use super::{Bank, BankError, Refusal, ids};
use crate::store::items::{self, ItemRow};

/// How long a public token can be exchanged.
const PUBLIC_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

impl Bank {
    /// Exchanges a public token, once, for an access token and the Item's id.
    pub async fn exchange(&self, public_token: &str) -> Result<(String, String), BankError> {
        self.check_format("public", public_token)?;
        let now = self.now();
        let mut write = self.store().write().await?;
        let token = items::public_token(&mut write, public_token)
            .await?
            .filter(|token| token.used_at.is_none())
            .ok_or_else(|| Refusal::from_code("INVALID_PUBLIC_TOKEN"))?;
        if now.as_millisecond() >= token.expires_at {
            return Err(expired_public_token().into());
        }
        let item = live(items::by_id(&mut write, &token.item_id).await?)?;
        let access_token = ids::token("access", self.environment());
        items::insert_access_token(&mut write, &ids::hash(&access_token), &item.id).await?;
        items::use_public_token(&mut write, public_token, now.as_millisecond()).await?;
        self.commit(write).await?;
        Ok((access_token, item.id))
    }

    /// Issues a new public token for an Item, as Link's update mode does, with its expiry.
    pub async fn public_token_for(
        &self,
        access_token: &str,
    ) -> Result<(String, Timestamp), BankError> {
        let mut write = self.store().write().await?;
        let item = self.item_for(&mut write, access_token).await?;
        let token = self.issue_public_token(&mut write, &item.id).await?;
        self.commit(write).await?;
        Ok((
            token,
            self.now()
                .saturating_add(PUBLIC_TOKEN_LIFETIME)
                .unwrap_or(Timestamp::MAX),
        ))
    }

    /// Replaces an access token. The old one stops working at once.
    pub async fn rotate_access_token(&self, access_token: &str) -> Result<String, BankError> {
        let mut write = self.store().write().await?;
        let item = self.item_for(&mut write, access_token).await?;
        let fresh = ids::token("access", self.environment());
        items::delete_access_tokens(&mut write, &item.id).await?;
        items::insert_access_token(&mut write, &ids::hash(&fresh), &item.id).await?;
        self.commit(write).await?;
        Ok(fresh)
    }

    /// Returns the Item of an access token. Refuses a removed Item, but not one in an error state.
    pub(super) async fn item_for(
        &self,
        db: &mut SqliteConnection,
        access_token: &str,
    ) -> Result<ItemRow, BankError> {
        self.check_format("access", access_token)?;
        let row = items::by_token_hash(db, &ids::hash(access_token)).await?;
        let row = row.ok_or_else(|| Refusal::from_code("INVALID_ACCESS_TOKEN"))?;
        Ok(live(Some(row))?)
    }

    /// Issues a public token for an Item.
    pub(super) async fn issue_public_token(
        &self,
        db: &mut SqliteConnection,
        item_id: &str,
    ) -> Result<String, BankError> {
        let token = ids::token("public", self.environment());
        let expires = self
            .now()
            .saturating_add(PUBLIC_TOKEN_LIFETIME)
            .unwrap_or(Timestamp::MAX);
        items::insert_public_token(db, &token, item_id, expires.as_millisecond()).await?;
        Ok(token)
    }

    fn check_format(&self, kind: &str, token: &str) -> Result<(), Refusal> {
        if token.starts_with(&format!("{kind}-{}-", self.environment())) {
            return Ok(());
        }
        let code = if kind == "access" {
            "INVALID_ACCESS_TOKEN"
        } else {
            "INVALID_PUBLIC_TOKEN"
        };
        let message = format!(
            "provided {kind} token is in an invalid format. expected format: {kind}-<environment>-<identifier>"
        );
        Err(Refusal::new("INVALID_INPUT", code, message))
    }
}

fn expired_public_token() -> Refusal {
    Refusal::new(
        "INVALID_INPUT",
        "INVALID_PUBLIC_TOKEN",
        "provided public token is expired. Public tokens expire 30 minutes after creation at which point they can no longer be exchanged",
    )
}
