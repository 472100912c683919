//! When to retry a message, and when to switch an endpoint off.

use jiff::{SignedDuration, Timestamp};

use crate::outbound_http::Sent;
use domain::outbound::{DisabledFor, Endpoint, Message, MessageKind, MessageState};
use store::Verdict;

/// The waits between attempts: first for a hiccup, then for an admin who has to wake up first. Together almost a day.
const WAITS: [SignedDuration; 8] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(8),
    SignedDuration::from_hours(8),
];
/// The longest wait that a receiver can ask for, in seconds.
const LONGEST_ASKED: i64 = 4 * 3600;

/// Decides what follows from an attempt.
pub(super) fn verdict(
    endpoint: &Endpoint,
    message: &Message,
    sent: &Sent,
    now: Timestamp,
) -> Verdict {
    let ended = |state, disable| Verdict {
        state,
        next_at: None,
        disable,
    };
    match sent.answer {
        Ok(200..=299) => return ended(MessageState::Arrived, None),
        // Gone: the receiver wants no more messages (Standard Webhooks, "Delivery success and failure").
        Ok(410) => return ended(MessageState::GivenUp, Some(DisabledFor::Gone)),
        _ => {}
    }
    // The person watches a test and can send another.
    if message.kind == MessageKind::Ping {
        return ended(MessageState::GivenUp, None);
    }
    let attempt = usize::try_from(message.attempts).unwrap_or(usize::MAX);
    let Some(wait) = WAITS.get(attempt) else {
        let since = message.created_at;
        let silent = endpoint.last_arrived_at.is_none_or(|at| at < since);
        return ended(
            MessageState::GivenUp,
            silent.then_some(DisabledFor::Failing),
        );
    };
    let asked = sent.retry_after.and_then(|s| i64::try_from(s).ok());
    let asked = SignedDuration::from_secs(asked.unwrap_or(0).min(LONGEST_ASKED));
    // Up to a tenth more, so that messages that failed together do not come back together.
    let wait = *wait + *wait * i32::from(random_byte()) / 2560;
    Verdict {
        state: MessageState::Waiting,
        next_at: Some(now.checked_add(wait.max(asked)).unwrap_or(Timestamp::MAX)),
        disable: None,
    }
}

fn random_byte() -> u8 {
    let mut byte = [0_u8; 1];
    let _ = aws_lc_rs::rand::fill(&mut byte);
    byte[0]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use domain::id::{EndpointId, MessageId, UserId};
    use domain::outbound::SendFailure;

    fn endpoint(last_arrived_at: Option<Timestamp>) -> Endpoint {
        Endpoint {
            id: EndpointId::generate(),
            user_id: UserId::generate(),
            url: "https://example.org/".into(),
            description: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            told_place: 0,
            last_arrived_at,
            previous_until: None,
            disabled: None,
        }
    }

    fn message(kind: MessageKind, attempts: i64) -> Message {
        Message {
            id: MessageId::generate(),
            kind,
            body: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            state: MessageState::Waiting,
            attempts,
            next_at: None,
        }
    }

    fn sent(answer: Result<u16, SendFailure>, retry_after: Option<u64>) -> Sent {
        Sent {
            answer,
            retry_after,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn a_message_is_tried_for_about_a_day_and_then_its_address_is_called_no_more() {
        let mut now = Timestamp::UNIX_EPOCH;
        let mut attempts = 0;
        let last = loop {
            let message = message(MessageKind::TransactionsChanged, attempts);
            let verdict = verdict(&endpoint(None), &message, &sent(Ok(500), None), now);
            attempts += 1;
            match verdict.next_at {
                Some(next) => now = next,
                None => break verdict,
            }
        };
        assert_eq!(attempts, 9);
        let hours = now.duration_since(Timestamp::UNIX_EPOCH).as_hours();
        assert!((23..=26).contains(&hours), "{hours}");
        assert_eq!(last.state, MessageState::GivenUp);
        assert_eq!(last.disable, Some(DisabledFor::Failing));
    }

    #[test]
    fn an_address_that_takes_other_messages_goes_on() {
        let now = Timestamp::from_second(90_000).expect("a moment");
        let message = message(MessageKind::ConnectionLinked, 8);
        let failed = sent(Err(SendFailure::Timeout), None);
        let verdict = verdict(&endpoint(Some(now)), &message, &failed, now);
        assert_eq!(
            (verdict.state, verdict.disable),
            (MessageState::GivenUp, None)
        );
    }

    #[test]
    fn answers_are_understood() {
        let now = Timestamp::UNIX_EPOCH;
        let judge = |kind, answer, asked| {
            verdict(
                &endpoint(None),
                &message(kind, 0),
                &sent(answer, asked),
                now,
            )
        };
        let kind = MessageKind::TransactionsChanged;
        for taken in [200, 202, 204, 299] {
            assert_eq!(judge(kind, Ok(taken), None).state, MessageState::Arrived);
        }
        for refused in [100, 301, 302, 400, 401, 404, 429, 500, 503] {
            assert_eq!(judge(kind, Ok(refused), None).state, MessageState::Waiting);
        }
        assert_eq!(judge(kind, Ok(410), None).disable, Some(DisabledFor::Gone));
        let wait = |asked| {
            let next = judge(kind, Ok(429), Some(asked)).next_at;
            next.expect("another attempt").as_second()
        };
        assert_eq!(wait(600), 600);
        assert!(wait(0) < 7);
        assert_eq!(
            wait(u64::MAX),
            5,
            "what is no number of seconds is not heard"
        );
        assert_eq!(wait(999_999), 14_400);
        let test = judge(MessageKind::Ping, Ok(500), None);
        assert_eq!((test.state, test.disable), (MessageState::GivenUp, None));
    }
}
