//! What the doors show of it: finished words.

use serde::{Deserialize, Serialize};

use crate::ledger::view::{Choice, Figure, When};

/// An entry with its moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// The day here: `2026-11-21`.
    pub date: String,
    /// The moment; its words are the time of the day.
    pub at: When,
    /// What there is to tell.
    #[serde(flatten)]
    pub entry: T,
}

/// The entries of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOf<T> {
    /// `2026-11-21`.
    pub date: String,
    /// "Today", "Wed 18 Nov", "3 Mar 2025".
    pub label: String,
    /// The newest first.
    pub entries: Vec<Dated<T>>,
}

/// What the activity log is narrowed to; all of it stands in the URL. Empty means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityFilter {
    /// A connection's id.
    pub bank: String,
    /// Where the page begins, as the previous page said.
    pub after: String,
}

/// A page of the activity log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// The entries by day.
    pub days: Vec<DayOf<ActivityEntry>>,
    /// Where the next, older page begins; `None` at the end.
    pub older: Option<String>,
    /// Whether this is the first page.
    pub newest: bool,
    /// The banks to choose from.
    pub banks: Vec<Choice>,
    /// What is wrong with the filter, in a sentence. The entries are then empty.
    pub problem: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// Which.
    pub id: String,
    /// The event's word, for programs: `synced`.
    pub event: String,
    /// What happened, in words.
    pub sentence: String,
    /// One soft line more; may be empty.
    pub detail: String,
    /// The connection that it is about, as long as there is one.
    pub connection_id: Option<String>,
    /// Whether it is something to look at twice.
    pub wrong: bool,
}

/// A page of what was asked of a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPage {
    /// The connection.
    pub connection_id: String,
    /// The institution.
    pub institution: String,
    /// The calls by day.
    pub days: Vec<DayOf<CallEntry>>,
    /// Where the next, older page begins; `None` at the end.
    pub older: Option<String>,
    /// Whether this is the first page.
    pub newest: bool,
    /// Whether only those stand here that did not go well.
    pub failed_only: bool,
    /// What is wrong with the address, in a sentence. The calls are then empty.
    pub problem: Option<String>,
    /// All of the page as plain text, for a letter to the provider's support.
    pub for_support: String,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEntry {
    /// Which.
    pub id: String,
    /// What was asked, in words.
    pub words: String,
    /// The path.
    pub endpoint: String,
    /// What came of it, in words.
    pub outcome: String,
    /// The provider's code when it did not go well.
    pub code: Option<String>,
    /// The provider's number for the call.
    pub request_id: Option<String>,
    /// "212 ms", "3.1 s".
    pub took: String,
}

/// What the last comparison with the bank came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The connection.
    pub connection_id: String,
    /// The institution.
    pub institution: String,
    /// Whether one is on its way.
    pub running: bool,
    /// When it was made; `None` when there was none yet.
    pub at: Option<When>,
    /// Whether it could be made.
    pub made: bool,
    /// Whether there is a difference.
    pub differs: bool,
    /// In a few words.
    pub heading: String,
    /// What was compared, what was found, and what is no fault.
    pub sentences: Vec<String>,
    /// The first of the rows that are not as the bank has them.
    pub rows: Vec<CheckRow>,
    /// How many more there are.
    pub more: u64,
}

/// A row that is not as the bank has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// "Missing here", "Not at the bank", "Not the same".
    pub finding: String,
    /// "Wed 18 Nov".
    pub day: String,
    /// The bank's text.
    pub description: String,
    /// The account's name.
    pub account: String,
    /// Its amount.
    pub amount: Figure,
    /// What is not the same, a line each.
    pub told: Vec<String>,
}
