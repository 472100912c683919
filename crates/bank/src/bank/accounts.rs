//! Reads the accounts and transactions of an Item.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::items::{ItemView, view};
use super::lifecycle::institution_of;
use super::{Bank, BankError, Refusal};
use crate::store::items;
use crate::store::rows::{self, Row};

/// The parameters of `/transactions/get`.
pub struct GetRequest {
    /// The first day, as an ISO 8601 date.
    pub start: String,
    /// The last day, as an ISO 8601 date.
    pub end: String,
    /// Only these accounts; `None` for all.
    pub account_ids: Option<Vec<String>>,
    /// The most rows to return.
    pub count: u16,
    /// The number of rows to skip.
    pub offset: usize,
    /// Days of history, used if the Item has no transactions product yet.
    pub days_requested: u16,
}

impl Bank {
    /// Returns an Item with its selected accounts, or with those of them in `only`. Refuses an Item in an error state.
    pub async fn accounts(
        &self,
        access_token: &str,
        only: Option<&[String]>,
    ) -> Result<ItemView, BankError> {
        let item = self.fresh_item(access_token).await?;
        let mut read = self.store().begin_read().await?;
        let mut view = view(&mut read, item).await?;
        if let Some(only) = only {
            if only
                .iter()
                .any(|id| !view.accounts.iter().any(|account| &account.id == id))
            {
                return Err(Refusal::from_code("INVALID_ACCOUNT_ID").into());
            }
            view.accounts.retain(|account| only.contains(&account.id));
        }
        Ok(view)
    }

    /// Checks whether balances may be requested. Some banks have no real-time balances except for cash accounts; they
    /// require the oldest acceptable time and refuse what they cannot meet (plaid.com/docs/api/products/balance).
    pub async fn check_balance_age(
        &self,
        access_token: &str,
        oldest: Option<Timestamp>,
    ) -> Result<(), BankError> {
        let view = self.item(access_token).await?;
        let institution = institution_of(&view.item)?;
        let only_cash = view
            .accounts
            .iter()
            .all(|account| account.record.kind == "depository");
        if !institution.wants_oldest_balance || only_cash {
            return Ok(());
        }
        let Some(oldest) = oldest else {
            return Err(Refusal::invalid_field(format!(
                "min_last_updated_datetime parameter required for balance on {}",
                institution.id
            ))
            .into());
        };
        // The bank updates balances once a day, at midnight UTC.
        let read_at = self
            .today()
            .to_zoned(TimeZone::UTC)
            .map(|day| day.timestamp());
        if read_at.is_ok_and(|read_at| oldest > read_at) {
            return Err(Refusal::from_code("LAST_UPDATED_DATETIME_OUT_OF_RANGE").into());
        }
        Ok(())
    }

    /// Returns a page of `/transactions/get`, newest first, and the total number of rows.
    pub async fn transactions(
        &self,
        access_token: &str,
        request: &GetRequest,
    ) -> Result<(ItemView, Vec<Row>, usize), BankError> {
        self.prepare_get(access_token, request.days_requested)
            .await?;
        let view = self
            .accounts(access_token, request.account_ids.as_deref())
            .await?;
        if view.item.stage == 0 {
            return Err(Refusal::from_code("PRODUCT_NOT_READY").into());
        }
        let mut read = self.store().begin_read().await?;
        let mut rows =
            rows::current(&mut read, &view.item.id, &request.start, &request.end).await?;
        rows.retain(|row| {
            view.accounts
                .iter()
                .any(|account| account.id == row.account_id)
        });
        let total = rows.len();
        let page = rows
            .into_iter()
            .skip(request.offset)
            .take(usize::from(request.count))
            .collect();
        Ok((view, page, total))
    }

    async fn prepare_get(&self, access_token: &str, days_requested: u16) -> Result<(), BankError> {
        let item = self.fresh_item(access_token).await?;
        if item.initial_at.is_some() {
            return Ok(());
        }
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        if item.initial_at.is_none() {
            self.add_transactions(&mut write, &mut item, days_requested)
                .await?;
            self.catch_up(&mut write, &mut item).await?;
        }
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }
}
