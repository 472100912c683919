//! Connections: one person's link to one institution.

use jiff::Timestamp;

use super::feed::UpdateStatus;
use super::id::{ConnectionId, UserId};
use super::problem::{Problem, Reason};

/// A connection with its current state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Unique id.
    pub id: ConnectionId,
    /// The person it belongs to.
    pub user_id: UserId,
    /// The provider's word, such as `plaid`.
    pub provider: String,
    /// The provider's id of the connection.
    pub item_id: String,
    /// The provider's id of the institution.
    pub institution_id: Option<String>,
    /// The institution's name.
    pub institution_name: String,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When the bank first accepted the log-in; `None` before that, for a connection whose log-in is typed here.
    pub linked_at: Option<Timestamp>,
    /// The progress of a typed log-in while the provider asks the bank; `None` when no log-in is under way.
    pub link_phase: Option<LinkPhase>,
    /// How much history has arrived.
    pub status: UpdateStatus,
    /// Rows seen so far by the first sync.
    pub seen_rows: i64,
    /// When all history had arrived; `None` during the first sync.
    pub history_complete_at: Option<Timestamp>,
    /// When a sync last succeeded.
    pub last_synced_at: Option<Timestamp>,
    /// When the provider last heard from the bank, by its own account.
    pub provider_updated_at: Option<Timestamp>,
    /// When the bank's consent expires; `None` if it does not.
    pub consent_expires_at: Option<Timestamp>,
    /// The problem of the last sync; cleared by the next one that succeeds.
    pub problem: Option<Problem>,
    /// When the problem began.
    pub problem_since: Option<Timestamp>,
    /// When the person asked to unlink it; it is not synced after that.
    pub unlink_asked_at: Option<Timestamp>,
    /// Whether its accounts and transactions are kept after unlinking.
    pub unlink_keeps_rows: bool,
    /// When the provider confirmed the unlinking.
    pub unlinked_at: Option<Timestamp>,
    /// Open alerts for the person, oldest first, without those that were put off.
    pub alerts: Vec<Alert>,
    /// The number of rows from the bank that cannot be read.
    pub set_aside_rows: i64,
}

impl Connection {
    /// Whether the connection can be synced: the bank has accepted the log-in, no new log-in is under way, and the
    /// connection is not being unlinked.
    #[must_use]
    pub fn syncs(&self) -> bool {
        self.linked_at.is_some() && self.link_phase.is_none() && self.unlink_asked_at.is_none()
    }

    /// The state of the link.
    #[must_use]
    pub fn link_status(&self) -> LinkStatus {
        let problem = self.problem.as_ref().map(|problem| problem.reason);
        match (self.link_phase, problem) {
            _ if self.unlinked_at.is_some() => LinkStatus::Unlinked,
            _ if self.unlink_asked_at.is_some() => LinkStatus::Unlinking,
            (Some(LinkPhase::Processing), _) => LinkStatus::Processing,
            (Some(LinkPhase::Challenged), _) => LinkStatus::Challenged,
            (None, None) => LinkStatus::Success,
            (None, Some(reason)) => match reason {
                Reason::LogInNeeded | Reason::WrongCredentials | Reason::TriedTooOften => {
                    LinkStatus::WrongCredentials
                }
                _ => LinkStatus::OtherError,
            },
        }
    }

    /// The state of the transactions; `None` before the bank first accepts the log-in.
    #[must_use]
    pub fn transactions_status(&self) -> Option<TransactionsStatus> {
        self.linked_at?;
        Some(match (&self.problem, self.history_complete_at) {
            (Some(_), _) => TransactionsStatus::Failed,
            (None, None) => TransactionsStatus::Downloading,
            (None, Some(_)) => TransactionsStatus::Complete,
        })
    }
}

/// The progress of a typed log-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPhase {
    /// The bank is being asked.
    Processing,
    /// The bank asks the person a question.
    Challenged,
}

impl LinkPhase {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Challenged => "challenged",
        }
    }

    /// The inverse of [`LinkPhase::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Processing, Self::Challenged]
            .into_iter()
            .find(|phase| phase.as_str() == word)
    }
}

