//! What a bank does to those who depend on it, on demand: rows that come, settle, change and go; accounts that
//! close and open; log-ins that end; webhooks twice, late, out of order or falsified; time that passes;
//! rates that jump or stand still.
//!
//! Nothing here speaks Plaid's wire; it only brings about what the wire then tells.

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

/// An Item, by one of its names.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// By an access token.
    Token(&'a str),
    /// By its `item_id`.
    Id(&'a str),
    /// By the guid of the member that it belongs to.
    Member(&'a str),
}

/// What was done, and what whoever depends on it should do now, in words for people.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    /// What was done.
    pub done: String,
    /// What should follow.
    pub expect: String,
    /// Ids and the like, for programs.
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
    /// The Items that are not removed, of one user or of all, each with all its accounts.
    pub async fn items_of(&self, client_user_id: Option<&str>) -> Result<Vec<ItemView>, BankError> {
        let mut read = self.store().read().await?;
        let mut all = Vec::new();
        for item in items::living(&mut read, client_user_id).await? {
            let accounts = store_accounts::of_item(&mut read, &item.id).await?;
            all.push(ItemView { item, accounts });
        }
        Ok(all)
    }

    /// An Item with all its accounts, chosen or not.
    pub async fn whole_item(&self, which: Which<'_>) -> Result<ItemView, BankError> {
        let mut read = self.store().read().await?;
        let item = self.found(&mut read, which).await?;
        let accounts = store_accounts::of_item(&mut read, &item.id).await?;
        Ok(ItemView { item, accounts })
    }

    /// The rows of an Item that can be seen now, newest first.
    pub async fn rows_now(&self, which: Which<'_>) -> Result<Vec<store_rows::Row>, BankError> {
        let mut read = self.store().read().await?;
        let item = self.found(&mut read, which).await?;
        Ok(store_rows::current(&mut read, &item.id, "0000-00-00", "9999-12-31").await?)
    }

    /// Begins a change of an Item, brought up to now as far as it is well.
    async fn begin(&self, which: Which<'_>) -> Result<(Write, ItemRow), BankError> {
        let mut write = self.store().write().await?;
        let mut item = self.found(&mut write, which).await?;
        self.catch_up(&mut write, &mut item).await?;
        Ok((write, item))
    }

    /// Ends it.
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

/// The Item has no rows yet.
fn no_rows_yet() -> Refusal {
    Refusal::from_code("PRODUCT_NOT_READY")
}
