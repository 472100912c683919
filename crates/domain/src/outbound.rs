//! Outbound webhooks: the endpoints that a person has registered, and the messages sent to them.

use jiff::Timestamp;

use super::id::{ConnectionId, EndpointId, MessageId, UserId};

/// The subject of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// The change feed has new entries.
    TransactionsChanged,
    /// A bank was linked.
    ConnectionLinked,
    /// A connection stopped working, or has a different problem than before.
    ConnectionProblem,
    /// A connection works again.
    ConnectionRepaired,
    /// The person unlinked a connection.
    ConnectionUnlinked,
    /// A test message that the person sent.
    Ping,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::TransactionsChanged,
        Self::ConnectionLinked,
        Self::ConnectionProblem,
        Self::ConnectionRepaired,
        Self::ConnectionUnlinked,
        Self::Ping,
    ];

    /// The word in the database and in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TransactionsChanged => "transactions.changed",
            Self::ConnectionLinked => "connection.linked",
            Self::ConnectionProblem => "connection.problem",
            Self::ConnectionRepaired => "connection.repaired",
            Self::ConnectionUnlinked => "connection.unlinked",
            Self::Ping => "ping",
        }
    }

    /// The inverse of [`MessageKind::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A registered webhook URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Unique id.
    pub id: EndpointId,
    /// The person it belongs to.
    pub user_id: UserId,
    /// The URL that is called.
    pub url: String,
    /// The person's description; may be empty.
    pub description: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The place in the change feed up to which it has been notified.
    pub told_place: u64,
    /// When a message was last delivered.
    pub last_arrived_at: Option<Timestamp>,
    /// Until when the previous secret also signs messages.
    pub previous_until: Option<Timestamp>,
    /// When and why it was disabled; `None` while it is active.
    pub disabled: Option<(Timestamp, DisabledFor)>,
}

/// Why an endpoint is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledFor {
    /// A message could not be delivered for a day, and no other message was delivered meanwhile.
    Failing,
    /// The endpoint said that it is gone for good.
    Gone,
    /// Its secret cannot be unsealed: the key file is a different one.
    Secret,
}

impl DisabledFor {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Secret => "secret",
        }
    }

    /// The inverse of [`DisabledFor::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Failing, Self::Gone, Self::Secret]
            .into_iter()
            .find(|reason| reason.as_str() == word)
    }
}

/// A message to an endpoint, pending or finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Unique id; the same for every attempt.
    pub id: MessageId,
    /// The subject.
    pub kind: MessageKind,
    /// The JSON body that is sent.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// The delivery state.
    pub state: MessageState,
    /// Attempts since it was written, or since it was last resent by hand.
    pub attempts: i64,
    /// When it is tried next; `None` if it is not.
    pub next_at: Option<Timestamp>,
}

/// The delivery state of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// It still has to be sent.
    Waiting,
    /// The receiver accepted it.
    Arrived,
    /// It is not tried any more.
    GivenUp,
}

impl MessageState {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Arrived => "arrived",
            Self::GivenUp => "given_up",
        }
    }

    /// The inverse of [`MessageState::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Arrived, Self::GivenUp]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// One attempt to send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub started_at: Timestamp,
    /// Its duration, in milliseconds.
    pub duration_ms: i64,
    /// The HTTP status of the response, or why there was none.
    pub answer: Result<u16, SendFailure>,
}

/// Why a message got no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// The address is in a network that Passbook does not call.
    RefusedAddress,
    /// The host name does not resolve.
    UnknownName,
    /// The connection was refused or broke.
    Unreachable,
    /// The certificate is not trusted, or the server does not speak TLS.
    Tls,
    /// It took too long.
    Timeout,
}

impl SendFailure {
    /// Every failure.
    const ALL: [Self; 5] = [
        Self::RefusedAddress,
        Self::UnknownName,
        Self::Unreachable,
        Self::Tls,
        Self::Timeout,
    ];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RefusedAddress => "refused_address",
            Self::UnknownName => "unknown_name",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
        }
    }

    /// The inverse of [`SendFailure::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

/// An event of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionEvent {
    /// The connection concerned.
    pub connection_id: ConnectionId,
    /// The kind of event.
    pub kind: MessageKind,
    /// The provider's code of the problem that began or ended.
    pub problem_code: Option<String>,
    /// Why, as a word of [`Reason`](super::reason::Reason).
    pub problem_reason: Option<String>,
    /// What to do about it, as a word of [`Remedy`](super::remedy::Remedy).
    pub problem_remedy: Option<String>,
    /// When it happened.
    pub happened_at: Timestamp,
}

/// What an endpoint has not been notified of yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The newest place in the feed.
    pub head: u64,
    /// Whether transactions changed.
    pub changed: bool,
    /// Events of connections, oldest first.
    pub events: Vec<ConnectionEvent>,
    /// Whether a pending message already announces changed transactions; it covers these too.
    pub change_waits: bool,
}
