//! Link tokens: what one opening of Link may do, fixed when it is made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Bank, BankError, moment};
use crate::store::links;

/// A Link token with all that its maker asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkToken {
    /// `link-sandbox-<uuid>`.
    pub token: String,
    /// When it was made.
    #[serde(with = "moment::millis")]
    pub created_at: Timestamp,
    /// From when on it answers `INVALID_LINK_TOKEN`.
    #[serde(with = "moment::millis")]
    pub expires_at: Timestamp,
    /// Who asks; Link shows "This Application" when it is longer than 30 characters.
    pub client_name: String,
    /// Plaid's language code.
    pub language: String,
    /// ISO 3166 codes; institutions of other countries are not shown.
    pub country_codes: Vec<String>,
    /// Products that the institution must all have.
    pub products: Vec<String>,
    /// Products that are added where the institution has them.
    pub extra_products: Vec<String>,
    /// The caller's name for its user.
    pub client_user_id: Option<String>,
    /// Where an OAuth bank sends the browser back.
    pub redirect_uri: Option<String>,
    /// Where webhooks of the session and of a new Item go.
    pub webhook: Option<String>,
    /// Set when an Item is to be repaired or changed, not made.
    pub update: Option<UpdateMode>,
    /// Set when the flow runs on a page of the bank's.
    pub hosted: Option<Hosted>,
    /// Which accounts may be chosen; empty is all of them.
    pub account_filters: Vec<AccountFilter>,
    /// Days of history for a new Item.
    pub days_requested: u16,
}

/// The Item that a Link token in update mode is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpdateMode {
    /// The Item.
    pub item_id: String,
    /// Its bank.
    pub institution_id: String,
    /// The name it was linked with.
    pub username: String,
    /// Whether the accounts may be chosen anew.
    pub account_selection_enabled: bool,
}

/// A flow on the bank's own page.
#[derive(Clone, Serialize, Deserialize)]
pub struct Hosted {
    /// The last part of the page's address.
    pub id: String,
    /// Where the person goes when done.
    pub completion_redirect_uri: Option<String>,
    /// From when on the page is gone.
    #[serde(with = "moment::millis")]
    pub expires_at: Timestamp,
}

/// Accounts of one type that may be chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountFilter {
    /// Plaid's type.
    pub kind: String,
    /// Plaid's subtypes; `all` is any.
    pub subtypes: Vec<String>,
}

impl LinkToken {
    /// Whether an account of this type and subtype may be chosen.
    #[must_use]
    pub fn accepts(&self, kind: &str, subtype: Option<&str>) -> bool {
        self.account_filters.is_empty()
            || self.account_filters.iter().any(|filter| {
                filter.kind == kind
                    && filter
                        .subtypes
                        .iter()
                        .any(|allowed| allowed == "all" || Some(allowed.as_str()) == subtype)
            })
    }

    /// Whether it no longer opens Link.
    #[must_use]
    pub fn expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

impl Bank {
    /// The Link token of this name, expired or not; `None` when there is none.
    pub async fn link_token(&self, token: &str) -> Result<Option<LinkToken>, BankError> {
        let mut read = self.store().read().await?;
        Ok(links::token(&mut read, token).await?)
    }

    /// The Link token whose page has this id, expired or not.
    pub async fn link_token_by_hosted_id(
        &self,
        hosted_id: &str,
    ) -> Result<Option<LinkToken>, BankError> {
        let mut read = self.store().read().await?;
        Ok(links::token_by_hosted_id(&mut read, hosted_id).await?)
    }

    /// Keeps a new Link token.
    pub async fn save_link_token(&self, token: &LinkToken) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        links::insert_token(&mut write, token).await?;
        write
            .commit()
            .await
            .map_err(crate::store::StoreError::from)?;
        Ok(())
    }
}
