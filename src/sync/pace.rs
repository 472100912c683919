//! When to come again: after a success, and after a problem.

use jiff::{SignedDuration, Timestamp};

use crate::context::Ctx;
use crate::domain::connection::Connection;
use crate::domain::feed::UpdateStatus;
use crate::domain::problem::{Problem, Remedy};

/// A worker that is not heard of for so long has died.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// A connection that nothing else wakes is looked at so often.
const POLL: SignedDuration = SignedDuration::from_hours(6);

/// During the first sync often, ever less so; after it as a safety net.
pub(super) fn next_look(ctx: &Ctx, connection: &Connection, status: UpdateStatus) -> Timestamp {
    let now = ctx.clock.now();
    if status == UpdateStatus::Historical {
        return after(now, POLL);
    }
    let age = now.duration_since(connection.created_at);
    after(
        now,
        (age / 4).clamp(
            SignedDuration::from_millis(400),
            SignedDuration::from_secs(60),
        ),
    )
}

/// How long to leave a provider alone after a problem.
pub(super) fn wait_after(problem: &Problem, attempts: i64) -> SignedDuration {
    let asked = SignedDuration::from_secs(
        problem
            .retry_after
            .and_then(|s| i64::try_from(s).ok())
            .unwrap_or(0)
            .min(14_400),
    );
    let wait = match problem.remedy {
        Remedy::Retry | Remedy::Restart => {
            let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(10);
            let limited = problem.code.ends_with("_LIMIT") || problem.code == "RATE_LIMIT";
            // Plaid's windows are a minute long.
            let least = if limited { 60_000 } else { 2_000 };
            SignedDuration::from_millis((least << doublings).min(3_600_000))
        }
        Remedy::Wait => SignedDuration::from_hours(2),
        Remedy::Repair | Remedy::ActAtBank | Remedy::Relink | Remedy::Operator => POLL,
    };
    let wait = wait.max(asked);
    // A quarter more or less, so that many connections do not come back at the same moment.
    wait + wait * i32::from(random_byte()) / 1024
}

/// For how long nothing brings the work back, not even a webhook or a button: as long as the provider asked,
/// else a minute at most. `None` when trying sooner does no harm, because a person may have put it right.
pub(super) fn not_before(problem: &Problem, wait: SignedDuration) -> Option<SignedDuration> {
    match problem.remedy {
        _ if problem.retry_after.is_some() => Some(wait),
        Remedy::Retry | Remedy::Restart | Remedy::Wait => {
            Some(wait.min(SignedDuration::from_mins(1)))
        }
        Remedy::Repair | Remedy::ActAtBank | Remedy::Relink | Remedy::Operator => None,
    }
}

fn random_byte() -> u8 {
    let mut byte = [0_u8; 1];
    let _ = aws_lc_rs::rand::fill(&mut byte);
    byte[0]
}

/// A moment later; the end of time when there is none.
pub(super) fn after(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::plaid::problem;

    #[test]
    fn waits_grow_and_obey() {
        let busy = problem("RATE_LIMIT_EXCEEDED", "TRANSACTIONS_SYNC_LIMIT", None);
        assert!(wait_after(&busy, 0) >= SignedDuration::from_secs(60));
        let hiccup = problem("API_ERROR", "INTERNAL_SERVER_ERROR", None);
        assert!(wait_after(&hiccup, 0) < SignedDuration::from_secs(3));
        assert!(wait_after(&hiccup, 50) <= SignedDuration::from_secs(4_500));
        let asked = Problem {
            retry_after: Some(7_200),
            ..hiccup
        };
        assert!(wait_after(&asked, 0) >= SignedDuration::from_hours(2));
        assert!(wait_after(&problem("ITEM_ERROR", "ITEM_LOGIN_REQUIRED", None), 0) >= POLL);
    }
}
