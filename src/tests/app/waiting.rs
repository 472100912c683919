//! Time that passes, and waiting for what comes of it.

use std::future::Future;
use std::time::Duration;

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};

use super::TestApp;

/// The day on which every test begins, a Saturday.
pub const START: &str = "2026-11-21T10:00:00Z";
/// How long a test waits for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Returns a clock that stands at `START` until the test moves it.
pub fn clock_at_start() -> Clock {
    let start: Timestamp = START.parse().expect("a moment");
    Clock::settable(start)
}

/// Polls until there is an answer, and panics after `PATIENCE`.
pub async fn eventually<T, Asked>(what: &str, mut ask: impl FnMut() -> Asked) -> T
where
    Asked: Future<Output = Option<T>>,
{
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    answer.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

impl TestApp {
    /// Moves the clock and wakes the workers.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
        self.ctx().work.notify_waiters();
    }

    /// Moves the clock unless a job is running: a slow run would lose its lease. A run that waits for a provider's rate
    /// limit does not count as running, because it waits for the clock.
    pub async fn pass_unless_busy(&self, time: SignedDuration) {
        let busy = "SELECT COUNT(*) FROM job WHERE lease_until IS NOT NULL";
        if self.is_held_back() || self.number(busy).await == 0 {
            self.pass(time);
        } else {
            self.ctx().work.notify_waiters();
        }
    }

    /// Returns whether a call is waiting for its provider's rate limit.
    pub fn is_held_back(&self) -> bool {
        let usage = passbook::sync::usage(self.ctx());
        usage
            .iter()
            .any(|limit| limit.enforced && limit.used >= limit.ours)
    }
}
