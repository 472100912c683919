//! The change feed: a reader's position in it, and what the reader receives.

use super::id::{AccountId, TransactionId};
use super::transaction::Transaction;

/// A reader's position in a person's feed. The feed has one entry per transaction, which moves to the end when the
/// transaction changes, so it takes three places to express what a reader has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedPosition {
    /// The place at which the reader had last read everything. It knows every transaction up to there.
    pub known: u64,
    /// The place up to which it has read now.
    pub at: u64,
    /// The newest place when it began reading on from `known`. A reader that began from nothing does not know
    /// removals from before this place.
    pub began: u64,
}

impl FeedPosition {
    /// The position of a reader that has read everything up to a place.
    #[must_use]
    pub fn caught_up(place: u64) -> Self {
        Self {
            known: place,
            at: place,
            began: place,
        }
    }
}

/// A page of changes, oldest first; each transaction at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedChanges {
    /// Transactions that are new to the reader. One that changes while the reader is paging can come a second time;
    /// the later one counts.
    pub added: Vec<Transaction>,
    /// Transactions that the reader knows, in their current form.
    pub modified: Vec<Transaction>,
    /// Transactions that were removed.
    pub removed: Vec<RemovedTransaction>,
    /// Whether there is more to read.
    pub has_more: bool,
}

/// A removed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedTransaction {
    /// The transaction's id.
    pub id: TransactionId,
    /// The account it belonged to.
    pub account_id: AccountId,
}
