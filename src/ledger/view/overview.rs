//! What the first page shows.

use serde::{Deserialize, Serialize};

use super::{AccountRow, Attention, Composition, ConnectionCard, Day, Figure};

/// Everything on the first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// One for each currency, the largest holding first.
    pub net_worth: Vec<NetWorth>,
    /// Accounts whose currency is unknown; listed separately and in no sum.
    pub unsummed: Vec<AccountRow>,
    /// What needs attention, the most pressing first.
    pub attention: Vec<Attention>,
    /// Accounts by institution.
    pub connections: Vec<ConnectionCard>,
    /// What was kept of connections that have ended.
    pub ended: Vec<ConnectionCard>,
    /// The newest transactions, by day.
    pub newest: Vec<Day>,
    /// What came in and went out this month, one for each currency; empty if nothing did.
    pub this_month: Vec<ThisMonth>,
    /// What the net worth is made of.
    pub composition: Vec<Composition>,
}

/// What came in and went out in a month so far, without transfers between the person's accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThisMonth {
    /// What came in.
    pub incoming: Figure,
    /// What went out, without a sign.
    pub outgoing: Figure,
    /// "$140.00 more than by 28 Oct"; empty if nothing went out by then.
    pub compared: String,
    /// The categories in which most was spent.
    pub categories: Vec<SpentIn>,
    /// The month's first day, for links to its transactions.
    pub from: String,
    /// Today.
    pub to: String,
}

/// What was spent in a category this month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentIn {
    /// The category's code; empty for transactions without one.
    pub code: String,
    /// "Food and drink", "No category".
    pub label: String,
    /// What was spent.
    pub figure: Figure,
    /// Its share of the largest, in thousandths.
    pub share: u32,
    /// What was spent by the same day of last month; `None` if nothing was.
    pub before: Option<Figure>,
}

/// What a person owns and owes in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetWorth {
    /// Assets less debts.
    pub total: Figure,
    /// The sum of the assets.
    pub assets: Figure,
    /// The sum of the debts, negative.
    pub debts: Figure,
    /// "includes a balance as of 12 Nov 2026", naming the oldest, when a bank has not reported one since; else empty.
    pub as_of: String,
    /// How much the total changed since `change_since`; `None` until there are two days.
    pub change: Option<Figure>,
    /// "in the last 30 days", "since 3 Nov".
    pub change_since: String,
    /// One point a day since the first link; days without a snapshot carry the last one forward.
    pub line: Vec<Point>,
}

/// One day of a chart line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// `2026-11-21`.
    pub date: String,
    /// "21 Nov 2026".
    pub label: String,
    /// The figure for that day.
    pub figure: Figure,
}
