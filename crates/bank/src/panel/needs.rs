//! The state of the panel's pages, and the reasons for having no page.

use std::sync::Arc;

use super::journal::Journal;
use crate::bank::{Bank, BankError};

/// The state that every page needs.
#[derive(Clone)]
pub(in crate::panel) struct Panel {
    pub bank: Bank,
    pub journal: Arc<Journal>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(in crate::panel) enum NoPage {
    /// There is no such page, or this visitor must not see it.
    #[error("not found")]
    Unknown,
    /// The bank failed.
    #[error(transparent)]
    Bank(#[from] BankError),
}
