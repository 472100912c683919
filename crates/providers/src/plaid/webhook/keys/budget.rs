//! Limits how many key names are looked up. Half of the budget is for names that come again, as Plaid's do because it
//! resends its webhooks. Otherwise a genuine new key would never be looked up during a flood of invented names.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use jiff::{SignedDuration, Timestamp};

/// Lookups in any minute.
const A_MINUTE: usize = 6;
/// Those of them for names that were not seen before.
const NEWCOMERS: usize = 3;
/// A name that comes again after this long counts as seen before. Plaid is asked to wait a little longer.
const AGAIN: SignedDuration = SignedDuration::from_secs(20);
/// How long, and how many at most, refused names are remembered; 16 bytes each, twice.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_mins(10);
const REMEMBERED: usize = 1 << 16;

#[derive(Debug, Default)]
pub(super) struct Budget {
    /// When names were looked up in the last minute.
    taken: Vec<Timestamp>,
    /// When a name was first refused, in Unix milliseconds by the name's hash, in two generations.
    sent_away: HashMap<u64, i64>,
    before: HashMap<u64, i64>,
    began: Option<Timestamp>,
    hasher: RandomState,
}

impl Budget {
    /// Whether a name may be looked up now. If not, the name is remembered.
    pub(super) fn has_room(&mut self, kid: &str, now: Timestamp) -> bool {
        let minute = SignedDuration::from_mins(1);
        // A clock that was set back must not block lookups for longer.
        self.taken
            .retain(|at| (SignedDuration::ZERO..minute).contains(&now.duration_since(*at)));
        let name = self.hasher.hash_one(kid);
        let most = if self.came_again(name, now) {
            A_MINUTE
        } else {
            NEWCOMERS
        };
        let room = self.taken.len() < most;
        if !room {
            self.remember(name, now);
        }
        room
    }

    /// Takes a lookup from the budget, if there is one left.
    pub(super) fn take(&mut self, kid: &str, now: Timestamp) -> bool {
        let room = self.has_room(kid, now);
        if room {
            self.taken.push(now);
        }
        room
    }

    fn came_again(&self, name: u64, now: Timestamp) -> bool {
        let first = self.before.get(&name).or_else(|| self.sent_away.get(&name));
        let wait = i64::try_from(AGAIN.as_millis()).unwrap_or(i64::MAX);
        first.is_some_and(|at| now.as_millisecond() - at >= wait)
    }

    fn remember(&mut self, name: u64, now: Timestamp) {
        if self.began.is_some_and(|began| began > now) {
            // The clock was set back, so remembered names would never count as seen before.
            self.sent_away.clear();
            self.before.clear();
            self.began = None;
        }
        let full = self.sent_away.len() >= REMEMBERED;
        let old = self
            .began
            .is_none_or(|began| now.duration_since(began) >= REMEMBERED_FOR);
        if full || old {
            self.before = std::mem::take(&mut self.sent_away);
            self.began = Some(now);
        }
        if !self.before.contains_key(&name) {
            self.sent_away
                .entry(name)
                .or_insert_with(|| now.as_millisecond());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_name_gets_through_a_flood_of_invented_ones_when_it_comes_again() {
        let start = Timestamp::from_second(1_700_000_000).expect("a moment");
        let at = |s| start + SignedDuration::from_secs(s);
        let mut budget = Budget::default();
        let mut asked = Vec::new();
        for second in 0..120 {
            for n in 0..500 {
                if budget.take(&format!("invented-{second}-{n}"), at(second)) {
                    asked.push(second);
                }
            }
            if second == 10 {
                assert!(!budget.take("real", at(second)));
                assert!(!budget.take("real", at(second)), "at once is not again");
            }
            if second == 41 {
                assert!(budget.take("real", at(second)));
                asked.push(second);
            }
        }
        for from in 0..120 {
            let within = asked
                .iter()
                .filter(|s| (from..from + 60).contains(*s))
                .count();
            assert!(within <= 6, "{within} in the minute from {from}");
        }
        assert!(budget.sent_away.len() + budget.before.len() <= 2 * REMEMBERED);
    }

    #[test]
    fn a_clock_set_back_opens_the_door_again() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let mut budget = Budget::default();
        while budget.take("name", now) {}
        assert!(!budget.take("other", now));
        assert!(budget.take("other", now - SignedDuration::from_hours(1)));
    }

    #[test]
    fn a_name_that_was_sent_away_in_the_future_comes_again_as_any_other() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let ahead = now + SignedDuration::from_hours(8_760);
        let mut budget = Budget::default();
        for later in [ahead, now] {
            for n in 0..10 {
                budget.take(&format!("invented-{n}"), later);
            }
            assert!(!budget.take("real", later));
        }
        assert!(budget.take("real", now + SignedDuration::from_secs(30)));
    }
}
