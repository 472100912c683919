//! What a page of the panel is made of, and why there is none.

use std::sync::Arc;

use super::journal::Journal;
use crate::bank::{Bank, BankError};

/// What every page needs.
#[derive(Clone)]
pub(in crate::panel) struct Panel {
    pub bank: Bank,
    pub journal: Arc<Journal>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(in crate::panel) enum NoPage {
    /// There is nothing here, or it is not this visitor's.
    #[error("not found")]
    Unknown,
    /// The bank failed.
    #[error(transparent)]
    Bank(#[from] BankError),
}
