//! Plaid's public keys by name, with as few lookups as possible.
//!
//! An attacker can name keys that do not exist. So names that Plaid does not know are remembered, one lookup answers
//! all requests for the same name, and only a few names a minute are looked up. A known key costs one lookup a day, and
//! webhooks signed with it never wait for another name.

mod budget;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;

use budget::Budget;
use domain::webhook::Refusal;

/// How often a known key is looked up again, because it may have been withdrawn.
const STALE: SignedDuration = SignedDuration::from_hours(24);
/// How soon to try again when Plaid did not answer. The key stays valid in the meantime.
const STALE_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How long a name that Plaid does not know is refused without a lookup.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How many known and how many unknown names are remembered. Plaid has one or two keys at a time.
const MOST: usize = 64;

/// An uncompressed P-256 point, with which signatures are verified.
pub(super) type Point = [u8; 65];

/// Plaid's answer about a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    Key {
        point: Point,
        expired_at: Option<i64>,
    },
    Unknown,
    Silence,
    NotAsked,
}

#[derive(Debug, Default)]
pub(in crate::plaid) struct Keys {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    known: HashMap<String, Known>,
    /// When each unknown name may be looked up again.
    unknown: HashMap<String, Timestamp>,
    flights: HashMap<String, Arc<OnceCell<Answer>>>,
    budget: Budget,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    point: Point,
    expired_at: Option<i64>,
    ask_again: Timestamp,
}

/// What is remembered about a name.
pub(super) enum Memory {
    Good(Known),
    Stale(Known),
    Flight(Arc<OnceCell<Answer>>),
}

impl Keys {
    pub(super) fn remembered(&self, kid: &str, now: Timestamp) -> Result<Memory, Refusal> {
        let mut kept = self.lock();
        if let Some(known) = kept.known.get_mut(kid) {
            // A time further in the future was computed before the clock was set back.
            if now < known.ask_again && known.ask_again <= after(now, STALE) {
                return Ok(Memory::Good(*known));
            }
            known.ask_again = after(now, STALE_AGAIN);
            return Ok(Memory::Stale(*known));
        }
        if kept
            .unknown
            .get(kid)
            .is_some_and(|until| now < *until && *until <= after(now, UNKNOWN_FOR))
        {
            return Err(Refusal::UnknownKey);
        }
        if let Some(flight) = kept.flights.get(kid) {
            return Ok(Memory::Flight(Arc::clone(flight)));
        }
        if !kept.budget.has_room(kid, now) {
            return Err(Refusal::TooManyKeys);
        }
        // A lookup that only this table references was abandoned by all its waiters.
        kept.flights
            .retain(|_, flight| Arc::strong_count(flight) > 1);
        let flight = Arc::new(OnceCell::new());
        kept.flights.insert(kid.to_owned(), Arc::clone(&flight));
        Ok(Memory::Flight(flight))
    }

    /// Whether a name may be looked up now. If so, the lookup is counted.
    pub(super) fn may_ask(&self, kid: &str, now: Timestamp) -> bool {
        self.lock().budget.take(kid, now)
    }

    pub(super) fn land(&self, kid: &str, flight: &Arc<OnceCell<Answer>>) {
        let mut kept = self.lock();
        if kept
            .flights
            .get(kid)
            .is_some_and(|f| Arc::ptr_eq(f, flight))
        {
            kept.flights.remove(kid);
        }
    }

    pub(super) fn keep(&self, kid: &str, answer: Answer, now: Timestamp) -> Result<Point, Refusal> {
        let mut kept = self.lock();
        match answer {
            Answer::Key { point, expired_at } => {
                let known = Known {
                    point,
                    expired_at,
                    ask_again: after(now, STALE),
                };
                make_room(&mut kept.known, kid, |known| known.ask_again);
                kept.known.insert(kid.to_owned(), known);
                known.at(now)
            }
            Answer::Unknown => {
                kept.known.remove(kid);
                make_room(&mut kept.unknown, kid, |until| *until);
                kept.unknown.insert(kid.to_owned(), after(now, UNKNOWN_FOR));
                Err(Refusal::UnknownKey)
            }
            Answer::Silence => Err(Refusal::KeyUnreachable),
            Answer::NotAsked => Err(Refusal::TooManyKeys),
        }
    }

    /// Locks the state, also after a panic: no change can be left half done.
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    pub(super) fn at(&self, now: Timestamp) -> Result<Point, Refusal> {
        match self.expired_at {
            Some(at) if at <= now.as_second() => Err(Refusal::ExpiredKey),
            _ => Ok(self.point),
        }
    }
}

/// Removes the oldest entry when there are too many.
fn make_room<T>(names: &mut HashMap<String, T>, kid: &str, at: impl Fn(&T) -> Timestamp) {
    if names.len() < MOST || names.contains_key(kid) {
        return;
    }
    let oldest = names.iter().min_by_key(|(_, it)| at(it));
    if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
        names.remove(&oldest);
    }
}

fn after(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}
