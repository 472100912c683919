//! Plaid's public keys by name, and how seldom it is asked for one.
//!
//! Anybody can name a key that does not exist. So names that Plaid does not know are remembered, one call
//! answers all who wait for the same name, and few names a minute are asked for. A key that is known costs
//! nobody a call but once a day, and its users wait for no other name.

mod budget;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::plaid::Plaid;
use crate::plaid::client::Asked;
use budget::Budget;
use domain::webhook::Refusal;

/// How often a known key is asked about again: it may have been withdrawn.
const STALE: SignedDuration = SignedDuration::from_hours(24);
/// How soon again when Plaid did not answer; the key stays good meanwhile.
const STALE_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How long a name that Plaid does not know is refused without asking.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_mins(10);
/// Plaid gives a webhook ten seconds; it must have its answer before.
const PATIENCE: Duration = Duration::from_secs(5);
/// Plaid has one or two at a time; these many names of either sort are remembered.
const MOST: usize = 64;

/// An uncompressed point of P-256: what signatures are checked with.
type Point = [u8; 65];

/// What Plaid says about a name.
#[derive(Clone, Copy, Debug)]
enum Answer {
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
    /// Until when not to ask.
    unknown: HashMap<String, Timestamp>,
    flights: HashMap<String, Arc<OnceCell<Answer>>>,
    budget: Budget,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    point: Point,
    expired_at: Option<i64>,
    ask_again: Timestamp,
}

/// What is remembered about a name.
enum Memory {
    Good(Known),
    Stale(Known),
    Flight(Arc<OnceCell<Answer>>),
}

impl Keys {
    pub(super) async fn get(
        &self,
        plaid: &Plaid,
        kid: &str,
        now: Timestamp,
    ) -> Result<Point, Refusal> {
        match self.remembered(kid, now)? {
            Memory::Good(known) => known.at(now),
            // Who finds the key stale asks; everybody else goes on with it meanwhile.
            Memory::Stale(known) => match plaid.webhook_key(kid).await {
                Answer::Silence | Answer::NotAsked => known.at(now),
                answer => self.keep(kid, answer, now),
            },
            Memory::Flight(flight) => {
                let answer = *flight
                    .get_or_init(|| async {
                        // Taken here and not before: when the first who asked hangs up, the next one asks anew.
                        if self.lock().budget.take(kid, now) {
                            plaid.webhook_key(kid).await
                        } else {
                            Answer::NotAsked
                        }
                    })
                    .await;
                self.land(kid, &flight);
                self.keep(kid, answer, now)
            }
        }
    }

    fn remembered(&self, kid: &str, now: Timestamp) -> Result<Memory, Refusal> {
        let mut kept = self.lock();
        if let Some(known) = kept.known.get_mut(kid) {
            // Beyond that it was reckoned while the clock was ahead.
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
        // A flight that only this table knows was given up by all who waited for it.
        kept.flights
            .retain(|_, flight| Arc::strong_count(flight) > 1);
        let flight = Arc::new(OnceCell::new());
        kept.flights.insert(kid.to_owned(), Arc::clone(&flight));
        Ok(Memory::Flight(flight))
    }

    fn land(&self, kid: &str, flight: &Arc<OnceCell<Answer>>) {
        let mut kept = self.lock();
        if kept
            .flights
            .get(kid)
            .is_some_and(|f| Arc::ptr_eq(f, flight))
        {
            kept.flights.remove(kid);
        }
    }

    fn keep(&self, kid: &str, answer: Answer, now: Timestamp) -> Result<Point, Refusal> {
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

    /// What a panic left behind is still whole: no change here has two halves.
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn at(&self, now: Timestamp) -> Result<Point, Refusal> {
        match self.expired_at {
            Some(at) if at <= now.as_second() => Err(Refusal::ExpiredKey),
            _ => Ok(self.point),
        }
    }
}

/// Forgets the oldest when there are too many.
fn make_room<T>(names: &mut HashMap<String, T>, kid: &str, at: impl Fn(&T) -> Timestamp) {
    if names.len() < MOST || names.contains_key(kid) {
        return;
    }
    let oldest = names.iter().min_by_key(|(_, it)| at(it));
    if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
        names.remove(&oldest);
    }
}

#[derive(Serialize)]
struct KeyRequest<'a> {
    key_id: &'a str,
}

#[derive(Deserialize)]
struct KeyAnswer {
    key: Jwk,
}

#[derive(Deserialize)]
struct Jwk {
    alg: String,
    crv: String,
    kid: String,
    x: String,
    y: String,
    #[serde(default)]
    expired_at: Option<i64>,
}

impl Plaid {
    async fn webhook_key(&self, kid: &str) -> Answer {
        let body = KeyRequest { key_id: kid };
        let asked = Asked {
            patience: PATIENCE,
            ..Asked::of("/webhook_verification_key/get", None)
        };
        match self.ask::<_, KeyAnswer>(asked, &body).await {
            Ok(KeyAnswer { key }) => match point(&key).filter(|_| key.kid == kid) {
                Some(point) => Answer::Key {
                    point,
                    expired_at: key.expired_at,
                },
                None => Answer::Silence,
            },
            Err(problem) if problem.code == "INVALID_WEBHOOK_VERIFICATION_KEY_ID" => {
                Answer::Unknown
            }
            Err(_) => Answer::Silence,
        }
    }
}

/// A 4, then 32 bytes each of x and y (SEC 1, 2.3.3).
fn point(key: &Jwk) -> Option<Point> {
    if key.alg != "ES256" || key.crv != "P-256" {
        return None;
    }
    let mut point = vec![4];
    for half in [&key.x, &key.y] {
        point.extend(
            URL_SAFE_NO_PAD
                .decode(half)
                .ok()
                .filter(|h| h.len() == 32)?,
        );
    }
    point.try_into().ok()
}

fn after(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}
