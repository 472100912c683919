//! What was done on the panel, the last first: a form leads back to a page by GET, and the page says it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::bank::Deed;

/// As many as anybody reads; a restart forgets them.
const KEPT: usize = 200;

/// The last deeds.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Mutex<VecDeque<Entry>>,
}

/// One deed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The Item it was done to; nothing is the whole bank.
    pub item: Option<String>,
    /// When, by the time outside.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
}

impl Journal {
    /// Notes a deed.
    pub(super) fn note(&self, entry: Entry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push_front(entry);
        entries.truncate(KEPT);
    }

    /// What was done to an Item, or to the whole bank; the last first.
    pub(super) fn of(&self, item: Option<&str>) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&Entry| entry.item.as_deref() == item;
        entries.iter().filter(same).take(10).cloned().collect()
    }
}
