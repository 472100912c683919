//! Connections: as cards, while they sync, and while their accounts are matched.

use serde::{Deserialize, Serialize};

use super::{AccountRow, Attention, Choice, Figure, Mark, When};

/// A connection with its accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionCard {
    /// The connection's id.
    pub id: String,
    /// The institution's name.
    pub institution: String,
    /// Its mark.
    pub mark: Mark,
    /// The provider's display name.
    pub provider: String,
    /// When it was last synced; `None` before the first sync.
    pub synced: Option<When>,
    /// When the provider last got data from the bank, as the provider reports it.
    pub heard: Option<When>,
    /// Whether a sync is due or running.
    pub syncing: bool,
    /// Whether the first sync is unfinished, so that there is progress to show.
    pub first_sync: bool,
    /// How it ended, or is about to: "Unlinked on 3 Nov 2026. …"; `None` while it is linked.
    pub ended: Option<String>,
    /// Whether it has ended, and its accounts and transactions are deleted as soon as the provider confirms.
    pub deleting: bool,
    /// The id of the connection that linked the same bank again, when this one has ended.
    pub linked_anew: Option<String>,
    /// Who the log-in that was typed here waits for; `None` when the bank is not being asked.
    pub asking: Option<Asking>,
    /// Its most pressing problem, if any.
    pub attention: Option<Attention>,
    /// What can be done about it.
    pub offers: Offers,
    /// Its accounts.
    pub accounts: Vec<AccountRow>,
    /// The sum of their balances, one for each currency.
    pub sums: Vec<Figure>,
}

/// Who a log-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asking {
    /// The bank, which checks what was typed here.
    Bank,
    /// The person, on the bank's own log-in page.
    Person,
}

/// What can be done about a connection. It depends on what its provider can do and on the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// Sync what the provider has.
    pub sync: bool,
    /// Log in again.
    pub repair: bool,
    /// Whether the log-in is typed here.
    pub credentials: bool,
    /// Choose the shared accounts again.
    pub choose_accounts: bool,
    /// Ask the bank for news at once, which costs money.
    pub paid_refresh: bool,
    /// Unlink it. Only a connection that was once linked can be unlinked; one that never was is removed.
    pub unlink: bool,
}

/// The progress of a first sync, or the state of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The connection's id.
    pub connection_id: String,
    /// The institution.
    pub institution: String,
    /// "Getting your transactions", "You’re all set", "Log-in needed".
    pub heading: String,
    /// "4 accounts found. 1,240 transactions so far, back to March 2025."
    pub sentence: String,
    /// Percent, 0 to 100, for the bar.
    pub percent: u8,
    /// Whether the first sync is finished.
    pub done: bool,
    /// The problem that stopped it, if any.
    pub attention: Option<Attention>,
    /// What can be done about it.
    pub offers: Offers,
    /// Whether a sync is due or running that may solve the problem.
    pub retrying: bool,
    /// Whether the bank is checking a log-in that was typed here.
    pub asking: bool,
    /// "Updated 2 hours ago. Checks automatically every 6 hours."; empty while the connection is stopped.
    pub news: String,
}

/// The accounts of a relinked bank, to be matched with those of the earlier link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// The id of the new connection.
    pub connection_id: String,
    /// Its institution.
    pub institution: String,
    /// Whether all of its history has arrived; until then accounts cannot be matched.
    pub ready: bool,
    /// The accounts of the earlier connection.
    pub before: Vec<AccountBefore>,
}

/// An account of the earlier connection, and the accounts that it may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBefore {
    /// The account's id.
    pub id: String,
    /// "Checking ••0000".
    pub name: String,
    /// "transactions from 3 Mar 2025 to 18 Nov 2026, unlinked on 21 Nov 2026".
    pub detail: String,
    /// The accounts of the new connection that it can be.
    pub choices: Vec<Choice>,
    /// The most likely of them; empty when none is likely.
    pub proposed: String,
    /// Why it is likely, in words; empty when none is.
    pub because: String,
}
