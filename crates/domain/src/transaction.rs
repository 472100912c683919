//! Transactions.

use jiff::civil::Date;

use super::category::{Category, sentence};
use super::id::{AccountId, TransactionId};
use super::money::Money;
use super::own::Own;

/// A transaction as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Which.
    pub id: TransactionId,
    /// Of which account.
    pub account_id: AccountId,
    /// The day it counts for: when it was made if the bank says so, else when it was posted.
    pub date: Date,
    /// Positive into the account.
    pub amount: Money,
    /// The bank's exact figure where it has more decimals than the currency.
    pub amount_exact: Option<String>,
    /// The bank's own text.
    pub description: String,
    /// The merchant, when the provider recognised one.
    pub merchant: Option<String>,
    /// The provider's category as a path: `FOOD_AND_DRINK` and `FOOD_AND_DRINK_GROCERIES`.
    pub category: Option<Category>,
    /// Not yet settled: the amount may change and the row may vanish.
    pub pending: bool,
    /// All else that the bank said, as a JSON object.
    pub details: String,
    /// What the person has written on it.
    pub own: Own,
}

impl Transaction {
    /// The broad category that counts: the person's, else the bank's.
    #[must_use]
    pub fn primary_category(&self) -> Option<&str> {
        let banks = self.category.as_ref().map(|c| c.primary.as_str());
        self.own.category.as_deref().or(banks)
    }

    /// The category that counts, as finely as it is known, in plain words.
    #[must_use]
    pub fn category_words(&self) -> Option<String> {
        match &self.own.category {
            Some(code) => Some(sentence(code)),
            None => self.category.as_ref().map(Category::words),
        }
    }
}
