//! Outbound webhooks: whom a person wants called when something happens, and what became of it.

use jiff::Timestamp;

use super::id::{ConnectionId, EndpointId, MessageId, UserId};

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// There is something new in the change feed.
    TransactionsChanged,
    /// A bank was linked.
    ConnectionLinked,
    /// A connection does not work, or fails in another way than before.
    ConnectionProblem,
    /// It works again.
    ConnectionRepaired,
    /// The person has ended it.
    ConnectionUnlinked,
    /// A test, by hand.
    Ping,
}

impl MessageKind {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::TransactionsChanged,
        Self::ConnectionLinked,
        Self::ConnectionProblem,
        Self::ConnectionRepaired,
        Self::ConnectionUnlinked,
        Self::Ping,
    ];

    /// The word that is stored and sent.
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

/// An address that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Which.
    pub id: EndpointId,
    /// Whose.
    pub user_id: UserId,
    /// The address.
    pub url: String,
    /// The person's words for it; may be empty.
    pub description: String,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The place of the change feed up to which it has been told.
    pub told_place: u64,
    /// When a message last arrived.
    pub last_arrived_at: Option<Timestamp>,
    /// Until when the secret before signs too.
    pub previous_until: Option<Timestamp>,
    /// Since when it is not called any more, and why.
    pub disabled: Option<(Timestamp, DisabledFor)>,
}

/// Why an address is not called any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledFor {
    /// A message did not arrive for a day, and no other did meanwhile.
    Failing,
    /// It said that it is gone for good.
    Gone,
    /// Its secret cannot be opened: the key file is another one.
    Secret,
}

impl DisabledFor {
    /// The word that is stored.
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

/// A message on its way, or at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which; the same however often it is sent.
    pub id: MessageId,
    /// What it tells.
    pub kind: MessageKind,
    /// JSON, as it is sent.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How it stands.
    pub state: MessageState,
    /// Attempts since it was written, or since it was sent again by hand.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
}

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// It is to be sent.
    Waiting,
    /// It was taken.
    Arrived,
    /// It is not tried any more.
    GivenUp,
}

impl MessageState {
    /// The word that is stored.
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
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// The answer's HTTP status, or why there was none.
    pub answer: Result<u16, SendFailure>,
}

/// Why a message got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// The address lies where Passbook does not call.
    RefusedAddress,
    /// Nobody knows the name.
    UnknownName,
    /// Nobody listens there, or the line broke.
    Unreachable,
    /// Its certificate is not to be trusted, or it speaks no TLS.
    Tls,
    /// It took too long.
    Timeout,
}

impl SendFailure {
    /// Every one.
    const ALL: [Self; 5] = [
        Self::RefusedAddress,
        Self::UnknownName,
        Self::Unreachable,
        Self::Tls,
        Self::Timeout,
    ];

    /// The word that is stored.
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

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionEvent {
    /// To which.
    pub connection_id: ConnectionId,
    /// What.
    pub kind: MessageKind,
    /// The provider's code of the problem that began or ended.
    pub problem_code: Option<String>,
    /// Why, in our word for it.
    pub problem_reason: Option<String>,
    /// What has to be done about it, as a word.
    pub problem_remedy: Option<String>,
    /// When.
    pub happened_at: Timestamp,
}

/// What an address has not been told yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The newest place of the feed.
    pub head: u64,
    /// Whether transactions changed.
    pub changed: bool,
    /// What happened to connections, in order.
    pub events: Vec<ConnectionEvent>,
    /// Whether a message waits already that says that transactions changed: it says it for these, too.
    pub change_waits: bool,
}
