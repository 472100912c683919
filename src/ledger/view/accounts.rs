//! Accounts, in lists and alone.

use serde::{Deserialize, Serialize};

use super::{Attention, ConnectionCard, Day, Figure, Mark, Point, When};

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// The account's id.
    pub id: String,
    /// The person's name for the account, else the bank's.
    pub name: String,
    /// `••0000`, or empty.
    pub mask: String,
    /// "Checking", "Credit card".
    pub kind: String,
    /// The institution's name.
    pub institution: String,
    /// The institution's mark.
    pub mark: Mark,
    /// The last known balance; `None` when the bank never reported one.
    pub balance: Option<Figure>,
    /// "as of 12 Nov 2026" when the bank has not reported the balance since; else empty.
    pub as_of: String,
    /// A secondary line: "available $4,871.09", "limit $12,000.00"; may be empty.
    pub detail: String,
    /// When its balance was fetched.
    pub synced: Option<When>,
    /// Whether the bank no longer lists it.
    pub closed: bool,
    /// Why it is no longer listed, in words; empty while it is.
    pub closed_words: String,
    /// Whether the person hides it in lists.
    pub hidden: bool,
    /// Whether the person leaves it out of net worth.
    pub left_out: bool,
}

impl AccountRow {
    /// Says that it is left out of net worth; empty if it is not.
    #[must_use]
    pub fn left_out_words(&self) -> &'static str {
        if self.left_out {
            "not in net worth"
        } else {
            ""
        }
    }
}

/// A person's accounts by type, with what they add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountsPage {
    /// The types that there are accounts of.
    pub groups: Vec<AccountGroup>,
    /// Accounts that the person hides.
    pub hidden: Vec<AccountRow>,
    /// The banks.
    pub connections: Vec<ConnectionCard>,
    /// The shares of the assets of each currency, the largest holding first; only where there are several types.
    pub composition: Vec<Composition>,
}

/// Accounts of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountGroup {
    /// "Cash", "Credit cards", "Loans", "Investments", "Other".
    pub label: String,
    /// The sum of the balances, one for each currency.
    pub sums: Vec<Figure>,
    /// The accounts, in the person's order.
    pub accounts: Vec<AccountRow>,
}

/// What a net worth is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// The currency's code.
    pub currency: String,
    /// The parts: a type of account, its sum, and its share in thousandths of all that is owned or owed.
    pub parts: Vec<(String, Figure, u32)>,
}

/// Facts under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactGroup {
    /// "Merchant", "Place", "Reference".
    pub heading: String,
    /// Labels and values.
    pub facts: Vec<(String, String)>,
}

/// An account's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountDetail {
    /// As in the list.
    pub account: AccountRow,
    /// The bank's name for the account.
    pub banks_name: String,
    /// The person's name for it; empty if they gave none.
    pub own_name: String,
    /// "Owed $1,204.90", for an account that is owed; `None` for others.
    pub owed: Option<Figure>,
    /// The connection's id.
    pub connection_id: String,
    /// The provider's display name.
    pub provider: String,
    /// Whether the provider can be asked for its news.
    pub syncs: bool,
    /// Whether it is deleted with its connection as soon as the provider confirms.
    pub deleting: bool,
    /// The connection's most pressing problem, if any.
    pub attention: Option<Attention>,
    /// Long name, kind, available, limit, exact figure.
    pub facts: Vec<(String, String)>,
    /// How fresh it is, step by step from the bank to Passbook.
    pub freshness: Vec<Freshness>,
    /// The balance by day.
    pub line: Vec<Point>,
    /// The newest transactions.
    pub days: Vec<Day>,
    /// Whether there are more transactions than these.
    pub more: bool,
}

/// A step between the bank and Passbook, and how fresh its data is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// "Newest transaction", "Plaid last checked your bank", "Last synced".
    pub whose: String,
    /// The moment, if it is known.
    pub at: Option<When>,
    /// The words to show without a moment: a day, or that it is unknown.
    pub words: String,
    /// What the time means.
    pub meaning: String,
}
