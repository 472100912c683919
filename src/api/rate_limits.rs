//! Rate limits for callers and addresses: each has a bucket that refills steadily.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue};

use domain::network::networks;

/// The window of a limit, in seconds.
const WINDOW: i64 = 60;
/// Nanoseconds in a second. A bucket refills in steps finer than the clock's; otherwise a large one would refill at
/// once.
const SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a millisecond.
const MILLISECOND: i64 = 1_000_000;
/// The most buckets that are remembered. Beyond this, those that are full again are dropped; if more than half remain,
/// all are. Addresses that change with each request must cost neither memory nor a search at each request.
const REMEMBERED: usize = 10_000;

/// Buckets by name.
#[derive(Debug)]
pub struct Limits {
    /// Requests in a window; 0 means no limit.
    most: i64,
    /// When each bucket will be full again, in Unix nanoseconds.
    full_at: Mutex<HashMap<String, i64>>,
}

/// What remains after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    most: i64,
    remaining: i64,
    /// Seconds until the bucket is full again.
    reset: i64,
}

impl Limits {
    /// Makes buckets of `most` requests a minute; 0 means no limit.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self {
            most: i64::from(most),
            full_at: Mutex::default(),
        }
    }

    /// Counts a request at `now`, in Unix milliseconds.
    ///
    /// # Errors
    /// The seconds to wait, when the bucket is empty.
    pub fn count(&self, name: &str, now: i64) -> Result<Left, u64> {
        self.count_share(name, 1, now)
    }

    /// Counts a request from a client address, under each network that contains it.
    ///
    /// # Errors
    /// The errors of [`Limits::count`].
    pub fn count_address(&self, address: &str, now: i64) -> Result<(), u64> {
        for network in networks(address) {
            self.count_share(&network.name, network.share, now)?;
        }
        Ok(())
    }

    /// Counts a request under a name whose bucket is `share` times as large.
    fn count_share(&self, name: &str, share: i64, now: i64) -> Result<Left, u64> {
        if self.most == 0 {
            return Ok(Left {
                most: 0,
                remaining: 0,
                reset: 0,
            });
        }
        let each = (WINDOW * SECOND) / (self.most * share);
        let now = now.saturating_mul(MILLISECOND);
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        // A bucket that would take longer to refill dates from before the clock was set back.
        let counts = |full_at: i64| full_at > now && full_at <= now + WINDOW * SECOND;
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, full_at| counts(*full_at));
            if buckets.len() > REMEMBERED / 2 {
                buckets.clear();
            }
        }
        let full_at = buckets.get(name).copied().filter(|at| counts(*at));
        let full_at = full_at.unwrap_or(now) + each;
        let over = full_at - now - WINDOW * SECOND;
        if over > 0 {
            return Err(u64::try_from(over)
                .unwrap_or(0)
                .div_ceil(SECOND.unsigned_abs())
                .max(1));
        }
        buckets.insert(name.to_owned(), full_at);
        Ok(Left {
            most: self.most,
            remaining: -over / each.max(1),
            reset: (full_at - now).div_euclid(SECOND) + 1,
        })
    }
}

impl Left {
    /// Adds the rate limit headers (draft-ietf-httpapi-ratelimit-headers).
    pub fn tell(self, headers: &mut HeaderMap) {
        if self.most == 0 {
            return;
        }
        let said = [
            (
                "ratelimit-policy",
                format!("\"minute\";q={};w={WINDOW}", self.most),
            ),
            (
                "ratelimit",
                format!("\"minute\";r={};t={}", self.remaining, self.reset),
            ),
        ];
        for (name, value) in said {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = Limits::new(60);
        let remaining = |at| limits.count("a", at).map(|left| left.remaining);
        for i in 0..60 {
            assert_eq!(remaining(0), Ok(59 - i));
        }
        assert_eq!(remaining(0), Err(1));
        assert_eq!(limits.count("b", 0).map(|left| left.remaining), Ok(59));
        assert_eq!(remaining(1_000), Ok(0));
        assert_eq!(remaining(1_000), Err(1));
        assert_eq!(remaining(61_000), Ok(59));
    }

    #[test]
    fn a_large_bucket_empties_too() {
        let limits = Limits::new(100_000);
        for _ in 0..100_000 {
            assert!(limits.count("a", 0).is_ok());
        }
        assert_eq!(limits.count("a", 0), Err(1));
        assert!(limits.count("a", 1_000).is_ok());
        let largest = Limits::new(u32::MAX);
        let now = 4_102_444_800_000;
        let remaining = |at| largest.count("a", at).map(|left| left.remaining);
        let first = remaining(now).expect("there is room");
        assert_eq!(remaining(now), Ok(first - 1), "each request is counted");
    }

    #[test]
    fn a_clock_set_back_does_not_keep_a_bucket_empty() {
        let limits = Limits::new(60);
        let year = 365 * 24 * 3_600_000;
        while limits.count("a", year).is_ok() {}
        for now in [year - 61_000, 0, 1] {
            assert!(limits.count("a", now).is_ok(), "{now}");
        }
        while limits.count("a", 0).is_ok() {}
        assert_eq!(limits.count("a", 0), Err(1), "the limit still holds");
    }

    #[test]
    fn no_number_of_names_is_remembered() {
        let limits = Limits::new(60);
        for n in 0..50_000 {
            assert!(limits.count(&format!("name {n}"), n / 100).is_ok());
        }
        let buckets = limits.full_at.lock().expect("whole");
        assert!(buckets.len() <= REMEMBERED);
    }

    #[test]
    fn nothing_is_counted_without_a_limit() {
        let limits = Limits::new(0);
        assert!((0..10_000).all(|_| limits.count("a", 0).is_ok()));
    }
}