/// The state of a link, in the same words for every provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// The bank lets Passbook in.
    Success,
    /// The bank is being asked with the credentials that the person typed.
    Processing,
    /// The bank refused the log-in or wants a new one.
    WrongCredentials,
    /// The bank asks the person a question.
    Challenged,
    /// Any other problem.
    OtherError,
    /// The person has asked to unlink it; the provider has not confirmed yet.
    Unlinking,
    /// It is unlinked.
    Unlinked,
}

/// How complete a connection's transactions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionsStatus {
    /// Some are still missing.
    Downloading,
    /// The last sync failed; rows from earlier syncs are kept.
    Failed,
    /// Everything that the bank provides has arrived.
    Complete,
}

/// A fact about a connection that cannot be read from the provider later, because it came in a webhook or is our own
/// question to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The kind of alert.
    pub kind: AlertKind,
    /// The provider's id of the account concerned; empty if none.
    pub subject: String,
    /// The name of that account, if known.
    pub account: Option<String>,
    /// When it was reported.
    pub told_at: Timestamp,
    /// When access ends, if the alert says so.
    pub ends_at: Option<Timestamp>,
    /// Why access ends, if known.
    pub reason: Option<AlertReason>,
}

/// Why access ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertReason {
    /// The bank is changing how people log in.
    LogInChanges,
}

impl AlertReason {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LogInChanges => "log_in_changes",
        }
    }

    /// The inverse of [`AlertReason::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        (word == Self::LogInChanges.as_str()).then_some(Self::LogInChanges)
    }
}

/// The kind of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// There are accounts that the person has not yet decided to share.
    NewAccounts,
    /// The log-in ends soon (US and Canada).
    Disconnect,
    /// The consent ends soon (EU and UK).
    Expiration,
    /// The person revoked the permission.
    Revoked,
    /// The person revoked the permission for one account.
    AccountRevoked,
    /// Accounts look like previously linked ones; the person decides which are the same.
    Match,
    /// A second link to the same accounts was ended.
    Duplicate,
    /// Accounts look like ones that come through another provider; their rows may count twice.
    OtherProvider,
}

impl AlertKind {
    /// Every kind, the most pressing first.
    pub const ALL: [Self; 8] = [
        Self::Revoked,
        Self::Disconnect,
        Self::Expiration,
        Self::AccountRevoked,
        Self::Match,
        Self::Duplicate,
        Self::OtherProvider,
        Self::NewAccounts,
    ];
    /// The kinds that a new log-in at the bank resolves.
    pub const ENDED_BY_LOGIN: [Self; 3] = [Self::Revoked, Self::Disconnect, Self::Expiration];
    /// The kinds that choosing accounts again resolves, in addition to those of the log-in it includes.
    pub const ENDED_BY_CHOICE: [Self; 2] = [Self::NewAccounts, Self::AccountRevoked];

    /// The word in the database and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewAccounts => "new_accounts",
            Self::Disconnect => "disconnect",
            Self::Expiration => "expiration",
            Self::Revoked => "revoked",
            Self::AccountRevoked => "account_revoked",
            Self::Match => "match",
            Self::Duplicate => "duplicate",
            Self::OtherProvider => "other_provider",
        }
    }

    /// The inverse of [`AlertKind::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the person may answer "not now".
    #[must_use]
    pub fn can_wait(self) -> bool {
        matches!(
            self,
            Self::NewAccounts
                | Self::AccountRevoked
                | Self::Match
                | Self::Duplicate
                | Self::OtherProvider
        )
    }
}

/// A job as claimed by the one worker that holds its lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The claimed job.
    pub job_id: super::id::JobId,
    /// The kind of work.
    pub kind: super::job::JobKind,
    /// The job's subject.
    pub subject: String,
    /// When it was due.
    pub due_at: Timestamp,
    /// Increases with each claim; every write names it.
    pub fence: i64,
    /// The number of the latest request that this run answers.
    pub requested: i64,
    /// Failures in a row before this run.
    pub attempts: i64,
}

/// One call to a provider, for the record.
#[derive(Clone, Debug)]
pub struct Call {
    /// The provider's word.
    pub provider: &'static str,
    /// The API path.
    pub endpoint: &'static str,
    /// The connection it was made for, if any.
    pub connection_id: Option<ConnectionId>,
    /// The provider's id of the call.
    pub request_id: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Its duration, in milliseconds.
    pub duration_ms: i64,
    /// `ok`, or the code of the error.
    pub outcome: String,
    /// Why it failed, if the answer says so.
    pub reason: Option<Reason>,
}
