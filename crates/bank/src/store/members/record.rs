//! The stored state of a member.

use serde::{Deserialize, Serialize};

use crate::world::{self, Person};

/// A member: a user's log-in at one bank.
#[derive(Clone)]
pub struct Member {
    /// `MBR-…`.
    pub guid: String,
    /// The guid of its user.
    pub user_guid: String,
    /// The client's own id for it.
    pub id: Option<String>,
    /// MX's code of its bank.
    pub institution_code: String,
    /// The user name of the log-in.
    pub username: Option<String>,
    /// The Item that has its accounts and rows, once a log-in has succeeded.
    pub item_id: Option<String>,
    /// When it was created, in Unix milliseconds of the bank's clock.
    pub created_at: i64,
    /// When its run ends or its challenge expires by the clock, in Unix milliseconds of the bank's clock.
    pub due_at: Option<i64>,
    /// The rest of its state.
    pub record: MemberRecord,
}

/// The part of a member's state that is stored as JSON. Times are Unix milliseconds of the bank's clock.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberRecord {
    /// The result of checking the credentials, once all of them were entered.
    pub log_in: Option<LogIn>,
    /// Free text of the client.
    pub metadata: Option<String>,
    /// The last `X-CALLBACK-PAYLOAD`.
    pub callback: Option<String>,
    /// Whether the person logs in on the bank's own site (OAuth).
    pub is_oauth: bool,
    /// Whether the person granted access there.
    pub is_allowed: bool,
    /// Whether background aggregation is turned off.
    pub background_is_disabled: bool,
    /// MX's `connection_status`.
    pub status: Option<String>,
    /// The run in progress.
    pub run: Option<Run>,
    /// An outdated state that is still shown.
    pub stale: Option<Stale>,
    /// The open challenges.
    pub challenges: Vec<Challenge>,
    /// The number of wrong passwords in a row.
    pub failures: u8,
    /// When the last run began, in Unix milliseconds.
    pub aggregated_at: Option<i64>,
    /// When the last successful run ended, in Unix milliseconds.
    pub succeeded_at: Option<i64>,
    /// The `JOB-…` guid of the last run.
    pub job: Option<String>,
    /// Whether the credentials were accepted in this run.
    pub is_authenticated: bool,
    /// Whether the accounts have been fetched in this run.
    pub has_accounts: bool,
    /// Whether the transactions have been fetched in this run.
    pub has_transactions: bool,
    /// How the next run ends, if the panel or the API has set it.
    pub next: Option<Outcome>,
    /// The value reported for `is_being_aggregated`, if the panel or the API has set it.
    pub says_aggregated: Option<bool>,
    /// Whether its webhooks are held back.
    pub holds_webhooks: bool,
    /// The use cases that it was created with.
    pub use_cases: Vec<String>,
    /// Where the browser goes after the bank's own site.
    pub redirect: Option<String>,
}

/// The result of checking credentials. It is computed when they are entered, because they are not stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct LogIn {
    /// How a run with these credentials ends.
    pub outcome: Outcome,
    /// The person of the simulated world that they belong to. `None` for test users and refused log-ins.
    pub person: Option<Person>,
    /// The challenge that the simulated world sets this person.
    pub asked: Option<world::Challenge>,
}

/// A run: MX fetches data from the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its purpose.
    pub job: Job,
    /// The number of polls until it ends.
    pub left: u32,
    /// How it ends.
    pub outcome: Outcome,
    /// The current round of questions, from 0.
    pub round: u8,
    /// Whether polls show the outcome already.
    pub has_arrived: bool,
}

/// The purpose of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Fetch accounts and recent transactions.
    Aggregation,
    /// Fetch two years of transactions.
    History,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// A status; the run has fetched data if it is `CONNECTED`.
    Status(Option<String>),
    /// A challenge.
    Challenge(Asking),
}

/// The questions that a bank asks after the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asking {
    /// One question of each of these kinds in every round. The right answer is `correct`.
    Kinds {
        /// MX's types.
        kinds: Vec<String>,
        /// The number of rounds.
        rounds: u8,
        /// Whether the type is reported as a number.
        as_numbers: bool,
    },
    /// The challenge of the person in the simulated world.
    World,
}

/// An outdated state that polls still show.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stale {
    /// The number of polls that still show it.
    pub left: u32,
    /// MX's `connection_status`.
    pub status: Option<String>,
    /// The value of `is_being_aggregated`.
    pub is_being_aggregated: bool,
    /// The open challenges.
    pub challenges: Vec<Challenge>,
}

/// A question of a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// `CRD-…`.
    pub guid: String,
    /// MX's type.
    pub kind: String,
    /// Whether the type is reported as a number.
    pub as_number: bool,
    /// The question.
    pub label: String,
    /// The options to choose from. Empty for a free answer.
    pub options: Vec<Choice>,
    /// The right answer.
    pub answer: String,
}

/// An option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `CRD-…`.
    pub guid: String,
    /// The text that is shown.
    pub label: String,
    /// The value that is sent.
    pub value: String,
}
