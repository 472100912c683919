//! Keeps us well below Plaid's limits, so that one busy connection does not block all others.

mod table;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::bucket::Bucket;
use crate::plaid::paths::asked;
use domain::id::ConnectionId;
use domain::usage::Usage;
use table::{Limit, Scope, TABLE};

/// Our share of Plaid's limits, in percent. The rest is for calls whose response was lost, and for clocks that differ.
const OURS: usize = 80;
/// Above this number of buckets, the full ones are dropped.
const MANY: usize = 4_096;

/// The limits that apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ceiling {
    Production,
    Sandbox,
    /// The Sandbox's limits are counted but not enforced.
    None,
}

/// A call, as far as it matters for limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub endpoint: &'static str,
    pub connection: Option<&'a ConnectionId>,
    /// Whether it begins without a cursor.
    pub from_the_beginning: bool,
}

#[derive(Debug)]
pub(super) struct Limits {
    ceiling: Ceiling,
    buckets: Mutex<HashMap<(usize, Option<ConnectionId>), Bucket>>,
}

impl Limits {
    /// Returns the limits of Plaid's production, or those of its Sandbox for any other server.
    pub(super) fn for_server(base_url: &Url) -> Self {
        let ceiling = match base_url.host_str() {
            Some("production.plaid.com") => Ceiling::Production,
            _ => Ceiling::Sandbox,
        };
        Self {
            ceiling,
            buckets: Mutex::default(),
        }
    }

    /// Counts calls without holding any back.
    pub(super) fn lift(&mut self) {
        self.ceiling = Ceiling::None;
    }

    /// Takes a token from every bucket of the call, or from none.
    ///
    /// # Errors
    /// How long to wait until each bucket has a token.
    pub(super) fn take(&self, call: Counted<'_>, now: Timestamp) -> Result<(), SignedDuration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<_> = self.keys(call).collect();
        let waits = keys.iter().filter_map(|key| {
            let bucket = buckets
                .entry(key.clone())
                .or_insert_with(|| self.fresh(key.0));
            bucket.wait(now)
        });
        match waits.max() {
            Some(wait) if self.ceiling != Ceiling::None => return Err(wait),
            _ => {}
        }
        for key in &keys {
            if let Some(bucket) = buckets.get_mut(key) {
                bucket.take(now);
            }
        }
        if buckets.len() > MANY {
            buckets.retain(|_, bucket| bucket.used(now) > 0);
        }
        Ok(())
    }

