//! The result of comparing the stored rows with the bank's whole list.

use jiff::Timestamp;
use jiff::civil::Date;

use super::feed::FeedTransaction;
use super::money::Money;

/// A stored row, in the form the bank sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// The row's fields.
    pub row: FeedTransaction,
    /// The account's name.
    pub account: String,
}

/// How a row differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Only the bank has it.
    Missing,
    /// Only Passbook has it.
    Extra,
    /// Both have it, with different values.
    Different,
}

impl Finding {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Different => "different",
        }
    }

    /// The inverse of [`Finding::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Missing, Self::Extra, Self::Different];
        all.into_iter().find(|finding| finding.as_str() == word)
    }
}

/// A row that differs from the bank's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The kind of difference.
    pub finding: Finding,
    /// The row's date.
    pub day: Date,
    /// The row's amount.
    pub amount: Money,
    /// The bank's text.
    pub description: String,
    /// The account's name.
    pub account: String,
    /// The differences, one sentence each: "amount: −$5.00 here, −$6.00 at the bank".
    pub told: Vec<String>,
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When it was made.
    pub checked_at: Timestamp,
    /// Why the comparison could not be made, in words; all other fields are then empty.
    pub problem: Option<String>,
    /// The number of rows that the bank has.
    pub compared: u64,
    /// Rows that only the bank has.
    pub missing: u64,
    /// Rows that only Passbook has.
    pub extra: u64,
    /// Rows that differ.
    pub different: u64,
    /// Changes that wait at the bank for the next sync; they are compared as if applied.
    pub waiting: u64,
    /// Stored rows from before the first date of the bank's list.
    pub older: u64,
    /// Stored rows of accounts that the bank no longer lists.
    pub former: u64,
    /// The bank's rows that cannot be read.
    pub unreadable: u64,
    /// The first of the rows that differ.
    pub rows: Vec<Found>,
}

impl Check {
    /// Makes the result of a comparison that could not be made.
    #[must_use]
    pub fn not_made(checked_at: Timestamp, problem: String) -> Self {
        Self {
            checked_at,
            problem: Some(problem),
            compared: 0,
            missing: 0,
            extra: 0,
            different: 0,
            waiting: 0,
            older: 0,
            former: 0,
            unreadable: 0,
            rows: Vec::new(),
        }
    }

    /// Whether there is a difference.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.missing + self.extra + self.different > 0
    }
}
