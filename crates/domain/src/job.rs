//! Background jobs: their kinds, states and runs.

use jiff::{SignedDuration, Timestamp};

use super::id::{ConnectionId, JobId, UserId};
use super::problem::{Problem, Reason};

/// A job that has waited longer than this for a worker is overdue.
pub const OVERDUE: SignedDuration = SignedDuration::from_mins(2);

/// The kind of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Syncs a connection.
    Sync,
    /// Tells the provider that a connection was unlinked.
    Unlink,
    /// Finishes a link attempt whose browser did not come back.
    Link,
    /// Compares a connection's rows with the bank's whole list.
    Check,
    /// Repairs the differences that such a comparison found.
    PutRight,
    /// Fetches an institution's name and logo.
    Institution,
    /// Tells the provider where to send a connection's webhooks.
    Webhook,
    /// Deletes expired data.
    CleanUp,
    /// Updates the database's statistics.
    Optimize,
    /// Sends messages to a person's webhook endpoint.
    Notify,
    /// Adds this version's search words to rows from an earlier version.
    SearchWords,
    /// Makes a backup.
    Backup,
    /// Sends mails to people.
    Mail,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Sync,
        Self::Unlink,
        Self::Link,
        Self::Check,
        Self::PutRight,
        Self::Institution,
        Self::Webhook,
        Self::CleanUp,
        Self::Optimize,
        Self::Notify,
        Self::SearchWords,
        Self::Backup,
        Self::Mail,
    ];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Unlink => "unlink",
            Self::Link => "link",
            Self::Check => "check",
            Self::PutRight => "put_right",
            Self::Institution => "institution",
            Self::Webhook => "webhook",
            Self::CleanUp => "clean_up",
            Self::Optimize => "optimize",
            Self::Notify => "notify",
            Self::SearchWords => "search_words",
            Self::Backup => "backup",
            Self::Mail => "mail",
        }
    }

    /// The inverse of [`JobKind::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the subject is a connection.
    #[must_use]
    pub fn is_about_a_connection(self) -> bool {
        matches!(
            self,
            Self::Sync | Self::Unlink | Self::Check | Self::PutRight | Self::Webhook
        )
    }
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// A worker is running it.
    Running,
    /// It is due; the next free worker takes it.
    Due,
    /// It is scheduled for later.
    Waiting,
    /// It failed and will be tried again.
    Retrying,
    /// It is not scheduled; it runs only on request.
    Idle,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Running,
        Self::Due,
        Self::Waiting,
        Self::Retrying,
        Self::Idle,
    ];

    /// The word in URLs and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Due => "due",
            Self::Waiting => "waiting",
            Self::Retrying => "retrying",
            Self::Idle => "idle",
        }
    }

    /// The inverse of [`JobState::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// The outcome of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunOutcome {
    /// It is still running.
    Running,
    /// It completed.
    Done,
    /// It failed; the run says why.
    Failed,
    /// Its worker stopped responding; only what it had not yet written is lost.
    Lost,
    /// It was cancelled.
    Cancelled,
}

impl RunOutcome {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
        }
    }

    /// The inverse of [`RunOutcome::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Running,
            Self::Done,
            Self::Failed,
            Self::Lost,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == word)
    }
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// Numbers the runs of a job in ascending order.
    pub fence: i64,
    /// When a worker claimed it.
    pub started_at: Timestamp,
    /// When it ended, or when a lost run was noticed; `None` while it runs.
    pub finished_at: Option<Timestamp>,
    /// The outcome.
    pub outcome: RunOutcome,
    /// The code of the error.
    pub error_code: Option<String>,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// What went wrong, phrased to follow an institution's name. Never a provider's raw text.
    pub message: Option<String>,
    /// The provider's id of the call that failed.
    pub request_id: Option<String>,
    /// What it did, as a small JSON object such as `{"added":12,"modified":3,"removed":1}`.
    pub result: Option<String>,
}

/// A job with its current state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Unique id.
    pub id: JobId,
    /// The kind of work.
    pub kind: JobKind,
    /// The subject: the id of a connection or link attempt, an institution, or a fixed word.
    pub subject: String,
    /// The person whom the subject belongs to; `None` for jobs of the whole instance.
    pub owner: Option<UserId>,
    /// The connection it is about, if any.
    pub connection: Option<ConnectionId>,
    /// The name of that connection's institution.
    pub institution: Option<String>,
    /// The current state.
    pub state: JobState,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Failures in a row.
    pub attempts: i64,
    /// The latest run.
    pub last_run: Option<JobRun>,
}

/// One page of jobs, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobPage {
    /// The jobs of this page.
    pub jobs: Vec<Job>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<JobId>,
}

/// A filter for jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Only jobs in this state.
    pub state: Option<JobState>,
    /// Only jobs of this kind.
    pub kind: Option<JobKind>,
    /// Only jobs after this one ([`JobPage::next`]).
    pub after: Option<JobId>,
    /// The page size, clamped to 1 to 100.
    pub limit: u32,
}

/// Whose jobs may be seen and controlled.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Only this person's; all others appear not to exist.
    Person(&'a UserId),
    /// Everyone's: the admin's view.
    Anybody,
}

/// The effect of cancelling a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It was waiting; it no longer starts automatically.
    Waiting,
    /// It was running; its worker can write nothing more.
    Running,
    /// There was nothing to cancel.
    Nothing,
}

/// The end of a run, as its worker reports it.
#[derive(Clone, Debug, Default)]
pub struct RunEnd {
    /// When to run again automatically; `None` for never.
    pub next: Option<Timestamp>,
    /// What it did, as JSON.
    pub result: Option<String>,
    /// Why it failed; `None` if it succeeded.
    pub failure: Option<Failure>,
}

/// Why a run failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The problem.
    pub problem: Problem,
    /// The job is not run again before this time.
    pub not_before: Option<Timestamp>,
    /// Whether it counts as a failure in a row; yielding to other work does not.
    pub counts: bool,
}
