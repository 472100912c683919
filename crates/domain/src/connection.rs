//! Connections: one person's link to one institution.

use jiff::Timestamp;

use super::feed::UpdateStatus;
use super::id::{ConnectionId, UserId};
use super::problem::{Problem, Reason};

/// A connection as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// Whose.
    pub user_id: UserId,
    /// The provider's word.
    pub provider: String,
    /// The provider's name for it.
    pub item_id: String,
    /// The provider's id of the institution.
    pub institution_id: Option<String>,
    /// The institution's name.
    pub institution_name: String,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When the bank first let the person in; `None` before that, for one whose log-in is typed here.
    pub linked_at: Option<Timestamp>,
    /// How far a log-in is that the person has typed, while the bank is asked.
    pub link_phase: Option<LinkPhase>,
    /// How much history has arrived.
    pub status: UpdateStatus,
    /// Rows seen so far by the first sync.
    pub seen_rows: i64,
    /// When all history was there; `None` during the first sync.
    pub history_complete_at: Option<Timestamp>,
    /// The last time that a sync succeeded.
    pub last_synced_at: Option<Timestamp>,
    /// The last time that the provider heard from the bank, as it says.
    pub provider_updated_at: Option<Timestamp>,
    /// When the bank's consent ends, where it does.
    pub consent_expires_at: Option<Timestamp>,
    /// What the last sync ended with; cleared by the next that succeeds.
    pub problem: Option<Problem>,
    /// Since when there is a problem.
    pub problem_since: Option<Timestamp>,
    /// When the person asked to end it; it is not synced any more.
    pub unlink_asked_at: Option<Timestamp>,
    /// Whether its accounts and transactions stay when it has ended.
    pub unlink_keeps_rows: bool,
    /// When the provider confirmed the end.
    pub unlinked_at: Option<Timestamp>,
    /// What the person is to be told about it, the oldest first; not what they have put off.
    pub notes: Vec<Note>,
    /// Rows that the bank sent and that cannot be read.
    pub set_aside_rows: i64,
}

impl Connection {
    /// Whether the provider can be asked for what is new: the bank has let the person in, is not being asked to at the
    /// moment, and the connection has not ended.
    #[must_use]
    pub fn syncs(&self) -> bool {
        self.linked_at.is_some() && self.link_phase.is_none() && self.unlink_asked_at.is_none()
    }

    /// How the link stands.
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

    /// How far the transactions are; `None` before the bank first lets the person in.
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

/// How far a log-in is that a person has typed, while the bank is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPhase {
    /// The bank is being asked.
    Processing,
    /// The bank asks back.
    Challenged,
}

impl LinkPhase {
    /// The word that is stored.
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

/// How a link stands, in the same words for every provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// The bank lets Passbook in.
    Success,
    /// The bank is being asked with what the person typed.
    Processing,
    /// The bank did not take the log-in, or wants a new one.
    WrongCredentials,
    /// The bank asks the person something.
    Challenged,
    /// Anything else is wrong.
    OtherError,
    /// It is being ended, until the provider has confirmed.
    Unlinking,
    /// It has ended.
    Unlinked,
}

/// How far a connection's transactions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionsStatus {
    /// Not all of them are there yet.
    Downloading,
    /// The last try to read them failed; what was read before is kept.
    Failed,
    /// All that the bank gives are there.
    Complete,
}

/// Something about a connection that cannot be read from the provider: it came in a webhook, or is a question
/// of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub kind: NoteKind,
    /// The provider's id of the account that it is about; else empty.
    pub subject: String,
    /// The name of that account, when it is known.
    pub account: Option<String>,
    /// When it was told.
    pub told_at: Timestamp,
    /// When access ends, where it says so.
    pub ends_at: Option<Timestamp>,
    /// Why, where there is something to say about it.
    pub reason: Option<NoteReason>,
}

/// Why access ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteReason {
    /// The bank changes how people log in there.
    LogInChanges,
}

impl NoteReason {
    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LogInChanges => "log_in_changes",
        }
    }

    /// The inverse of [`NoteReason::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        (word == Self::LogInChanges.as_str()).then_some(Self::LogInChanges)
    }
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// There are accounts that the person has not chosen yet.
    NewAccounts,
    /// The log-in ends (US and Canada).
    Disconnect,
    /// The consent ends (EU and UK).
    Expiration,
    /// The person took the permission back.
    Revoked,
    /// The person took the permission for one account back.
    AccountRevoked,
    /// Accounts look like ones that were linked before: the person says which are the same.
    Match,
    /// The same accounts came through a second link, which was ended.
    Duplicate,
    /// Accounts look like ones that come through another provider: their rows may count twice.
    OtherProvider,
}

impl NoteKind {
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
    /// What a new log-in at the bank ends.
    pub const ENDED_BY_LOGIN: [Self; 3] = [Self::Revoked, Self::Disconnect, Self::Expiration];
    /// What choosing accounts anew ends, beside the log-in that goes with it.
    pub const ENDED_BY_CHOICE: [Self; 2] = [Self::NewAccounts, Self::AccountRevoked];

    /// The word that is stored and sent.
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

    /// The inverse of [`NoteKind::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether a person may answer "not now".
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

/// The work and the key to a connection, for the one worker that holds its lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job_id: super::id::JobId,
    /// What sort of work it is.
    pub kind: super::job::JobKind,
    /// What it is about.
    pub subject: String,
    /// When it was due.
    pub due_at: Timestamp,
    /// Grows with each claim; every write names it.
    pub fence: i64,
    /// The requests that this run answers.
    pub requested: i64,
    /// Failures in a row before this run.
    pub attempts: i64,
}

/// One call to a provider, for the record.
#[derive(Clone, Debug)]
pub struct Call {
    /// The provider's word.
    pub provider: &'static str,
    /// The path.
    pub endpoint: &'static str,
    /// For which connection.
    pub connection_id: Option<ConnectionId>,
    /// The provider's number for the call.
    pub request_id: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// `ok`, or the error's code.
    pub outcome: String,
    /// Why it did not go well, as far as an answer says it.
    pub reason: Option<Reason>,
}
