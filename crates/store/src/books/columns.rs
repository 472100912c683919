//! Groups of columns that several tables and statements share.

use sqlx::FromRow;

use crate::StoreError;
use crate::books::edits::tags_of;
use crate::decode::day;
use domain::category::Category;
use domain::feed::FeedTransaction;
use domain::id::{AccountId, TransactionId};
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{OtherSide, Transaction};

/// The columns of a row that hold the bank's values.
#[derive(Clone, FromRow)]
pub(crate) struct BanksColumns {
    day: String,
    amount: i64,
    currency: String,
    amount_exact: Option<String>,
    description: String,
    merchant: Option<String>,
    category_primary: Option<String>,
    category_detailed: Option<String>,
    pending: i64,
    details: String,
}

/// The columns of a row that hold the person's own values.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OwnColumns {
    own_name: Option<String>,
    own_category: Option<String>,
    own_detailed: Option<String>,
    own_note: Option<String>,
    own_tags: String,
    no_transfer_with: Option<String>,
}

impl BanksColumns {
    /// Converts to the stored form of a transaction.
    pub(crate) fn kept(
        self,
        id: TransactionId,
        account_id: AccountId,
        own: Own,
        transfer: Option<OtherSide>,
    ) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            id,
            account_id,
            date: day(&self.day)?,
            amount: self.money(),
            category: self.category(),
            pending: self.pending != 0,
            amount_exact: self.amount_exact,
            description: self.description,
            merchant: self.merchant,
            details: self.details,
            own,
            transfer,
        })
    }

    /// Converts to the provider's form of a transaction.
    pub(crate) fn given(
        self,
        provider_id: String,
        account_provider_id: String,
        pending_provider_id: Option<String>,
    ) -> Result<FeedTransaction, StoreError> {
        Ok(FeedTransaction {
            provider_id,
            account_provider_id,
            pending_provider_id,
            date: day(&self.day)?,
            amount: self.money(),
            category: self.category(),
            pending: self.pending != 0,
            amount_exact: self.amount_exact,
            description: self.description,
            merchant: self.merchant,
            details: self.details,
        })
    }

    fn money(&self) -> Money {
        Money::new(self.amount, Currency::from_storage(&self.currency))
    }

    fn category(&self) -> Option<Category> {
        let primary = self.category_primary.clone()?;
        let detailed = self.category_detailed.clone();
        Some(Category {
            detailed: detailed.unwrap_or_else(|| primary.clone()),
            primary,
        })
    }
}

impl OwnColumns {
    pub(crate) fn decode(self) -> Own {
        Own {
            name: self.own_name,
            category: self.own_detailed.or(self.own_category),
            note: self.own_note,
            tags: tags_of(&self.own_tags),
            no_transfer_with: self.no_transfer_with,
        }
    }
}
