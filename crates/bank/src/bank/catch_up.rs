//! Brings Items up to date: one when it is requested, and all that are due in the background.

use super::misbehave::NOTICE_MS;
use super::{Bank, BankError, items as bank_items};
use crate::store::items::{self, ItemRow};

impl Bank {
    /// Brings the Item of a token up to date and returns it. Refuses an Item in an error state.
    pub(super) async fn fresh_item(&self, access_token: &str) -> Result<ItemRow, BankError> {
        let mut read = self.store().begin_read().await?;
        let item = self.item_for(&mut read, access_token).await?;
        drop(read);
        if !self.is_due(&item) {
            bank_items::well(&item)?;
            return Ok(item);
        }
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        self.catch_up(&mut write, &mut item).await?;
        items::update(&mut write, &item).await?;
        self.commit(write).await?;
        bank_items::well(&item)?;
        Ok(item)
    }

    /// Brings all due Items and members up to date.
    pub(super) async fn catch_up_all(&self) -> Result<(), BankError> {
        self.heed_members().await?;
        let now = self.now().as_millisecond();
        let today = self.today().to_string();
        let due = {
            let mut read = self.store().begin_read().await?;
            items::due(&mut read, now, &today, now.saturating_add(NOTICE_MS)).await?
        };
        for id in due {
            // One Item that fails must not hold up the others.
            if let Err(error) = self.catch_up_one(&id).await {
                tracing::warn!(%error, item = id, "an Item of the built-in bank cannot be updated");
            }
        }
        Ok(())
    }

    async fn catch_up_one(&self, id: &str) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let Some(mut item) = items::by_id(&mut write, id).await? else {
            return Ok(());
        };
        if !self.is_fetched_by_itself(&mut write, &item).await? {
            return Ok(());
        }
        self.catch_up(&mut write, &mut item).await?;
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }
}
