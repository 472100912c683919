//! Transactions of an account.

use jiff::civil::Date;

use super::category::{Category, sentence};
use super::id::{AccountId, TransactionId};
use super::money::Money;
use super::own::Own;

/// A transaction as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Unique id.
    pub id: TransactionId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// The date it counts for: the day it was made if the bank reports that, otherwise the day it was posted.
    pub date: Date,
    /// Positive into the account.
    pub amount: Money,
    /// The bank's exact figure, if it has more decimals than the currency.
    pub amount_exact: Option<String>,
    /// The bank's own text.
    pub description: String,
    /// The merchant, if the provider recognised one.
    pub merchant: Option<String>,
    /// The provider's category, broad and fine: `FOOD_AND_DRINK` and `FOOD_AND_DRINK_GROCERIES`.
    pub category: Option<Category>,
    /// Not yet settled: the amount may change, and the row may vanish.
    pub pending: bool,
    /// Everything else that the bank reported, as a JSON object.
    pub details: String,
    /// The person's own values.
    pub own: Own,
}

impl Transaction {
    /// The effective broad category: the person's, otherwise the bank's.
    #[must_use]
    pub fn primary_category(&self) -> Option<&str> {
        let banks = self.category.as_ref().map(|c| c.primary.as_str());
        self.own.category.as_deref().or(banks)
    }

    /// The effective category in plain words, as finely as it is known.
    #[must_use]
    pub fn category_words(&self) -> Option<String> {
        match &self.own.category {
            Some(code) => Some(sentence(code)),
            None => self.category.as_ref().map(Category::words),
        }
    }
}
