//! What the doors show of endpoints and messages, as finished text.

use serde::{Deserialize, Serialize};

use super::endpoints::previous_signs_until;
use crate::context::Ctx;
use crate::ledger::view::When;
use crate::ledger::{until, when};
use domain::outbound::{Attempt, DisabledFor, Endpoint, MessageKind, MessageState, SendFailure};
use store::MessageRecord;

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointRow {
    /// The endpoint's id.
    pub id: String,
    /// Its URL.
    pub url: String,
    /// The person's description; may be empty.
    pub description: String,
    /// When it was added.
    pub created: When,
    /// When a message last arrived.
    pub last_arrived: Option<When>,
    /// Until when the previous secret signs too, in words.
    pub previous_until: Option<String>,
    /// Since when it is switched off; `None` while it is on.
    pub off_since: Option<When>,
    /// Why it is switched off and what to do; empty while it is on.
    pub off_because: String,
}

/// An endpoint with its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointDetail {
    /// The endpoint.
    pub row: EndpointRow,
    /// A page of messages, newest first.
    pub deliveries: Vec<Delivery>,
    /// The place where older messages begin, if there are any.
    pub older: Option<String>,
    /// Whether the page has the newest messages.
    pub newest: bool,
}

/// A message and its delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The message's id, which the receiver sees as `webhook-id`.
    pub id: String,
    /// Its kind, such as `transactions.changed`.
    pub kind: String,
    /// Its kind in words.
    pub what: String,
    /// When it was written.
    pub created: When,
    /// `waiting`, `arrived` or `given_up`.
    pub state: String,
    /// Its state in words.
    pub standing: String,
    /// The number of attempts.
    pub attempts: i64,
    /// The HTTP status of the last response.
    pub status: Option<u16>,
    /// Why there was no response, as a word.
    pub failure: Option<String>,
    /// How long the last attempt took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// When the last attempt was made.
    pub last: Option<When>,
    /// When it is tried next, in RFC 3339 format.
    pub next: Option<String>,
}

pub(super) fn row(ctx: &Ctx, endpoint: &Endpoint) -> EndpointRow {
    let now = ctx.clock.now();
    let when = |moment| when(&ctx.clock, moment);
    let off_because = match endpoint.disabled {
        None => "",
        Some((_, DisabledFor::Failing)) => {
            "Deliveries failed for a day. When your server works again, turn this webhook back on."
        }
        Some((_, DisabledFor::Gone)) => {
            "It responded that it’s permanently gone (410). If that’s wrong, turn it on."
        }
        Some((_, DisabledFor::Secret)) => {
            "Its secret can’t be read, because the key file has changed. Create a new secret, then turn it on."
        }
    };
    let previous = previous_signs_until(endpoint, now);
    EndpointRow {
        id: endpoint.id.to_string(),
        url: endpoint.url.clone(),
        description: endpoint.description.clone(),
        created: when(endpoint.created_at),
        last_arrived: endpoint.last_arrived_at.map(when),
        previous_until: previous.map(|moment| until(&ctx.clock, moment)),
        off_since: endpoint.disabled.map(|(at, _)| when(at)),
        off_because: off_because.to_owned(),
    }
}

pub(super) fn delivery(ctx: &Ctx, record: &MessageRecord) -> Delivery {
    let message = &record.message;
    let when = |moment| when(&ctx.clock, moment);
    let next = message
        .next_at
        .filter(|_| message.state == MessageState::Waiting);
    let standing = match (message.state, next) {
        (MessageState::Arrived, _) => "Delivered".to_owned(),
        (MessageState::GivenUp, _) => format!("Failed. {}.", answer(record.last)),
        (MessageState::Waiting, Some(at)) if record.last.is_some() => {
            let again = until(&ctx.clock, at);
            format!("{}. We’ll try again {again}.", answer(record.last))
        }
        (MessageState::Waiting, _) => "On its way".to_owned(),
    };
    Delivery {
        id: message.id.to_string(),
        kind: message.kind.as_str().to_owned(),
        what: what(message.kind).to_owned(),
        created: when(message.created_at),
        state: message.state.as_str().to_owned(),
        standing,
        attempts: record.sent,
        status: record.last.and_then(|last| last.answer.ok()),
        failure: record
            .last
            .and_then(|last| last.answer.err())
            .map(|why| why.as_str().to_owned()),
        duration_ms: record.last.map(|last| last.duration_ms),
        last: record.last.map(|last| when(last.started_at)),
        next: next.map(|at| at.to_string()),
    }
}

fn what(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::TransactionsChanged => "Transactions changed",
        MessageKind::ConnectionLinked => "A bank was linked",
        MessageKind::ConnectionProblem => "A bank needs attention",
        MessageKind::ConnectionRepaired => "A bank is working again",
        MessageKind::ConnectionUnlinked => "A bank was unlinked",
        MessageKind::Ping => "Test",
    }
}

fn answer(last: Option<Attempt>) -> String {
    match last.map(|last| last.answer) {
        None => "Not sent yet".to_owned(),
        Some(Ok(status)) => format!("The response was {status}"),
        Some(Err(failure)) => match failure {
            SendFailure::RefusedAddress => {
                "The address is on a private network, where Passbook doesn’t send"
            }
            SendFailure::UnknownName => "That domain doesn’t exist",
            SendFailure::Unreachable => "Connection refused or timed out",
            SendFailure::Tls => "Invalid TLS certificate",
            SendFailure::Timeout => "No response within 15 seconds",
        }
        .to_owned(),
    }
}
