//! The books: accounts, their rows, and what a sync or a person writes on them.

pub(crate) mod accounts;
pub(crate) mod apply;
pub(crate) mod changes;
pub(crate) mod checks;
pub(crate) mod columns;
pub(crate) mod edits;
#[cfg(test)]
pub(crate) mod plans;
pub(crate) mod rows;
pub(crate) mod search_words;
pub(crate) mod set_aside;
pub(crate) mod settle;
pub(crate) mod snapshots;
pub(crate) mod sync_commit;
pub(crate) mod transactions;
