//! The rows of one run: writing and removing them, and replacing pending rows by posted ones.
//!
//! A row keeps its id and own values for as long as it exists, and a posted row that replaces a pending one takes
//! over both. A row that goes leaves a record in `gone_transaction`, so that it makes no difference whether a pending
//! row is removed in the run that posts it, in an earlier one or in a later one.

mod absent;
mod pending_to_posted;
mod removed;
#[cfg(test)]
mod tests;
mod write;

use jiff::Timestamp;
use sqlx::FromRow;

use crate::books::columns::OwnColumns;
use crate::{StoreError, Tx};
use domain::connection::Connection;
use domain::feed::FeedTransaction;
use domain::id::{AccountId, TransactionId};
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::settlement::Side;

/// The effect of writing a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Modified,
    /// A pending row whose posted row already exists.
    Hidden,
}

/// The rows of one connection, within one database transaction.
pub(crate) struct Rows<'a> {
    tx: &'a mut Tx,
    connection: &'a Connection,
    now: Timestamp,
    /// Whether any row existed before this run.
    any_before: bool,
    /// Whether any row is gone. As long as none is, none can return.
    any_gone: bool,
}

/// A visible row, with the columns that links depend on.
#[derive(Debug, FromRow)]
struct Live {
    seq: i64,
    account_id: String,
    provider_id: String,
    day: String,
    amount: i64,
    currency: String,
    pending: i64,
    settled_provider_id: Option<String>,
    #[sqlx(flatten)]
    own: OwnColumns,
}

/// Selects visible rows by a condition.
macro_rules! live_where {
    ($condition:literal) => {
        concat!(
            "SELECT seq, account_id, provider_id, day, amount, currency, pending, settled_provider_id, own_name, \
                 own_category, own_detailed, own_note, own_tags, no_transfer_with FROM bank_transaction WHERE ",
            $condition
        )
    };
}
use live_where;

impl Live {
    fn own(&self) -> Own {
        self.own.clone().decode()
    }

    fn amount(&self) -> Money {
        Money::new(self.amount, Currency::from_storage(&self.currency))
    }
}

impl<'a> Rows<'a> {
    pub(crate) async fn load(
        tx: &'a mut Tx,
        connection: &'a Connection,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let (any_before, any_gone): (i64, i64) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM bank_transaction WHERE connection_id = $1),
                 EXISTS (SELECT 1 FROM gone_transaction WHERE connection_id = $1)",
        )
        .bind(connection.id.as_str())
        .fetch_one(&mut **tx)
        .await?;
        Ok(Self {
            tx,
            connection,
            now,
            any_before: any_before == 1,
            any_gone: any_gone == 1,
        })
    }

    /// Writes a row with the bank's current values. Pending rows must come before posted ones, which may name them.
    pub(crate) async fn upsert(
        &mut self,
        account: &AccountId,
        row: &FeedTransaction,
    ) -> Result<Change, StoreError> {
        // Most rows are posted, name no pending row and were never removed: one statement suffices for them.
        if !self.any_gone && !row.pending && row.pending_provider_id.is_none() {
            let id = TransactionId::generate();
            let written = self.write(&id, account, row).await?;
            // The row no longer names the pending row that it had replaced.
            if written.settled_provider_id.is_some() {
                self.update_posting(&row.provider_id, row).await?;
            }
            return Ok(written.change(&id));
        }
        if let Some(change) = self.take_over(account, row).await? {
            return Ok(change);
        }
        let known = self.live(&row.provider_id).await?.is_some();
        if known {
            self.write(&TransactionId::generate(), account, row).await?;
        } else {
            self.restore(account, row).await?;
        }
        self.update_posting(&row.provider_id, row).await?;
        let hidden = row.pending && self.hide_behind_posted(row).await?;
        Ok(match (hidden, known) {
            (true, _) => Change::Hidden,
            (false, true) => Change::Modified,
            (false, false) => Change::Added,
        })
    }

    /// Removes a row that the bank removed. Returns whether it was visible.
    pub(crate) async fn remove(&mut self, provider_id: &str) -> Result<bool, StoreError> {
        let Some(live) = self.live(provider_id).await? else {
            self.record_removed(provider_id).await?;
            return Ok(false);
        };
        self.move_to_removed(&live, Some(self.now)).await?;
        if let Some(pending) = &live.settled_provider_id {
            self.give_back(&live, pending).await?;
        }
        Ok(true)
    }

    async fn live(&mut self, provider_id: &str) -> Result<Option<Live>, StoreError> {
        Ok(
            sqlx::query_as(live_where!("connection_id = $1 AND provider_id = $2"))
                .bind(self.connection.id.as_str())
                .bind(provider_id)
                .fetch_optional(&mut **self.tx)
                .await?,
        )
    }
}

/// The fields of a provider's row that are compared.
fn side<'a>(account: &'a AccountId, row: &'a FeedTransaction) -> Side<'a> {
    Side {
        account: account.as_str(),
        day: row.date,
        amount: &row.amount,
    }
}
