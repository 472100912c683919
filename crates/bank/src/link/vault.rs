//! Passwords of people who are in the middle of linking: in memory only, for half an hour, wiped when dropped.
//!
//! The bank derives someone's accounts from user name and password, so the password is needed once more at
//! the end. It is never written down: after a restart the person is asked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

/// As long as a link token in update mode lives; nobody needs longer for a few pages.
const KEPT: SignedDuration = SignedDuration::from_mins(30);

/// The passwords, by session. Clones are the same vault; it has no `Debug`, so that none reaches a log.
#[derive(Clone, Default)]
pub(super) struct Vault {
    kept: Arc<Mutex<HashMap<String, Kept>>>,
}

struct Kept {
    password: Zeroizing<String>,
    until: Timestamp,
}

impl Vault {
    pub(super) fn put(&self, session_id: &str, password: &str, now: Timestamp) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, k| k.until > now);
        let password = Zeroizing::new(password.to_owned());
        let until = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        kept.insert(session_id.to_owned(), Kept { password, until });
    }

    pub(super) fn get(&self, session_id: &str, now: Timestamp) -> Option<Zeroizing<String>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(session_id).filter(|k| k.until > now)?;
        Some(found.password.clone())
    }

    pub(super) fn forget(&self, session_id: &str) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(session_id);
    }
}
