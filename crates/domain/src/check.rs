//! What a comparison of the kept rows with all that the bank has comes to.

use jiff::Timestamp;
use jiff::civil::Date;

use super::feed::FeedTransaction;
use super::money::Money;

/// A row that is kept, as far as the bank knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// As the bank had it.
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
    /// Both have it, and not the same.
    Different,
}

impl Finding {
    /// The word that is stored.
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

/// A row that is not as the bank has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How.
    pub finding: Finding,
    /// Its day.
    pub day: Date,
    /// Its amount.
    pub amount: Money,
    /// The bank's text.
    pub description: String,
    /// The account's name.
    pub account: String,
    /// What is not the same, a sentence each: "amount: −$5.00 here, −$6.00 at the bank".
    pub told: Vec<String>,
}

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When it was made.
    pub checked_at: Timestamp,
    /// Why it could not be made, in words; all else is then nothing.
    pub problem: Option<String>,
    /// Rows that the bank has.
    pub compared: u64,
    /// Rows that only the bank has.
    pub missing: u64,
    /// Rows that only Passbook has.
    pub extra: u64,
    /// Rows that are not the same.
    pub different: u64,
    /// Changes that wait at the bank for the next sync; they are counted as made.
    pub waiting: u64,
    /// Kept rows from before the day on which the bank's list begins.
    pub older: u64,
    /// Kept rows of accounts that the bank does not list any more.
    pub former: u64,
    /// Rows of the bank that cannot be read.
    pub unreadable: u64,
    /// The first of the rows that are not as the bank has them.
    pub rows: Vec<Found>,
}

impl Check {
    /// A comparison that could not be made.
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
