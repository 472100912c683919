//! What is kept of a member.

use serde::{Deserialize, Serialize};

use crate::world::{self, Person};

/// A member.
#[derive(Clone)]
pub struct Member {
    /// `MBR-…`.
    pub guid: String,
    /// Its user.
    pub user_guid: String,
    /// The client's own name for it.
    pub id: Option<String>,
    /// Its bank.
    pub institution_code: String,
    /// The log-in's name.
    pub username: Option<String>,
    /// The Item of its accounts and rows, once the bank has let it in.
    pub item_id: Option<String>,
    /// Made.
    pub created_at: i64,
    /// When something happens by itself.
    pub due_at: Option<i64>,
    /// The rest.
    pub record: MemberRecord,
}

/// What else there is to a member.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberRecord {
    /// What the bank makes of the credentials, once all of them were typed.
    pub log_in: Option<LogIn>,
    /// Whatever the client keeps here.
    pub metadata: Option<String>,
    /// The last `X-CALLBACK-PAYLOAD`.
    pub callback: Option<String>,
    /// Whether it logs in on its bank's own site.
    pub is_oauth: bool,
    /// Whether its person has allowed it there.
    pub is_allowed: bool,
    /// Whether nothing is fetched by itself.
    pub background_is_disabled: bool,
    /// MX's word for how it stands.
    pub status: Option<String>,
    /// What is going on.
    pub run: Option<Run>,
    /// What is still shown although it is over.
    pub stale: Option<Stale>,
    /// What the bank wants to know.
    pub challenges: Vec<Challenge>,
    /// How often the password was wrong in a row.
    pub failures: u8,
    /// When the last run began.
    pub aggregated_at: Option<i64>,
    /// When the last good run ended.
    pub succeeded_at: Option<i64>,
    /// The last run's `JOB-…`.
    pub job: Option<String>,
    /// The credentials were right in this run.
    pub is_authenticated: bool,
    /// Accounts are there in this run.
    pub has_accounts: bool,
    /// Transactions are there in this run.
    pub has_transactions: bool,
    /// How the next run ends, when somebody has said so.
    pub next: Option<Outcome>,
    /// Said by somebody, in place of the truth.
    pub says_aggregated: Option<bool>,
    /// Whether its webhooks are kept back.
    pub holds_webhooks: bool,
    /// The use cases it was made with.
    pub use_cases: Vec<String>,
    /// Where the browser goes after the bank's own site, for those who asked to be sent on.
    pub redirect: Option<String>,
}

/// What a bank makes of credentials. It is found when they are typed, because they are not kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct LogIn {
    /// How a run with them ends.
    pub outcome: Outcome,
    /// The person of this world whom they stand for; nothing is nobody.
    pub person: Option<Person>,
    /// What this world asks that person.
    pub asked: Option<world::Challenge>,
}

/// A run: MX is looking at the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What for.
    pub job: Job,
    /// How often somebody can still look before it is over.
    pub left: u32,
    /// How it ends.
    pub outcome: Outcome,
    /// In which round of questions it is.
    pub round: u8,
    /// Whether onlookers know already how it ends.
    pub has_arrived: bool,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Accounts and transactions.
    Aggregation,
    /// Two years of transactions.
    History,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// With a status, and with data when it is `CONNECTED`.
    Status(Option<String>),
    /// With questions.
    Challenge(Asking),
}

/// What a bank asks after the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asking {
    /// Questions of these kinds, all of them in each round; the right answer is `correct`.
    Kinds {
        /// MX's types.
        kinds: Vec<String>,
        /// How many rounds.
        rounds: u8,
        /// Whether the type is said as a number.
        as_numbers: bool,
    },
    /// What the world's person is asked at this bank.
    World,
}

/// What is still shown although it is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stale {
    /// For how many looks more.
    pub left: u32,
    /// The status.
    pub status: Option<String>,
    /// Whether it was being aggregated.
    pub is_being_aggregated: bool,
    /// The challenges.
    pub challenges: Vec<Challenge>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// `CRD-…`.
    pub guid: String,
    /// MX's type.
    pub kind: String,
    /// Whether the type is said as a number.
    pub as_number: bool,
    /// The question.
    pub label: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// The right answer.
    pub answer: String,
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `CRD-…`.
    pub guid: String,
    /// What is read.
    pub label: String,
    /// What is sent.
    pub value: String,
}
