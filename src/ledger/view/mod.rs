//! View types: finished words and figures, so that a page and a program read the same.

mod accounts;
mod attention;
mod connections;
mod overview;
mod transactions;

use serde::{Deserialize, Serialize};

pub use accounts::{
    AccountDetail, AccountGroup, AccountRow, AccountsPage, Composition, FactGroup, Freshness,
};
pub use attention::{Attention, AttentionAction};
pub use connections::{AccountBefore, Asking, ConnectionCard, Matching, Offers, Progress};
pub use overview::{NetWorth, Overview, Point, SpentIn, ThisMonth};
pub use transactions::{
    Day, Filter, ListTotals, Month, Others, OwnWords, QuickRange, Sums, TransactionDetail,
    TransactionPage, TransactionRow, Transfer,
};

/// An amount, ready to display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Minor units, positive into the account.
    pub minor: i64,
    /// ISO 4217 or the provider's code; empty when unknown.
    pub currency: String,
    /// With its currency and a true minus sign: `−$1,204.90`.
    pub text: String,
    /// Like `text`, with a plus sign where money came in.
    pub signed: String,
    /// Sign, currency and whole units of `text`.
    pub whole: String,
    /// The decimal point and decimals of `text`; may be empty.
    pub cents: String,
}

/// A moment, in words and exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// "2 minutes ago".
    pub words: String,
    /// RFC 3339, for `<time datetime>`.
    pub exact: String,
    /// "Saturday 21 November 2026, 14:05", for a tooltip.
    pub long: String,
}

/// How an institution or a transaction is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The letter to show when there is no logo.
    pub letter: String,
    /// `/logo/{id}`; `None` when there is no logo.
    pub logo: Option<String>,
    /// The code of the broad category whose icon is shown instead of the letter; empty for none.
    pub category: String,
    /// A color that stays the same for a name: an index from 0 to 11 into the stylesheet's palette.
    pub tone: u8,
}

/// An option to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value that is submitted.
    pub value: String,
    /// The text that people read.
    pub label: String,
}
