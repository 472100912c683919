//! When to try again after a problem.

use jiff::{SignedDuration, Timestamp};

use domain::problem::{Problem, Reason, Remedy, asked_wait};

/// How long a lease lasts. A worker that has not renewed it by then is considered dead.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often work runs that nothing else wakes.
pub const POLL: SignedDuration = SignedDuration::from_hours(6);

/// Returns how long to leave a provider alone after a problem.
pub(super) fn wait_after(problem: &Problem, attempts: i64) -> SignedDuration {
    let asked = problem.retry_after.map_or(SignedDuration::ZERO, asked_wait);
    let wait = match problem.remedy() {
        // Our own limiter knows when there is room again.
        _ if problem.reason == Reason::HeldBack => SignedDuration::ZERO,
        Remedy::Retry | Remedy::Restart => {
            let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(10);
            let limited = problem.reason == Reason::RateLimited;
            // Providers count calls by the minute.
            let least = if limited { 60_000 } else { 2_000 };
            SignedDuration::from_millis((least << doublings).min(3_600_000))
        }
        Remedy::Wait => SignedDuration::from_hours(2),
        Remedy::Repair | Remedy::ActAtBank | Remedy::Operator => POLL,
        // Only a new link brings it back. But asking is free, and providers are sometimes wrong.
        Remedy::Relink => SignedDuration::from_hours(7 * 24),
    };
    let wait = wait.max(asked);
    // Up to a quarter more, so that many connections do not come back at the same moment.
    wait + wait * i32::from(random_byte()) / 1024
}

/// Returns for how long nothing brings the work back, not even a webhook or a button: as long as the provider asked, or
/// else a minute at most. `None` when an earlier try does no harm, because a person may have fixed the cause.
pub(super) fn not_before(problem: &Problem, wait: SignedDuration) -> Option<SignedDuration> {
    match problem.remedy() {
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

/// Returns the moment `by` later, or [`Timestamp::MAX`] if there is no such moment.
#[must_use]
pub fn after(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_obey() {
        let busy = Problem::new(Reason::RateLimited, "A_LIMIT");
        assert!(wait_after(&busy, 0) >= SignedDuration::from_secs(60));
        let hiccup = Problem::new(Reason::ProviderFailed, "A_FAULT");
        assert!(wait_after(&hiccup, 0) < SignedDuration::from_secs(3));
        assert!(wait_after(&hiccup, 50) <= SignedDuration::from_secs(4_500));
        let asked = Problem {
            retry_after: Some(7_200),
            ..hiccup
        };
        assert!(wait_after(&asked, 0) >= SignedDuration::from_hours(2));
        assert!(wait_after(&Problem::new(Reason::LogInNeeded, "A_LOG_IN"), 0) >= POLL);
    }

    #[test]
    fn what_gave_way_comes_back_when_there_is_room_however_often() {
        let held = Problem {
            retry_after: Some(7),
            ..Problem::ours(Reason::HeldBack)
        };
        for attempts in [0, 3, 50] {
            let wait = wait_after(&held, attempts);
            assert!((7_000..=8_750).contains(&wait.as_millis()), "{wait:?}");
            assert_eq!(not_before(&held, wait), Some(wait));
        }
    }

    #[test]
    fn nothing_brings_back_at_once_what_a_provider_wants_to_be_left_alone() {
        let hour = SignedDuration::from_hours(1);
        let hiccup = Problem::new(Reason::ProviderFailed, "A_FAULT");
        assert_eq!(
            not_before(&hiccup, hour),
            Some(SignedDuration::from_mins(1))
        );
        let asked = Problem {
            retry_after: Some(3_600),
            ..hiccup
        };
        assert_eq!(not_before(&asked, hour), Some(hour));
        let repaired = Problem::new(Reason::LogInNeeded, "A_LOG_IN");
        assert_eq!(not_before(&repaired, hour), None);
    }

    #[test]
    fn many_do_not_come_back_at_the_same_moment() {
        let down = Problem::new(Reason::BankDown, "AWAY");
        let waits: std::collections::BTreeSet<_> = (0..64).map(|_| wait_after(&down, 0)).collect();
        assert!(waits.len() > 8, "{waits:?}");
        assert!(
            waits
                .iter()
                .all(|wait| *wait >= SignedDuration::from_hours(2))
        );
    }
}
