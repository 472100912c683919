//! Link tokens, which fix what one opening of Link may do.

use jiff::Timestamp;

use super::{Bank, BankError, LinkToken};
use crate::store::links;

impl LinkToken {
    /// Whether an account of this type and subtype may be selected.
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

    /// Whether it has expired.
    #[must_use]
    pub fn expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

impl Bank {
    /// Returns the Link token with this value, expired or not. `None` if it is unknown.
    pub async fn link_token(&self, token: &str) -> Result<Option<LinkToken>, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(links::token(&mut read, token).await?)
    }

    /// Returns the Link token whose Hosted Link page has this id, expired or not.
    pub async fn link_token_by_hosted_id(
        &self,
        hosted_id: &str,
    ) -> Result<Option<LinkToken>, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(links::token_by_hosted_id(&mut read, hosted_id).await?)
    }

    /// Stores a new Link token.
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
