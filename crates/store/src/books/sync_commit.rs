//! The result of a run, as it is handed over for writing.

use domain::connection::{Connection, Lease};
use domain::feed::{ConnectionFacts, FeedAccount, FeedTransaction, SetAside, UpdateStatus};
use jiff::Timestamp;
use jiff::civil::Date;

/// Everything that a finished run writes.
#[derive(Debug)]
pub struct SyncCommit<'a> {
    /// The worker's lease; nothing is written without it.
    pub lease: &'a Lease,
    /// The connection.
    pub connection: &'a Connection,
    /// The cursor that the run began with; nothing is written if the stored one differs.
    pub cursor_before: Option<&'a str>,
    /// The cursor for the next run.
    pub cursor_after: Option<&'a str>,
    /// How much history the provider has fetched.
    pub status: UpdateStatus,
    /// The accounts that the bank lists now, with their balances.
    pub accounts: &'a [FeedAccount],
    /// Accounts that rows refer to although the bank no longer lists them.
    pub former_accounts: &'a [FeedAccount],
    /// New and changed rows, without duplicates.
    pub upserts: &'a [FeedTransaction],
    /// The provider's ids of removed rows.
    pub removed: &'a [String],
    /// Rows that could not be read.
    pub set_aside: &'a [SetAside],
    /// Set if the pages list everything from a date on, because the run began without a cursor. Rows that they lack
    /// from that date on, in accounts that the bank lists, are gone.
    pub whole: Option<Whole>,
    /// Whether the run counts as a sync. For a provider that is read by date windows, it does not while the bank is
    /// being asked, because the next window begins before the last sync.
    pub synced: bool,
    /// Whether the provider rejected the stored cursor, so that the run started without one.
    pub cursor_lost: bool,
    /// What the provider reports about the connection.
    pub facts: &'a ConnectionFacts,
    /// The current time.
    pub now: Timestamp,
    /// The current date, for the snapshots.
    pub today: Date,
}

/// A list of everything from a date on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The date.
    pub from: Date,
    /// When to remove a posted row that the list lacks.
    pub lacking: Lacking,
}

/// When to remove a posted row that a complete list lacks. A pending row is removed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// At once.
    Goes,
    /// When a second list, at least an hour later, lacks it too. A single list from a provider without a cursor may
    /// be incomplete even if its count is right.
    GoesTheSecondTime,
}

/// The changes that a run made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The number of new rows.
    pub added: u64,
    /// The number of changed rows.
    pub modified: u64,
    /// The number of removed rows.
    pub removed: u64,
}
