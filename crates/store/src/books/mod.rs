//! The books: accounts, transactions, balances, and the two things that change them, syncs and a person's edits.
//!
//! `sync` plans a run and hands a `SyncCommit` to `apply`, which writes it in one transaction; `ledger` reads. Own
//! values are written only by `edits`, or carried over when rows merge or return.

pub(crate) mod accounts;
pub(crate) mod after_sync;
pub(crate) mod apply;
pub(crate) mod bulk_edits;
pub(crate) mod changes;
pub(crate) mod checks;
pub(crate) mod columns;
pub(crate) mod edits;
#[cfg(test)]
pub(crate) mod plans;
pub(crate) mod rows;
pub(crate) mod search_words;
pub(crate) mod set_aside;
pub(crate) mod snapshots;
pub(crate) mod summary;
pub(crate) mod sync_commit;
pub(crate) mod totals;
pub(crate) mod transactions;
pub(crate) mod transfers;
