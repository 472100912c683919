//! The panel's recent actions, newest first. A form redirects to a page by GET, and that page shows them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::bank::Deed;

/// The most entries kept in memory; a restart loses them.
const KEPT: usize = 200;

/// The most recent actions.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Mutex<VecDeque<Entry>>,
}

/// One action.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The Item that it applied to; `None` for the whole bank.
    pub item: Option<String>,
    /// When it happened, by the system clock.
    pub at: Timestamp,
    /// What was done.
    pub deed: Deed,
}

impl Journal {
    /// Records an action.
    pub(super) fn note(&self, entry: Entry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push_front(entry);
        entries.truncate(KEPT);
    }

    /// Returns the last ten actions on an Item or on the whole bank, newest first.
    pub(super) fn entries_of(&self, item: Option<&str>) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&Entry| entry.item.as_deref() == item;
        entries.iter().filter(same).take(10).cloned().collect()
    }
}
