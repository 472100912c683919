//! Inbound webhooks. A notice only says that it is time to ask the provider; the state of a connection is never taken
//! from it. The few facts that cannot be asked for are stored with the connection and the time they were reported
//! ([`NoticeKind::alert`]).

use jiff::Timestamp;

use super::connection::{AlertKind, AlertReason};

/// A webhook whose signature has been verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// SHA-256 of the body, in hex.
    pub body_hash: String,
    /// The body to store: the original without its secret tokens.
    pub body: Vec<u8>,
    /// When the provider signed it.
    pub issued_at: Timestamp,
    /// Its content.
    pub notice: Notice,
}

/// The content of a webhook, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// The provider's type, kept even if unknown.
    pub webhook_type: String,
    /// The provider's finer code.
    pub webhook_code: String,
    /// The provider's id of the connection.
    pub item_id: Option<String>,
    /// The hash of the attempt's link token ([`super::secret::token_hash`]).
    pub link_token_hash: Option<String>,
    /// The code of the error that it contains.
    pub error_code: Option<String>,
    /// When the access that it refers to ends.
    pub ends_at: Option<Timestamp>,
    /// Why that access ends.
    pub reason: Option<AlertReason>,
    /// The provider's id of the account concerned.
    pub account_id: Option<String>,
    /// The new webhook URL.
    pub new_webhook_url: Option<String>,
}

/// The kind of a notice, in the providers' terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// There are changes to fetch.
    SyncUpdatesAvailable,
    /// The first 30 days have arrived.
    InitialUpdate,
    /// The whole history has arrived.
    HistoricalUpdate,
    /// There are new rows.
    DefaultUpdate,
    /// Rows were removed.
    TransactionsRemoved,
    /// Recurring streams changed.
    RecurringTransactionsUpdate,
    /// The connection has a problem.
    ItemError,
    /// The connection works again.
    LoginRepaired,
    /// There are new accounts.
    NewAccountsAvailable,
    /// The log-in ends in a week (US and Canada).
    PendingDisconnect,
    /// The consent ends in a week (EU and UK).
    PendingExpiration,
    /// The person revoked the permission.
    UserPermissionRevoked,
    /// The person revoked the permission for one account.
    UserAccountRevoked,
    /// Webhooks come to this URL from now on.
    WebhookUpdateAcknowledged,
    /// A session on the provider's own page ended.
    LinkSessionFinished,
    /// A session on the provider's own page linked a bank.
    LinkItemAdded,
    /// The events of a session.
    LinkEvents,
    /// A notice that this version does not know.
    Unknown,
}

/// The action that a notice requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// A sync, which also reads the connection's state.
    Sync,
    /// Finishing a link attempt.
    FinishLink,
    /// Nothing.
    Nothing,
}

impl FollowUp {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::FinishLink => "finish_link",
            Self::Nothing => "nothing",
        }
    }
}

impl NoticeKind {
    /// The required action. A sync also reads the connection's state, so every notice about a connection leads to a
    /// sync.
    #[must_use]
    pub fn follow_up(self) -> FollowUp {
        match self {
            Self::SyncUpdatesAvailable
            | Self::InitialUpdate
            | Self::HistoricalUpdate
            | Self::DefaultUpdate
            | Self::TransactionsRemoved
            | Self::ItemError
            | Self::LoginRepaired
            | Self::NewAccountsAvailable
            | Self::PendingDisconnect
            | Self::PendingExpiration
            | Self::UserPermissionRevoked
            | Self::UserAccountRevoked
            | Self::WebhookUpdateAcknowledged => FollowUp::Sync,
            Self::LinkSessionFinished | Self::LinkItemAdded => FollowUp::FinishLink,
            Self::RecurringTransactionsUpdate | Self::LinkEvents | Self::Unknown => {
                FollowUp::Nothing
            }
        }
    }
}

impl NoticeKind {
    /// The alert to store with the connection, because the provider cannot be asked for this fact.
    #[must_use]
    pub fn alert(self) -> Option<AlertKind> {
        match self {
            Self::NewAccountsAvailable => Some(AlertKind::NewAccounts),
            Self::PendingDisconnect => Some(AlertKind::Disconnect),
            Self::PendingExpiration => Some(AlertKind::Expiration),
            Self::UserPermissionRevoked => Some(AlertKind::Revoked),
            Self::UserAccountRevoked => Some(AlertKind::AccountRevoked),
            _ => None,
        }
    }

    /// The alerts that this notice makes obsolete: a connection that works again has had a new log-in.
    #[must_use]
    pub fn outdates(self) -> &'static [AlertKind] {
        match self {
            Self::LoginRepaired => &AlertKind::ENDED_BY_LOGIN,
            _ => &[],
        }
    }
}

/// Why a webhook was rejected. The sender is never told the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.as_str())]
pub enum Refusal {
    /// No signature, several, or one that is not plain text.
    NoSignature,
    /// A signature longer than any real one.
    HeaderTooLong,
    /// Not a compact JWS with a readable header and claims.
    Malformed,
    /// Signed with an algorithm other than ES256.
    Algorithm,
    /// The key id is not well-formed.
    KeyName,
    /// Signed more than five minutes ago.
    TooOld,
    /// Signed in the future.
    FromTheFuture,
    /// The signature covers another body.
    OtherBody,
    /// The provider does not know the key.
    UnknownKey,
    /// The key has expired.
    ExpiredKey,
    /// The signature is invalid.
    BadSignature,
    /// The key has not been looked up yet, because this minute's limit of look-ups is reached.
    TooManyKeys,
    /// The key has not been looked up yet, because the provider did not answer.
    KeyUnreachable,
}

impl Refusal {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSignature => "no_signature",
            Self::HeaderTooLong => "header_too_long",
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::KeyName => "key_name",
            Self::TooOld => "too_old",
            Self::FromTheFuture => "from_the_future",
            Self::OtherBody => "other_body",
            Self::UnknownKey => "unknown_key",
            Self::ExpiredKey => "expired_key",
            Self::BadSignature => "bad_signature",
            Self::TooManyKeys => "too_many_keys",
            Self::KeyUnreachable => "key_unreachable",
        }
    }

    /// After how many seconds a resent webhook may be accepted; `None` if it is forged.
    #[must_use]
    pub fn retry_after(self) -> Option<u32> {
        matches!(self, Self::TooManyKeys | Self::KeyUnreachable).then_some(30)
    }
}
