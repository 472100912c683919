//! Transactions of an account.

use jiff::civil::Date;

use super::category::Category;
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
    /// The other side, if it is a transfer between the person's accounts.
    pub transfer: Option<OtherSide>,
}

/// The transaction at the other end of a transfer between a person's own accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherSide {
    /// Its id.
    pub id: TransactionId,
    /// Its account.
    pub account_id: AccountId,
}

impl Transaction {
    /// The effective category: the person's, otherwise the bank's.
    #[must_use]
    pub fn effective_category(&self) -> Option<Category> {
        let own = self.own.category.as_deref().map(Category::of_code);
        own.or_else(|| self.category.clone())
    }

    /// The effective category in plain words, as finely as it is known.
    #[must_use]
    pub fn category_words(&self) -> Option<String> {
        Some(self.effective_category()?.words())
    }

    /// The name that the bank gives it: the merchant, otherwise the bank's own text.
    #[must_use]
    pub fn banks_name(&self) -> &str {
        self.merchant.as_deref().unwrap_or(&self.description)
    }
}
