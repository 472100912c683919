//! Transactions, in lists and alone.

use serde::{Deserialize, Serialize};

use super::{Choice, FactGroup, Figure, Mark};

/// The transactions of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `2026-11-21`.
    pub date: String,
    /// "Today", "Wed 18 Nov", "3 Mar 2025".
    pub label: String,
    /// The heading of the month, if a new one begins with this day.
    pub month: Option<Month>,
    /// What the whole day adds up to, one for each currency, also when only a part of it is on this page. Empty when the
    /// list is filtered by words, amounts or a tag.
    pub sums: Vec<Figure>,
    /// The rows, newest first.
    pub rows: Vec<TransactionRow>,
}

/// The heading of a month in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// `2026-11`.
    pub month: String,
    /// "November 2026".
    pub label: String,
    /// What the whole month adds up to; empty when the list is filtered by words, amounts or a tag.
    pub sums: Vec<Sums>,
}

/// What transactions in one currency add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// What went out, negative; `None` if nothing did.
    pub outgoing: Option<Figure>,
    /// What came in; `None` if nothing did.
    pub incoming: Option<Figure>,
}

/// What everything in a filtered list adds up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListTotals {
    /// "38 transactions", "More than 50,000 transactions".
    pub count: String,
    /// What an edit of everything in the list changes: "the whole list", "the newest 5,000 of this list".
    pub editable: String,
    /// "4 transfers between your accounts", which are in no sum; `None` if there are none.
    pub transfers: Option<String>,
    /// The sums, one for each currency; empty if there are too many transactions to add up.
    pub sums: Vec<Sums>,
}

/// A range of days to choose with one press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickRange {
    /// "This month".
    pub label: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// A transaction in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionRow {
    /// The transaction's id.
    pub id: String,
    /// The person's name for it, else the merchant, else the bank's text.
    pub name: String,
    /// The mark of its merchant or institution.
    pub mark: Mark,
    /// "Groceries": the person's category if they chose one, else the bank's; may be empty.
    pub category: String,
    /// The account's name.
    pub account: String,
    /// The last digits of the account's number, `••7584`; may be empty.
    pub mask: String,
    /// The amount.
    pub amount: Figure,
    /// Whether the bank has not settled it yet.
    pub pending: bool,
    /// "to Savings", "from Checking" if it is a transfer between the person's accounts.
    pub transfer: Option<String>,
    /// The person's note; may be empty.
    pub note: String,
    /// The person's tags.
    pub tags: Vec<String>,
}

/// The filter of a list of transactions, as in the URL. Empty means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words to find in merchant and description, and in the person's name, note and tags.
    pub q: String,
    /// An account's id.
    pub account: String,
    /// First day, `2026-11-01`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Smallest amount, ignoring the sign: `12.50`.
    pub min: String,
    /// Largest amount, ignoring the sign.
    pub max: String,
    /// A primary category's code; matches the person's category where they have chosen one.
    pub category: String,
    /// `yes`, `no`, or empty.
    pub pending: String,
    /// A tag that the person gave.
    pub tag: String,
    /// Where the page begins: just after this place.
    pub after: String,
    /// Where the page ends: just before this place. Without meaning beside `after`.
    pub before: String,
}

/// A page of transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionPage {
    /// The rows by day.
    pub days: Vec<Day>,
    /// Where the next, older page begins; `None` at the end.
    pub older: Option<String>,
    /// Where the next, newer page ends; `None` on the first page.
    pub newer: Option<String>,
    /// The accounts to choose from.
    pub accounts: Vec<Choice>,
    /// The categories to filter by.
    pub categories: Vec<Choice>,
    /// The categories that can be given to transactions.
    pub own_categories: Vec<Choice>,
    /// The tags to choose from.
    pub tags: Vec<Choice>,
    /// The ranges to choose from.
    pub ranges: Vec<QuickRange>,
    /// What everything that the filter selects adds up to; `None` if the filter is invalid.
    pub totals: Option<ListTotals>,
    /// What is wrong with the filter: field names, each with a sentence. The rows are then empty.
    pub problems: Vec<(String, String)>,
    /// Whether the person has linked any bank.
    pub any_connection: bool,
}

/// A transaction's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionDetail {
    /// As in the list.
    pub row: TransactionRow,
    /// The account's id, to link to.
    pub account_id: String,
    /// The institution.
    pub institution: String,
    /// "Wednesday 18 November 2026".
    pub date: String,
    /// The bank's exact figure, when it has more decimals than the currency.
    pub exact: Option<String>,
    /// The bank's text, where the name differs from it.
    pub statement: Option<String>,
    /// Everything that the bank said, in groups with headings.
    pub facts: Vec<FactGroup>,
    /// The person's own values.
    pub own: OwnWords,
    /// Whether it is a transfer between the person's accounts.
    pub transfer: Transfer,
    /// The other transactions to which the person's name and category could be given too.
    pub others: Option<Others>,
    /// The id of the next newer transaction in the list that it was opened from.
    pub newer: Option<String>,
    /// The id of the next older one.
    pub older: Option<String>,
}

/// Whether a transaction is one side of a transfer between a person's accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Transfer {
    /// It is none.
    No,
    /// It is one; holds the id of the other side.
    Yes(String),
    /// It looks like one, but the person has said that it is none.
    Denied,
}

/// Other transactions with the same name from the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    /// "the other 214", "the other one", "5,000 others".
    pub count: String,
    /// The bank's name for them.
    pub name: String,
}

/// A person's own values on a transaction, with the bank's values beside them. Empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWords {
    /// Their name for it.
    pub name: String,
    /// The code of the category that they chose.
    pub category: String,
    /// Their note.
    pub note: String,
    /// Their tags, separated by spaces.
    pub tags: String,
    /// The merchant, else the bank's text.
    pub banks_name: String,
    /// The bank's category, in words.
    pub banks_category: String,
    /// The categories to choose from.
    pub categories: Vec<Choice>,
}
