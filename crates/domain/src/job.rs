//! Background work: what there is to do, and what became of it.

use jiff::{SignedDuration, Timestamp};

use super::id::{ConnectionId, JobId, UserId};
use super::problem::{Problem, Reason};

/// Work that waits longer than this for a worker is overdue.
pub const OVERDUE: SignedDuration = SignedDuration::from_mins(2);

/// What sort of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Keeps a connection in step.
    Sync,
    /// Tells the provider that a connection is over.
    Unlink,
    /// Finishes an attempt to link whose browser did not come back.
    Link,
    /// Compares a connection's rows with all that the bank has.
    Check,
    /// Puts right what such a comparison finds.
    PutRight,
    /// Asks for an institution's name and logo.
    Institution,
    /// Tells the provider where webhooks of a connection go.
    Webhook,
    /// Forgets what has run out.
    CleanUp,
    /// Has the database look after its own statistics.
    Optimize,
    /// Calls an address of a person's when something happens.
    Notify,
    /// Gives rows that an earlier version wrote the words by which this one finds them.
    SearchWords,
    /// Makes a backup.
    Backup,
}

impl JobKind {
    /// Every one.
    pub const ALL: [Self; 12] = [
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
    ];

    /// The word that is stored.
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
        }
    }

    /// The inverse of [`JobKind::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether its subject is a connection.
    #[must_use]
    pub fn is_about_a_connection(self) -> bool {
        matches!(
            self,
            Self::Sync | Self::Unlink | Self::Check | Self::PutRight | Self::Webhook
        )
    }
}

/// How a piece of work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// A worker is at it.
    Running,
    /// Its time has come; the next free worker takes it.
    Due,
    /// Its time is set and has not come.
    Waiting,
    /// It failed and is to be tried again.
    Retrying,
    /// There is nothing to do until somebody asks.
    Idle,
}

impl JobState {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Running,
        Self::Due,
        Self::Waiting,
        Self::Retrying,
        Self::Idle,
    ];

    /// The word for it in addresses and in JSON.
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

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunOutcome {
    /// It goes on.
    Running,
    /// It did what it was to do.
    Done,
    /// It did not; the run says why.
    Failed,
    /// Its worker was not heard of again; nothing that it had not written is lost.
    Lost,
    /// Somebody called it off.
    Cancelled,
}

impl RunOutcome {
    /// The word that is stored.
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

/// One run of a piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// Numbers the runs of one job, upwards.
    pub fence: i64,
    /// When a worker took it.
    pub started_at: Timestamp,
    /// When it ended; for a lost one, when that was noticed.
    pub finished_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: RunOutcome,
    /// The code of what went wrong.
    pub error_code: Option<String>,
    /// Why it went wrong.
    pub reason: Option<Reason>,
    /// What went wrong, in words that stand after an institution's name. Never a provider's raw text.
    pub message: Option<String>,
    /// The provider's number for the call that failed.
    pub request_id: Option<String>,
    /// What was done, as a small JSON object like `{"added":12,"modified":3,"removed":1}`.
    pub result: Option<String>,
}

/// A piece of work as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What sort.
    pub kind: JobKind,
    /// What it is about: the id of a connection or of an attempt to link, an institution, or a word.
    pub subject: String,
    /// Whose subject it is; `None` for what belongs to nobody.
    pub owner: Option<UserId>,
    /// The connection that it is about.
    pub connection: Option<ConnectionId>,
    /// The name of that connection's institution.
    pub institution: Option<String>,
    /// How it stands.
    pub state: JobState,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Failures in a row.
    pub attempts: i64,
    /// The newest run.
    pub last_run: Option<JobRun>,
}

/// One page of pieces of work, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobPage {
    /// The page.
    pub jobs: Vec<Job>,
    /// Where the next page goes on; `None` at the end.
    pub next: Option<JobId>,
}

/// Which pieces of work are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Only those that stand like this.
    pub state: Option<JobState>,
    /// Only this sort.
    pub kind: Option<JobKind>,
    /// Only those after this one: [`JobPage::next`].
    pub after: Option<JobId>,
    /// How many at most; kept between 1 and 100.
    pub limit: u32,
}

/// On whose behalf work is looked at and steered.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// A person's own: everybody else's is as if it were not there.
    Person(&'a UserId),
    /// The operator's view of all.
    Anybody,
}

/// What cancelling did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It was waiting; it does not come by itself any more.
    Waiting,
    /// It was running; whatever its worker still does is not written.
    Running,
    /// There was nothing to cancel.
    Nothing,
}

/// How a run ended, as its worker tells it.
#[derive(Clone, Debug, Default)]
pub struct RunEnd {
    /// When to come again by itself.
    pub next: Option<Timestamp>,
    /// What was done.
    pub result: Option<String>,
    /// What went wrong.
    pub failure: Option<Failure>,
}

/// Why a run did not do what it was to do.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What went wrong.
    pub problem: Problem,
    /// Before this nothing brings it back.
    pub not_before: Option<Timestamp>,
    /// Whether it counts as a failure in a row; giving way to others does not.
    pub counts: bool,
}
