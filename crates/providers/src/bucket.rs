//! A token bucket in which each token comes back a fixed time after it was taken. So in no window of that length are
//! more tokens taken than the bucket holds. A bucket refilled at a steady rate would allow twice as many in the first
//! window.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

#[derive(Debug)]
pub(super) struct Bucket {
    most: usize,
    /// The time until a token comes back, in milliseconds.
    back_after: i64,
    /// When the missing tokens were taken, oldest first, in Unix milliseconds.
    taken: VecDeque<i64>,
    /// The span in Unix milliseconds during which the bucket counts as empty, because the provider said that its limit
    /// was reached.
    emptied: Option<(i64, i64)>,
}

impl Bucket {
    pub(super) fn new(most: usize, back_after: SignedDuration) -> Self {
        Self {
            most: most.max(1),
            back_after: millis(back_after),
            taken: VecDeque::new(),
            emptied: None,
        }
    }

    /// Returns how long until there is a token, or `None` if there is one now.
    pub(super) fn wait(&mut self, now: Timestamp) -> Option<SignedDuration> {
        let now = now.as_millisecond();
        self.give_back(now);
        let oldest = self.taken.front().filter(|_| self.taken.len() >= self.most);
        let until = [
            oldest.map(|at| at + self.back_after),
            self.emptied.map(|(_, until)| until),
        ];
        let until = until.into_iter().flatten().max()?;
        Some(SignedDuration::from_millis((until - now).max(1)))
    }

    /// Takes a token. When there is none, the oldest counts as returned.
    pub(super) fn take(&mut self, now: Timestamp) {
        if self.taken.len() >= self.most {
            self.taken.pop_front();
        }
        self.taken.push_back(now.as_millisecond());
    }

    /// Empties the bucket, for `at_least` or until its tokens come back.
    pub(super) fn empty(&mut self, now: Timestamp, at_least: Option<SignedDuration>) {
        let now = now.as_millisecond();
        let until = now + at_least.map_or(0, millis).max(self.back_after);
        self.emptied = Some((now, until));
    }

    /// Returns how many tokens are missing.
    pub(super) fn used(&mut self, now: Timestamp) -> usize {
        self.give_back(now.as_millisecond());
        match self.emptied {
            Some(_) => self.most,
            None => self.taken.len(),
        }
    }

    /// Returns tokens whose time is over. Tokens taken in the future count as not taken, so that a clock that was set
    /// back does not keep the bucket empty for longer.
    fn give_back(&mut self, now: i64) {
        let out = |at: i64| at <= now && now < at + self.back_after;
        self.taken.retain(|at| out(*at));
        self.emptied = self
            .emptied
            .filter(|(from, until)| (*from..*until).contains(&now));
    }
}

fn millis(time: SignedDuration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + ms).expect("a moment")
    }

    proptest! {
        #[test]
        fn in_no_minute_more_are_taken_than_it_holds(
            most in 1_usize..40,
            steps in proptest::collection::vec(0_i64..4_000, 1..400),
        ) {
            let mut bucket = Bucket::new(most, MINUTE);
            let (mut now, mut taken) = (0, Vec::new());
            for step in steps {
                now += step;
                if bucket.wait(at(now)).is_none() {
                    bucket.take(at(now));
                    taken.push(now);
                }
            }
            for from in &taken {
                let within = taken.iter().filter(|t| (*from..from + 60_000).contains(*t)).count();
                prop_assert!(within <= most, "{within} from {from}");
            }
        }

        #[test]
        fn after_the_wait_there_is_a_token_and_not_before(
            most in 1_usize..10,
            steps in proptest::collection::vec(0_i64..9_000, 1..60),
            emptied in proptest::option::of(0_i64..7_200),
        ) {
            let mut bucket = Bucket::new(most, MINUTE);
            let mut now = 0;
            for step in steps {
                now += step;
                if bucket.wait(at(now)).is_none() {
                    bucket.take(at(now));
                }
            }
            if let Some(asked) = emptied {
                bucket.empty(at(now), Some(SignedDuration::from_secs(asked)));
            }
            if let Some(wait) = bucket.wait(at(now)) {
                let then = now + millis(wait);
                prop_assert!(wait.is_positive());
                prop_assert!(bucket.wait(at(then - 1)).is_some());
                prop_assert!(bucket.wait(at(then)).is_none());
            }
        }

        #[test]
        fn it_lets_through_what_it_holds(most in 1_usize..60, minutes in 1_i64..5) {
            let mut bucket = Bucket::new(most, MINUTE);
            let mut through = 0;
            for second in 0..minutes * 60 {
                while bucket.wait(at(second * 1_000)).is_none() {
                    bucket.take(at(second * 1_000));
                    through += 1;
                }
            }
            prop_assert_eq!(through, most * usize::try_from(minutes).expect("it fits"));
        }
    }

    #[test]
    fn emptied_it_fills_again_after_the_time_that_was_asked() {
        let mut bucket = Bucket::new(5, MINUTE);
        bucket.take(at(0));
        bucket.empty(at(10), None);
        assert_eq!(bucket.used(at(10)), 5);
        assert_eq!(bucket.wait(at(10)), Some(MINUTE));
        assert_eq!(bucket.wait(at(60_010)), None);
        bucket.empty(at(60_010), Some(SignedDuration::from_mins(10)));
        assert!(bucket.wait(at(60_010 + 599_999)).is_some());
        assert!(bucket.wait(at(60_010 + 600_000)).is_none());
    }

    #[test]
    fn a_clock_set_back_does_not_keep_it_empty() {
        let mut bucket = Bucket::new(1, MINUTE);
        bucket.take(at(3_600_000));
        bucket.empty(at(3_600_000), None);
        assert!(bucket.wait(at(3_600_001)).is_some());
        assert_eq!(bucket.wait(at(0)), None);
    }
}
