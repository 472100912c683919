//! Transactions.

use jiff::civil::Date;

use super::id::{AccountId, TransactionId};
use super::money::Money;

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
}

/// A category in the provider's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The broad one.
    pub primary: String,
    /// The fine one; it begins with the broad one.
    pub detailed: String,
}

impl Category {
    /// The fine category in plain words: `FOOD_AND_DRINK_GROCERIES` reads "Groceries".
    #[must_use]
    pub fn words(&self) -> String {
        let fine = self
            .detailed
            .strip_prefix(&self.primary)
            .map_or(self.detailed.as_str(), |rest| rest.trim_start_matches('_'));
        let fine = fine
            .strip_prefix("OTHER_")
            .map_or(fine, |_| self.primary.as_str());
        sentence(if fine.is_empty() { &self.primary } else { fine })
    }

    /// The broad category in plain words.
    #[must_use]
    pub fn primary_words(&self) -> String {
        sentence(&self.primary)
    }
}

/// `GAS_AND_ELECTRICITY` reads "Gas and electricity".
#[must_use]
pub fn sentence(code: &str) -> String {
    let words = code.replace('_', " ").to_lowercase();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(primary: &str, detailed: &str) -> String {
        Category {
            primary: primary.into(),
            detailed: detailed.into(),
        }
        .words()
    }

    #[test]
    fn categories_are_words() {
        assert_eq!(
            words("FOOD_AND_DRINK", "FOOD_AND_DRINK_GROCERIES"),
            "Groceries"
        );
        assert_eq!(words("INCOME", "INCOME_OTHER_INCOME"), "Income");
        assert_eq!(
            words(
                "RENT_AND_UTILITIES",
                "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY"
            ),
            "Gas and electricity"
        );
        assert_eq!(words("TRAVEL", "TRAVEL"), "Travel");
        assert_eq!(words("A", "SOMETHING_NEW"), "Something new");
    }
}
