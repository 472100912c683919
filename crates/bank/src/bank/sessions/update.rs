//! Update mode: repairing an Item and changing its selected accounts.

use sqlx::SqliteConnection;

use super::super::lifecycle::{institution_of, show};
use super::super::webhooks::Event;
use super::super::{Bank, BankError, LinkToken, Refusal};
use super::{LinkSuccess, SelectableAccount, link_account, open_session};
use crate::store::items::{self, ItemRow};
use crate::store::{accounts, rows};

impl Bank {
    /// Returns the accounts of the Item of an update-mode token, selected or not, in the bank's order. Empty for other
    /// tokens.
    pub async fn update_accounts(
        &self,
        token: &LinkToken,
    ) -> Result<Vec<SelectableAccount>, BankError> {
        let Some(update) = &token.update else {
            return Ok(Vec::new());
        };
        let mut read = self.store().begin_read().await?;
        let all = accounts::of_item(&mut read, &update.item_id).await?;
        Ok(all
            .iter()
            .map(|account| SelectableAccount {
                account: link_account(account),
                selected: account.selected,
            })
            .collect())
    }

    /// Returns the products of the Item of an update-mode token. For other tokens, returns those of a new Item.
    pub async fn shared_products(&self, token: &LinkToken) -> Result<Vec<String>, BankError> {
        let Some(update) = &token.update else {
            let asked = token.products.iter().chain(&token.extra_products);
            return Ok(asked.cloned().collect());
        };
        let mut read = self.store().begin_read().await?;
        let item = items::by_id(&mut read, &update.item_id).await?;
        Ok(item
            .and_then(|item| serde_json::from_str(&item.products).ok())
            .unwrap_or_default())
    }

    /// Repairs an Item after its person has logged in again, and ends the session. This clears the error, renews the
    /// consent, and selects the `chosen` accounts (`SeedAccount::key`) if the token allows it.
    ///
    /// The caller checks the log-in first. The access token and the Item stay the same. No `LOGIN_REPAIRED` is sent: at
    /// Plaid it reports repairs elsewhere, and here the application learns of the repair from Link. A second call for
    /// the same session returns the first result.
    pub async fn finish_update(
        &self,
        token: &LinkToken,
        session_id: &str,
        chosen: Option<&[String]>,
    ) -> Result<LinkSuccess, BankError> {
        let update = token
            .update
            .as_ref()
            .ok_or_else(|| Refusal::from_code("INVALID_LINK_TOKEN"))?;
        let mut write = self.store().write().await?;
        let mut session = open_session(&mut write, session_id).await?;
        if let Some(success) = self.finished(&mut write, &session).await? {
            return Ok(success);
        }
        let item = items::by_id(&mut write, &update.item_id).await?;
        let mut item = item
            .filter(|item| item.removed_at.is_none())
            .ok_or_else(|| Refusal::from_code("ITEM_NOT_FOUND"))?;
        item.consent_expires_at = self.consent_end(institution_of(&item)?);
        item.log_in_at = Some(self.now().as_millisecond());
        if item.error.take().is_some() {
            self.catch_up(&mut write, &mut item).await?;
        }
        if let Some(chosen) = chosen.filter(|_| update.account_selection_enabled) {
            self.select_accounts(&mut write, &mut item, chosen).await?;
        }
        items::update(&mut write, &item).await?;
        self.finish(write, token, &mut session, &item).await
    }

    /// Replaces the selected accounts. Rows of a deselected account are no longer reported; those of a newly selected
    /// account appear as added.
    pub(in crate::bank) async fn select_accounts(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        chosen: &[String],
    ) -> Result<(), BankError> {
        let all = accounts::of_item(db, &item.id).await?;
        if !all.iter().any(|account| chosen.contains(&account.key)) {
            return Err(Refusal::from_code("NO_ACCOUNTS").into());
        }
        let mut different = false;
        for mut account in all {
            let selected = chosen.contains(&account.key);
            if selected == account.selected {
                continue;
            }
            different = true;
            account.selected = selected;
            accounts::update(db, &account).await?;
            if !selected {
                rows::hide(db, &account.id).await?;
            }
        }
        if different && item.initial_at.is_some() {
            // A client in the middle of a sync run has to restart it.
            item.seq += 1;
            let new = show(db, item).await?;
            self.announce(db, item, Event::InitialUpdate { new })
                .await?;
            self.announce(db, item, Event::HistoricalUpdate { new })
                .await?;
            self.announce(db, item, Event::SyncUpdatesAvailable).await?;
        }
        Ok(())
    }
}
