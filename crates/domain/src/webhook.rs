//! What a provider tells by itself. How a connection stands is never taken from a notice: it only says that it
//! is time to ask. The few facts that cannot be asked for are kept beside the connection, with the time at
//! which they were told ([`NoticeKind::note`]).

use jiff::Timestamp;

use super::connection::{NoteKind, NoteReason};

/// A webhook that is proven to come from the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// SHA-256 of the body, in hex.
    pub body_hash: String,
    /// The body as it may be kept: as it came, but for tokens that open something.
    pub body: Vec<u8>,
    /// When the provider signed it.
    pub issued_at: Timestamp,
    /// What it says.
    pub notice: Notice,
}

/// What a webhook says, as far as anything follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// The provider's words for it, kept also when they are new to us.
    pub webhook_type: String,
    /// The finer word.
    pub webhook_code: String,
    /// The provider's name for the connection.
    pub item_id: Option<String>,
    /// The hash of the link token of the attempt that it is about ([`super::secret::token_hash`]).
    pub link_token_hash: Option<String>,
    /// The code of the error that it carries.
    pub error_code: Option<String>,
    /// When the access ends that it speaks of.
    pub ends_at: Option<Timestamp>,
    /// Why it ends.
    pub reason: Option<NoteReason>,
    /// The provider's name for the account that it is about.
    pub account_id: Option<String>,
    /// Where webhooks go from now on.
    pub new_webhook_url: Option<String>,
}

/// What happened, in the words of providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// There is something new to fetch.
    SyncUpdatesAvailable,
    /// The first 30 days are there.
    InitialUpdate,
    /// All history is there.
    HistoricalUpdate,
    /// New rows.
    DefaultUpdate,
    /// Rows are gone.
    TransactionsRemoved,
    /// Recurring streams changed.
    RecurringTransactionsUpdate,
    /// The connection is in trouble.
    ItemError,
    /// The connection is well again.
    LoginRepaired,
    /// There are accounts that were not there before.
    NewAccountsAvailable,
    /// The log-in ends in a week (US and Canada).
    PendingDisconnect,
    /// The consent ends in a week (EU and UK).
    PendingExpiration,
    /// The person took the permission back.
    UserPermissionRevoked,
    /// The person took the permission for one account back.
    UserAccountRevoked,
    /// Webhooks come here from now on.
    WebhookUpdateAcknowledged,
    /// A session on the provider's own page is over.
    LinkSessionFinished,
    /// A session on the provider's own page has linked something.
    LinkItemAdded,
    /// What happened during a session.
    LinkEvents,
    /// Something that this program has not heard of.
    Unknown,
}

/// What a notice asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// A sync, which learns how the connection stands.
    Sync,
    /// The end of an attempt to link.
    FinishLink,
    /// Nothing.
    Nothing,
}

impl FollowUp {
    /// The word that is stored.
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
    /// What is to be done. A sync asks for the connection's state too, so everything that concerns one asks
    /// for a sync.
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
    /// What is kept of it beside the connection, because the provider cannot be asked for it.
    #[must_use]
    pub fn note(self) -> Option<NoteKind> {
        match self {
            Self::NewAccountsAvailable => Some(NoteKind::NewAccounts),
            Self::PendingDisconnect => Some(NoteKind::Disconnect),
            Self::PendingExpiration => Some(NoteKind::Expiration),
            Self::UserPermissionRevoked => Some(NoteKind::Revoked),
            Self::UserAccountRevoked => Some(NoteKind::AccountRevoked),
            _ => None,
        }
    }

    /// What no longer holds once it has come: a connection that is well again was given a new log-in.
    #[must_use]
    pub fn outdates(self) -> &'static [NoteKind] {
        match self {
            Self::LoginRepaired => &NoteKind::ENDED_BY_LOGIN,
            _ => &[],
        }
    }
}

/// Why a webhook is not believed. The sender is never told which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.as_str())]
pub enum Refusal {
    /// None or several signatures, or one that is no plain text.
    NoSignature,
    /// A signature longer than any real one.
    HeaderTooLong,
    /// Not a compact JWS with a header and claims that can be read.
    Malformed,
    /// Signed in another way than ES256.
    Algorithm,
    /// The key's name cannot be one.
    KeyName,
    /// Signed more than five minutes ago.
    TooOld,
    /// Signed in the future.
    FromTheFuture,
    /// Signed for another body.
    OtherBody,
    /// The provider does not know the key.
    UnknownKey,
    /// The key signs no more.
    ExpiredKey,
    /// The signature does not fit.
    BadSignature,
    /// The key has not been looked up yet: enough others were, this minute.
    TooManyKeys,
    /// The key has not been looked up yet: the provider did not answer.
    KeyUnreachable,
}

impl Refusal {
    /// The word that is stored.
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

    /// In how many seconds the same webhook may come again and be believed; `None` when it is forged.
    #[must_use]
    pub fn retry_after(self) -> Option<u32> {
        matches!(self, Self::TooManyKeys | Self::KeyUnreachable).then_some(30)
    }
}
