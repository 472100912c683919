//! Bank behaviour on demand, for testing clients: rows that are added, settled, changed and removed; accounts that open
//! and close; log-ins that expire; webhooks that are repeated, delayed, reordered or forged; time that passes; rates
//! that jump or are fixed.
//!
//! `api/misbehave` and the panel call it. Nothing here formats responses of a wire; it changes the state that the wires
//! then report.

mod accounts;
mod health;
mod identity;
mod member_webhooks;
mod members;
mod rates;
mod rows;
mod settle;
mod time;
mod webhooks;

use serde_json::Value;

use super::items::{ItemView, live};
use super::{Bank, BankError, Refusal};
use crate::store::accounts as store_accounts;
use crate::store::items::{self, ItemRow};
use crate::store::{Write, members as store_members, rows as store_rows};

pub use accounts::NewAccount;
pub(crate) use identity::{DELETION_FORGERIES, Deletion};
pub use member_webhooks::{MX_FORGERIES, MxWebhook};
pub use members::{Standing, asking, standing};
pub use rows::{NewRow, RowEdit};
pub use settle::{Settlement, Step};
pub(super) use time::NOTICE_MS;
pub use webhooks::Webhook;

/// Identifies an Item.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// By its access token.
    Token(&'a str),
    /// By its `item_id`.
    Id(&'a str),
    /// By the guid of its MX member.
    Member(&'a str),
}

/// What was done and what a client should do now, in words for people.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    /// What was done.
    pub done: String,
    /// What should follow.
    pub expect: String,
    /// Ids and other values for programs.
    pub more: Vec<(&'static str, Value)>,
}

impl Deed {
    fn new(done: impl Into<String>, expect: impl Into<String>) -> Self {
        Self {
            done: done.into(),
            expect: expect.into(),
            more: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.more.push((name, value.into()));
        self
    }
}

impl Bank {
    /// Returns the Items that are not removed, of one user or of all, each with all its accounts.
    pub async fn items_of(&self, client_user_id: Option<&str>) -> Result<Vec<ItemView>, BankError> {
        let mut read = self.store().begin_read().await?;
        let mut all = Vec::new();
        for item in items::living(&mut read, client_user_id).await? {
            let accounts = store_accounts::of_item(&mut read, &item.id).await?;
            all.push(ItemView { item, accounts });
        }
        Ok(all)
    }

    /// Returns an Item with all its accounts, selected or not.
    pub async fn whole_item(&self, which: Which<'_>) -> Result<ItemView, BankError> {
        let mut read = self.store().begin_read().await?;
        let item = self.found(&mut read, which).await?;
        let accounts = store_accounts::of_item(&mut read, &item.id).await?;
        Ok(ItemView { item, accounts })
    }

    /// Returns the visible rows of an Item, newest first.
    pub async fn rows_now(&self, which: Which<'_>) -> Result<Vec<store_rows::Row>, BankError> {
        let mut read = self.store().begin_read().await?;
        let item = self.found(&mut read, which).await?;
        Ok(store_rows::current(&mut read, &item.id, "0000-00-00", "9999-12-31").await?)
    }

    /// Begins a change of an Item, after bringing it up to date.
    async fn begin(&self, which: Which<'_>) -> Result<(Write, ItemRow), BankError> {
        let mut write = self.store().write().await?;
        let mut item = self.found(&mut write, which).await?;
        self.catch_up(&mut write, &mut item).await?;
        Ok((write, item))
    }

    /// Saves the Item and commits.
    async fn end(&self, mut write: Write, item: &ItemRow) -> Result<(), BankError> {
        items::update(&mut write, item).await?;
        self.commit(write).await
    }

    async fn found(
        &self,
        db: &mut sqlx::SqliteConnection,
        which: Which<'_>,
    ) -> Result<ItemRow, BankError> {
        match which {
            Which::Token(token) => self.item_for(db, token).await,
            Which::Id(id) => Ok(live(items::by_id(db, id).await?)?),
            Which::Member(guid) => {
                let member = store_members::by_guid(db, guid).await?;
                let id = member.and_then(|member| member.item_id).unwrap_or_default();
                Ok(live(items::by_id(db, &id).await?)?)
            }
        }
    }
}

/// Returns the refusal for an Item without rows.
fn no_rows_yet() -> Refusal {
    Refusal::from_code("PRODUCT_NOT_READY")
}
