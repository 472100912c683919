//! How often a caller and an address may ask: a bucket each, which fills again steadily.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue};

/// The window that a limit is told for, in seconds.
const WINDOW: i64 = 60;
/// Nanoseconds in a second: a bucket fills in steps that are finer than the clock, or a large one would fill at once.
const SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a millisecond.
const MILLISECOND: i64 = 1_000_000;
/// Beyond this many, those that have filled again are forgotten.
const REMEMBERED: usize = 10_000;

/// Buckets by name.
#[derive(Debug)]
pub struct Limits {
    /// Requests in a window; 0 for any number.
    most: i64,
    /// When each bucket would be full again, in nanoseconds since the epoch.
    full_at: Mutex<HashMap<String, i64>>,
}

/// What is left after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    most: i64,
    remaining: i64,
    /// Seconds until the bucket is full again.
    reset: i64,
}

impl Limits {
    /// Buckets of a size.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self {
            most: i64::from(most),
            full_at: Mutex::default(),
        }
    }

    /// Counts a request at a time in milliseconds; the error is how many seconds to wait.
    ///
    /// # Errors
    /// When the bucket is empty.
    pub fn count(&self, name: &str, now: i64) -> Result<Left, u64> {
        if self.most == 0 {
            return Ok(Left {
                most: 0,
                remaining: 0,
                reset: 0,
            });
        }
        let each = (WINDOW * SECOND) / self.most;
        let now = now.saturating_mul(MILLISECOND);
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > REMEMBERED {
            buckets.retain(|_, full_at| *full_at > now);
        }
        let full_at = buckets.get(name).copied().unwrap_or(now).max(now) + each;
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
    /// Tells it as the IETF's draft does (draft-ietf-httpapi-ratelimit-headers).
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
    fn nothing_is_counted_without_a_limit() {
        let limits = Limits::new(0);
        assert!((0..10_000).all(|_| limits.count("a", 0).is_ok()));
    }
}