    /// Counts a call made before the program started. It is no longer known whether it began without a cursor.
    pub(super) fn recall(&self, endpoint: &str, connection: Option<&ConnectionId>, at: Timestamp) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let limits = TABLE.iter().enumerate();
        for (row, limit) in limits.filter(|(_, it)| it.endpoint == endpoint && self.allowed(it) > 0)
        {
            let key = match (limit.scope, connection) {
                (Scope::Item, Some(id)) => (row, Some(id.clone())),
                (Scope::Client, _) => (row, None),
                (Scope::Item, None) | (Scope::Beginning, _) => continue,
            };
            let bucket = buckets.entry(key).or_insert_with(|| self.fresh(row));
            bucket.take(at);
        }
    }

    /// Empties buckets because Plaid has refused a call. Plaid does not say which limit was reached, so it is taken to
    /// be the Item's, if calls are counted by Item, or else the client's.
    pub(super) fn empty(&self, call: Counted<'_>, now: Timestamp, asked: Option<SignedDuration>) {
        let of_an_item = self.keys(call).any(|(_, connection)| connection.is_some());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for key in self.keys(call).filter(|key| key.1.is_some() == of_an_item) {
            // Only our own count can tell that an hourly limit is reached.
            if TABLE[key.0].per > SignedDuration::from_mins(1) {
                continue;
            }
            let bucket = buckets
                .entry(key.clone())
                .or_insert_with(|| self.fresh(key.0));
            bucket.empty(now, asked);
        }
    }

    /// Returns how much of each limit is used: every limit of the client, and those of connections with any use.
    pub(super) fn usage(&self, now: Timestamp) -> Vec<Usage> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut usage = Vec::new();
        for (row, limit) in TABLE
            .iter()
            .enumerate()
            .filter(|(_, it)| self.allowed(it) > 0)
        {
            let tell = |connection: Option<&ConnectionId>, used: usize| Usage {
                endpoint: limit.endpoint,
                asks: asked(limit.endpoint),
                from_the_beginning: limit.scope == Scope::Beginning,
                connection: connection.cloned(),
                per: limit.per,
                used: u32::try_from(used).unwrap_or(u32::MAX),
                ours: u32::try_from(self.ours(limit)).unwrap_or(u32::MAX),
                limit: self.allowed(limit),
                enforced: self.ceiling != Ceiling::None,
            };
            if limit.scope != Scope::Item {
                let used = buckets.get_mut(&(row, None)).map_or(0, |it| it.used(now));
                usage.push(tell(None, used));
                continue;
            }
            let of_row = buckets.iter_mut().filter(|(key, _)| key.0 == row);
            let mut of_items: Vec<_> = of_row
                .filter_map(|(key, bucket)| match bucket.used(now) {
                    0 => None,
                    used => Some(tell(key.1.as_ref(), used)),
                })
                .collect();
            of_items.sort_by(|a, b| {
                b.used
                    .cmp(&a.used)
                    .then_with(|| a.connection.cmp(&b.connection))
            });
            usage.extend(of_items);
        }
        usage
    }

    /// Returns the keys of the buckets that a call takes from.
    fn keys<'a>(
        &self,
        call: Counted<'a>,
    ) -> impl Iterator<Item = (usize, Option<ConnectionId>)> + use<'a, '_> {
        let limits = TABLE.iter().enumerate();
        let limits =
            limits.filter(move |(_, it)| it.endpoint == call.endpoint && self.allowed(it) > 0);
        limits.filter_map(move |(row, limit)| match limit.scope {
            Scope::Item => call.connection.map(|id| (row, Some(id.clone()))),
            Scope::Client => Some((row, None)),
            Scope::Beginning => call.from_the_beginning.then_some((row, None)),
        })
    }

    fn allowed(&self, limit: &Limit) -> u32 {
        match self.ceiling {
            Ceiling::Production => limit.production,
            Ceiling::Sandbox | Ceiling::None => limit.sandbox,
        }
    }

    fn ours(&self, limit: &Limit) -> usize {
        (self.allowed(limit) as usize * OURS / 100).max(1)
    }

    fn fresh(&self, row: usize) -> Bucket {
        Bucket::new(self.ours(&TABLE[row]), TABLE[row].per)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(base_url: &str) -> Limits {
        Limits::for_server(&base_url.parse().expect("an address"))
    }

    fn sync(connection: &ConnectionId, from_the_beginning: bool) -> Counted<'_> {
        Counted {
            endpoint: "/transactions/sync",
            connection: Some(connection),
            from_the_beginning,
        }
    }

    /// Returns how many calls pass before one is held back.
    fn through(
        limits: &Limits,
        now: Timestamp,
        mut call: impl FnMut() -> ConnectionId,
        first: bool,
    ) -> usize {
        (0..10_000)
            .take_while(|_| limits.take(sync(&call(), first), now).is_ok())
            .count()
    }

    #[test]
    fn four_fifths_of_what_plaid_allows_go_through_in_a_minute() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let one = ConnectionId::generate();
        let many: Vec<_> = (0..1_000).map(|_| ConnectionId::generate()).collect();
        let mut next = (0..).map(|n: usize| many[n % many.len()].clone());
        let production = limits("https://production.plaid.com");
        assert_eq!(through(&production, now, || one.clone(), false), 40);
        assert_eq!(
            through(&production, now, || next.next().expect("one"), false),
            1_960
        );
        let production = limits("https://production.plaid.com");
        assert_eq!(
            through(&production, now, || next.next().expect("one"), true),
            400
        );
        let sandbox = limits("https://sandbox.plaid.com");
        assert_eq!(
            through(&sandbox, now, || next.next().expect("one"), true),
            800
        );
    }

    #[test]
    fn what_is_held_back_takes_no_token() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let limits = limits("https://production.plaid.com");
        let busy = ConnectionId::generate();
        through(&limits, now, || busy.clone(), false);
        for _ in 0..5_000 {
            assert_eq!(
                limits.take(sync(&busy, false), now),
                Err(SignedDuration::from_mins(1))
            );
        }
        assert!(
            limits
                .take(sync(&ConnectionId::generate(), false), now)
                .is_ok()
        );
        let all = limits.usage(now);
        let ours = all
            .iter()
            .find(|u| u.endpoint == "/transactions/sync" && u.connection.is_none());
        let ours = ours.expect("our own");
        assert_eq!((ours.used, ours.ours, ours.limit), (41, 2_000, 2_500));
        let its = all
            .iter()
            .find(|u| u.connection.as_ref() == Some(&busy))
            .expect("its");
        assert_eq!((its.used, its.ours, its.limit), (40, 40, 50));
    }

    #[test]
    fn one_item_s_too_many_leaves_the_others_alone() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let limits = limits("https://production.plaid.com");
        let (busy, other) = (ConnectionId::generate(), ConnectionId::generate());
        limits.empty(sync(&busy, false), now, Some(SignedDuration::from_mins(5)));
        assert_eq!(
            limits.take(sync(&busy, false), now),
            Err(SignedDuration::from_mins(5))
        );
        assert!(limits.take(sync(&other, false), now).is_ok());
        let institution = Counted {
            endpoint: "/institutions/get_by_id",
            connection: None,
            from_the_beginning: false,
        };
        limits.empty(institution, now, None);
        assert!(limits.take(institution, now).is_err());
    }

    #[test]
    fn lifted_they_count_and_hold_nothing_back() {
        let now = Timestamp::from_second(1_700_000_000).expect("a moment");
        let mut limits = limits("http://127.0.0.1:1");
        limits.lift();
        let one = ConnectionId::generate();
        assert_eq!(through(&limits, now, || one.clone(), false), 10_000);
        let usage = limits.usage(now);
        assert!(usage.iter().any(|u| u.used > 0 && !u.enforced));
    }
}
