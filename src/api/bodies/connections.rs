//! The JSON of connections and how they stand.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use super::time;
use crate::ledger::records::ConnectionRecord;
use domain::connection::{LinkStatus, TransactionsStatus};
use domain::problem::Reason;

/// A connection to an institution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    /// The provider: `plaid` or `mx`.
    #[schema(example = "plaid")]
    provider: String,
    institution_id: Option<String>,
    institution: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When the bank first let Passbook in; null before that.
    #[schema(format = DateTime)]
    linked_at: Option<String>,
    #[serde(flatten)]
    standing: StandingJson,
    /// When the bank's consent ends; null if it does not.
    #[schema(format = DateTime)]
    consent_expires_at: Option<String>,
}

/// The state of a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
pub struct StandingJson {
    link_status: LinkStatusJson,
    /// Why, while something is wrong: a code that is the same for every provider.
    #[schema(schema_with = maybe_reason)]
    reason: Option<&'static str>,
    /// The progress of the transactions; null until the bank first lets Passbook in.
    transactions_status: Option<TransactionsStatusJson>,
    /// When the last sync succeeded.
    #[schema(format = DateTime)]
    last_synced: Option<String>,
    /// Whether a sync is due or running.
    syncing: bool,
    problem: Option<ConnectionProblemJson>,
}

/// The state of a link, the same for every provider.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = LinkStatus)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatusJson {
    /// The bank lets Passbook in.
    Success,
    /// The bank is checking the log-in that was typed.
    Processing,
    /// The bank refused the log-in, or wants a new one.
    WrongCredentials,
    /// The bank has questions for the person: see the connection's status.
    Challenged,
    /// Something else is wrong: see `reason` and `problem`.
    OtherError,
    /// The connection is being ended, until the provider confirms.
    Unlinking,
    /// The connection has ended.
    Unlinked,
}

/// The progress of the transactions.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = TransactionsStatus)]
#[serde(rename_all = "snake_case")]
pub enum TransactionsStatusJson {
    /// Some are still missing.
    Downloading,
    /// The last attempt to fetch them failed; those fetched before are kept.
    Failed,
    /// Everything that the bank provides has been fetched.
    Complete,
}

/// A problem of a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionProblem)]
pub struct ConnectionProblemJson {
    /// The provider's error code.
    #[schema(example = "ITEM_LOGIN_REQUIRED")]
    code: String,
    /// Why, as a code that is the same for every provider.
    #[schema(schema_with = reason)]
    reason: &'static str,
    /// What happened and what to do, in words.
    message: String,
    /// The remedy: `retry`, `wait`, `repair`, `act_at_bank`, `relink`, `restart` or `operator`.
    remedy: &'static str,
    #[schema(format = DateTime)]
    since: Option<String>,
}

/// Returns the schema of every reason.
fn reason() -> Object {
    let words = Reason::ALL.iter().map(|reason| reason.as_str());
    reasons(Type::String.into(), words.map(Value::from).collect())
}

/// Returns the schema of every reason, or null.
fn maybe_reason() -> Object {
    let words = Reason::ALL.iter().map(|reason| reason.as_str());
    let words = words.map(Value::from).chain([Value::Null]);
    reasons(
        SchemaType::from_iter([Type::String, Type::Null]),
        words.collect(),
    )
}

fn reasons(kind: SchemaType, words: Vec<Value>) -> Object {
    ObjectBuilder::new()
        .schema_type(kind)
        .description(Some("Why, in a word that is the same for every provider."))
        .enum_values(Some(words))
        .examples(["log_in_needed"])
        .build()
}

impl From<ConnectionRecord> for ConnectionJson {
    fn from(record: ConnectionRecord) -> Self {
        let standing = StandingJson::from_record(&record);
        let connection = record.connection;
        Self {
            id: connection.id.to_string(),
            provider: connection.provider,
            institution_id: connection.institution_id,
            institution: connection.institution_name,
            created_at: time(connection.created_at),
            linked_at: connection.linked_at.map(time),
            standing,
            consent_expires_at: connection.consent_expires_at.map(time),
        }
    }
}

impl StandingJson {
    /// Makes the JSON of a connection's state.
    pub fn from_record(record: &ConnectionRecord) -> Self {
        let connection = &record.connection;
        Self {
            link_status: connection.link_status().into(),
            reason: connection.problem.as_ref().map(|it| it.reason.as_str()),
            transactions_status: connection.transactions_status().map(Into::into),
            last_synced: connection.last_synced_at.map(time),
            syncing: record.syncing,
            problem: connection
                .problem
                .as_ref()
                .map(|problem| ConnectionProblemJson {
                    code: problem.code.clone(),
                    reason: problem.reason.as_str(),
                    message: format!("{} {}", connection.institution_name, problem.message),
                    remedy: problem.remedy().as_str(),
                    since: connection.problem_since.map(time),
                }),
        }
    }
}

impl From<LinkStatus> for LinkStatusJson {
    fn from(status: LinkStatus) -> Self {
        match status {
            LinkStatus::Success => Self::Success,
            LinkStatus::Processing => Self::Processing,
            LinkStatus::WrongCredentials => Self::WrongCredentials,
            LinkStatus::Challenged => Self::Challenged,
            LinkStatus::OtherError => Self::OtherError,
            LinkStatus::Unlinking => Self::Unlinking,
            LinkStatus::Unlinked => Self::Unlinked,
        }
    }
}

impl From<TransactionsStatus> for TransactionsStatusJson {
    fn from(status: TransactionsStatus) -> Self {
        match status {
            TransactionsStatus::Downloading => Self::Downloading,
            TransactionsStatus::Failed => Self::Failed,
            TransactionsStatus::Complete => Self::Complete,
        }
    }
}
