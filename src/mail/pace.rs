//! When to try a mail again, and when to give it up.

use jiff::{SignedDuration, Timestamp};

use super::server::Sent;
use domain::mail::MailKind;
use store::{MailToSend, MailVerdict};

/// The waits between attempts: first for a hiccup, then for an admin who has to wake up first.
const WAITS: [SignedDuration; 8] = [
    SignedDuration::from_secs(20),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(8),
    SignedDuration::from_hours(8),
];
/// How long a mail is tried.
const TRIED: SignedDuration = SignedDuration::from_hours(24);
/// How long a mail with a code is tried: as long as its code is valid.
const CODE_TRIED: SignedDuration = SignedDuration::from_mins(30);

/// Decides what follows from an attempt.
pub(super) fn verdict(mail: &MailToSend, sent: Sent, now: Timestamp) -> MailVerdict {
    let (error, others_wait) = match sent {
        Sent::Taken => {
            return MailVerdict {
                sent: true,
                next_at: None,
                error: None,
                others_wait_until: None,
            };
        }
        Sent::Refused(error) => return given_up(error),
        Sent::Delayed(error) => (error, false),
        Sent::Unusable(error) => (error, true),
    };
    let next = next_attempt(mail.kind, mail.created_at, mail.attempts, now);
    MailVerdict {
        sent: false,
        next_at: next,
        error: Some(error),
        others_wait_until: others_wait.then(|| now.checked_add(WAITS[0]).unwrap_or(now)),
    }
}

/// The verdict on a mail that is not tried again.
pub(super) fn given_up(error: impl Into<String>) -> MailVerdict {
    MailVerdict {
        sent: false,
        next_at: None,
        error: Some(error.into()),
        others_wait_until: None,
    }
}

/// Returns when a mail is tried again after so many earlier attempts, and one more; `None` if it is given up.
fn next_attempt(
    kind: Option<MailKind>,
    written: Timestamp,
    earlier: i64,
    now: Timestamp,
) -> Option<Timestamp> {
    let wait = WAITS.get(usize::try_from(earlier).unwrap_or(usize::MAX))?;
    let tried = match kind {
        Some(MailKind::PasswordReset) => CODE_TRIED,
        _ => TRIED,
    };
    let last = written.checked_add(tried).ok()?;
    now.checked_add(*wait).ok().filter(|next| *next <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of attempts, and how long after it was written a mail is tried last.
    fn tried(kind: MailKind) -> (i64, SignedDuration) {
        let written = Timestamp::UNIX_EPOCH;
        let (mut now, mut earlier) = (written, 0);
        while let Some(next) = next_attempt(Some(kind), written, earlier, now) {
            now = next;
            earlier += 1;
        }
        (earlier + 1, now.duration_since(written))
    }

    #[test]
    fn a_mail_is_tried_for_about_a_day_and_a_code_while_it_is_valid() {
        let (attempts, last) = tried(MailKind::PasswordChanged);
        assert_eq!(attempts, 9);
        assert!((23..=24).contains(&last.as_hours()), "{last:?}");
        let (attempts, last) = tried(MailKind::PasswordReset);
        assert_eq!(attempts, 4);
        assert!(last < CODE_TRIED, "{last:?}");
    }

    #[test]
    fn what_was_written_long_ago_is_not_tried_again() {
        let written = Timestamp::UNIX_EPOCH;
        let late = written.checked_add(TRIED).expect("a day later");
        assert_eq!(next_attempt(None, written, 0, late), None);
    }
}
