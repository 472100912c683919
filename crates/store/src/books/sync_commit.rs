//! What a run hands over to be written, and what comes of it.

use domain::connection::{Connection, Lease};
use domain::feed::{ConnectionFacts, FeedAccount, FeedTransaction, SetAside, UpdateStatus};
use jiff::Timestamp;
use jiff::civil::Date;

/// Everything that a finished run wants to write.
#[derive(Debug)]
pub struct SyncCommit<'a> {
    /// The worker's lease; nothing is written without it.
    pub lease: &'a Lease,
    /// The connection.
    pub connection: &'a Connection,
    /// The cursor that the run began with; nothing is written when it is no longer the stored one.
    pub cursor_before: Option<&'a str>,
    /// Where the next run goes on.
    pub cursor_after: Option<&'a str>,
    /// How far the provider has got.
    pub status: UpdateStatus,
    /// The accounts that the bank lists now, with their balances.
    pub accounts: &'a [FeedAccount],
    /// Accounts that rows speak of though the bank no longer lists them.
    pub former_accounts: &'a [FeedAccount],
    /// New and changed rows, each once.
    pub upserts: &'a [FeedTransaction],
    /// The provider's ids of rows that are no more.
    pub removed: &'a [String],
    /// Rows that cannot be read.
    pub set_aside: &'a [SetAside],
    /// Set when the pages list everything from a day on, because the run began without a cursor: what they do
    /// not list from then on, in accounts that the bank lists, is no more.
    pub whole: Option<Whole>,
    /// Whether the connection is synced by it. One of a provider that is read by days is not while its bank is being
    /// asked: the next window begins before the last sync.
    pub synced: bool,
    /// Whether the provider refused the stored cursor, so that the run began from the beginning.
    pub cursor_lost: bool,
    /// What the provider says of the connection.
    pub facts: &'a ConnectionFacts,
    /// Now.
    pub now: Timestamp,
    /// Today, for the snapshots.
    pub today: Date,
}

/// A list of everything from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The day.
    pub from: Date,
    /// When a posted row goes that the list lacks.
    pub lacking: Lacking,
}

/// When a posted row goes that a list of everything lacks. A pending one goes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// At once.
    Goes,
    /// When a second list lacks it, an hour later or more: a single list of a provider that has no cursor may be short
    /// although it adds up.
    GoesTheSecondTime,
}

/// What a run changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Rows that were not there before.
    pub added: u64,
    /// Rows that were there.
    pub modified: u64,
    /// Rows that are gone.
    pub removed: u64,
}
