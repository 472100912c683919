//! Keeps us well below MX's limits: 150 to 2,000 calls a second, by method
//! (docs.mx.com/api-reference/platform-api/overview).

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::bucket::Bucket;
use domain::usage::Usage;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// The lowest limit of MX for any method, and our own limit for all methods together.
const LIMIT: u32 = 150;
const OURS: u32 = 100;
/// The pause after a refusal that gives no time.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);

#[derive(Debug)]
pub(super) struct Limits {
    bucket: Mutex<Bucket>,
    enforced: bool,
}

impl Limits {
    pub(super) fn new() -> Self {
        Self {
            bucket: Mutex::new(Bucket::new(OURS as usize, SECOND)),
            enforced: true,
        }
    }

    /// Counts calls without holding any back.
    pub(super) fn lift(&mut self) {
        self.enforced = false;
    }

    /// Counts a call that is about to be made.
    ///
    /// # Errors
    /// How long to wait until it may be made.
    pub(super) fn take(&self, now: Timestamp) -> Result<(), SignedDuration> {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        match bucket.wait(now) {
            Some(wait) if self.enforced => Err(wait),
            _ => {
                bucket.take(now);
                Ok(())
            }
        }
    }

    /// Counts a call that was made earlier.
    pub(super) fn recall(&self, at: Timestamp) {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.take(at);
    }

    /// Empties the bucket because MX has refused a call.
    pub(super) fn empty(&self, now: Timestamp, asked: Option<SignedDuration>) {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.empty(now, Some(asked.unwrap_or(PAUSE)));
    }

    pub(super) fn usage(&self, now: Timestamp) -> Vec<Usage> {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        vec![Usage {
            endpoint: "/",
            asks: "Anything",
            from_the_beginning: false,
            connection: None,
            per: SECOND,
            used: u32::try_from(bucket.used(now)).unwrap_or(u32::MAX),
            ours: OURS,
            limit: LIMIT,
            enforced: self.enforced,
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_its_calls_and_a_refusal_its_pause() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let mut limits = Limits::new();
        for _ in 0..OURS {
            assert_eq!(limits.take(now), Ok(()));
        }
        assert_eq!(limits.usage(now)[0].used, OURS);
        assert_eq!(limits.take(now), Err(SECOND));
        let later = now + SECOND;
        assert_eq!(limits.take(later), Ok(()));
        limits.empty(later, None);
        assert_eq!(limits.take(later), Err(PAUSE));
        limits.empty(later, Some(SignedDuration::from_mins(2)));
        assert_eq!(
            limits.take(later + PAUSE),
            Err(SignedDuration::from_secs(115))
        );
        limits.lift();
        assert_eq!(limits.take(later), Ok(()));
    }
}
