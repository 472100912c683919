//! Passwords of sessions in progress: in memory only, for half an hour, wiped when dropped.
//!
//! The bank derives a person's accounts from username and password, so it needs the password once more at the end. It
//! never writes the password down: after a restart the person types it again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

/// The lifetime of a link token in update mode, which is long enough for a few pages.
const KEPT: SignedDuration = SignedDuration::from_mins(30);

/// The passwords by session id. Clones share the same vault; it has no `Debug`, so that no password reaches a log.
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
