//! View types of the activity log, calls and comparisons: finished words.

use serde::{Deserialize, Serialize};

use crate::ledger::view::{Choice, Figure, When};

/// An entry with its moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// The day in Passbook's time zone: `2026-11-21`.
    pub date: String,
    /// The moment; its words are the time of day.
    pub at: When,
    /// The entry itself.
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

/// The filter of the activity log, as in the URL. Empty means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityFilter {
    /// A connection's id.
    pub bank: String,
    /// Where the page begins, as given by the previous page.
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
    /// What is wrong with the filter, as a sentence. The entries are then empty.
    pub problem: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// The entry's id.
    pub id: String,
    /// The event's name for programs: `synced`.
    pub event: String,
    /// What happened, in words.
    pub sentence: String,
    /// A secondary line; may be empty.
    pub detail: String,
    /// The connection that it is about; `None` when there is none.
    pub connection_id: Option<String>,
    /// Whether it deserves a second look.
    pub wrong: bool,
}

/// A page of the calls that were made to a bank.
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
    /// Whether only failed calls are listed.
    pub failed_only: bool,
    /// What is wrong with the address, as a sentence. The calls are then empty.
    pub problem: Option<String>,
    /// The whole page as plain text, for a letter to the provider's support.
    pub for_support: String,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEntry {
    /// The call's id.
    pub id: String,
    /// What was asked, in words.
    pub words: String,
    /// The path that was called.
    pub endpoint: String,
    /// The outcome, in words.
    pub outcome: String,
    /// The provider's error code; `None` when the call succeeded.
    pub code: Option<String>,
    /// The provider's request id.
    pub request_id: Option<String>,
    /// "212 ms", "3.1 s".
    pub took: String,
}

/// The result of the last comparison with the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The connection.
    pub connection_id: String,
    /// The institution.
    pub institution: String,
    /// Whether a comparison is due or running.
    pub running: bool,
    /// When it was made; `None` before the first.
    pub at: Option<When>,
    /// Whether it could be made.
    pub made: bool,
    /// Whether it found a difference.
    pub differs: bool,
    /// The result in a few words.
    pub heading: String,
    /// What was compared, what was found, and what is no fault.
    pub sentences: Vec<String>,
    /// The first rows that differ from the bank's.
    pub rows: Vec<CheckRow>,
    /// How many more there are.
    pub more: u64,
}

/// A row that differs from the bank's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// "Missing here", "Not at the bank", "Different".
    pub finding: String,
    /// "Wed 18 Nov".
    pub day: String,
    /// The bank's text.
    pub description: String,
    /// The account's name.
    pub account: String,
    /// Its amount.
    pub amount: Figure,
    /// The differences, one line each.
    pub told: Vec<String>,
}
