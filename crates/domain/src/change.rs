//! The change feed: where a reader stands in it, and what it is told.

use super::id::{AccountId, TransactionId};
use super::transaction::Transaction;

/// Where a reader stands in a person's feed. The feed keeps one entry a transaction, which moves to the end
/// when the transaction changes; so it takes three places to tell what a reader has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedPosition {
    /// Where it had read all there was the last time: it knows every transaction that had come by then.
    pub known: u64,
    /// Up to where it has read.
    pub at: u64,
    /// The newest place when it began to read on from `known`. One that began with nothing has never heard of
    /// what went before that.
    pub began: u64,
}

impl FeedPosition {
    /// Of a reader that has read everything up to a place.
    #[must_use]
    pub fn caught_up(place: u64) -> Self {
        Self {
            known: place,
            at: place,
            began: place,
        }
    }
}

/// Some changes, in the order in which they happened; each transaction at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedChanges {
    /// Transactions that the reader does not know. One that changed while it was reading page by page can come
    /// a second time; the newer one counts.
    pub added: Vec<Transaction>,
    /// Transactions that the reader knows, as they are now.
    pub modified: Vec<Transaction>,
    /// Transactions that are no more.
    pub removed: Vec<RemovedTransaction>,
    /// Whether there is more to read.
    pub has_more: bool,
}

/// A transaction that is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedTransaction {
    /// Which.
    pub id: TransactionId,
    /// The account that it was of.
    pub account_id: AccountId,
}
