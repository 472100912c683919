//! The JSON of the books.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::ledger::records::{AccountRecord, ConnectionRecord, TransactionRecord};
use domain::account::AccountKind;
use domain::connection::{LinkStatus, TransactionsStatus};
use domain::job::{Job, JobKind, JobRun, JobState, RunOutcome};
use domain::money::{Currency, Money};
use domain::problem::Reason;
use domain::transaction::Transaction;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    connection_id: String,
    institution: String,
    /// The bank's name for the account.
    name: String,
    official_name: Option<String>,
    /// The last digits of the account number.
    mask: Option<String>,
    kind: AccountKindJson,
    /// The provider's more specific type.
    subtype: Option<String>,
    balances: BalancesJson,
    /// When the bank stopped listing it; null while it does.
    #[schema(format = DateTime)]
    closed_at: Option<String>,
}

/// The type of an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountKind)]
#[serde(rename_all = "lowercase")]
pub enum AccountKindJson {
    /// Checking, savings and similar accounts.
    Depository,
    /// Credit cards and credit lines: the balance is owed, and negative.
    Credit,
    /// Loans and mortgages: the balance is owed, and negative.
    Loan,
    /// Securities and pensions.
    Investment,
    /// Anything else.
    Other,
}

/// Balances as the bank reports them. What is owed is negative.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balances)]
pub struct BalancesJson {
    /// The last balance that the bank reported; null when it never reported one.
    #[schema(example = "-1204.90")]
    current: Option<String>,
    /// The amount that can be spent.
    available: Option<String>,
    /// The credit limit or overdraft.
    limit: Option<String>,
    /// The currency in ISO 4217, or the provider's code; null when unknown.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The bank's exact figure, if it has more decimals than the currency.
    exact: Option<String>,
    /// When `current` was read. It is earlier than `read_at` while the bank does not report it.
    #[schema(format = DateTime)]
    current_at: Option<String>,
    /// When the balances were last read.
    #[schema(format = DateTime)]
    read_at: String,
}

/// A transaction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transaction)]
pub struct TransactionJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    account_id: String,
    /// The day that the transaction belongs to.
    #[schema(format = Date)]
    date: String,
    /// The amount, positive into the account.
    #[schema(example = "-12.50")]
    amount: String,
    /// The currency in ISO 4217, or the provider's code; null when unknown.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The bank's exact figure, if it has more decimals than the currency.
    amount_exact: Option<String>,
    /// The person's own name for it, else the merchant, else the bank's text.
    name: String,
    /// The bank's own text.
    description: String,
    merchant: Option<String>,
    /// The bank's category.
    category: Option<CategoryJson>,
    /// The person's own values.
    own: OwnJson,
    /// Whether the bank has not settled it yet: the amount may change, and the transaction may disappear.
    pending: bool,
    /// Everything else that the bank said; only when a single transaction is requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
}

/// A person's own values for a transaction. No sync changes them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Own)]
pub struct OwnJson {
    name: Option<String>,
    /// The primary category that replaces the bank's.
    category: Option<String>,
    note: Option<String>,
    /// Tags, each a single word.
    tags: Vec<String>,
}

/// A category as the provider names it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub struct CategoryJson {
    /// The primary category.
    #[schema(example = "FOOD_AND_DRINK")]
    primary: String,
    /// The detailed category.
    #[schema(example = "FOOD_AND_DRINK_GROCERIES")]
    detailed: String,
}

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

/// A background job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    /// The kind of job: `sync`, `unlink`, `link`, `webhook` (tells the bank where to send webhooks), `check`,
    /// `put_right` or `notify` (calls one of the person's webhooks).
    #[schema(example = "sync")]
    kind: &'static str,
    /// The connection that it is about; null if there is none.
    connection_id: Option<String>,
    /// The webhook that it calls; null if there is none.
    webhook_id: Option<String>,
    status: JobStatus,
    /// Failures in a row.
    attempts: i64,
    /// When it is due; null when it is not.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// The latest run.
    last_run: Option<RunJson>,
}

/// One run of a job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunJson {
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    outcome: RunOutcomeJson,
    /// The code of the error; null when there was none.
    error_code: Option<String>,
    /// The reason, as in a connection's problem.
    #[schema(example = "bank_down")]
    reason: Option<&'static str>,
    /// The reason in words.
    message: Option<String>,
    /// What the run did: for a sync, how many transactions were added, modified and removed.
    #[schema(value_type = Option<Object>)]
    result: Option<Map<String, Value>>,
}

/// The state of a job.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It is running.
    Running,
    /// It is due.
    Due,
    /// It is scheduled for later.
    Waiting,
    /// It failed, and will be retried.
    Retrying,
    /// It runs when it is next asked for.
    Idle,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = RunOutcome)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcomeJson {
    /// It is still running.
    Running,
    /// It succeeded.
    Done,
    /// It failed.
    Failed,
    /// It was interrupted; what it had not written is done again.
    Lost,
    /// It was cancelled.
    Cancelled,
}

impl From<AccountRecord> for AccountJson {
    fn from(record: AccountRecord) -> Self {
        let account = record.account;
        let known = [&account.current, &account.available, &account.limit];
        let currency = known.into_iter().flatten().next();
        Self {
            id: account.id.to_string(),
            connection_id: account.connection_id.to_string(),
            institution: record.institution_name,
            balances: BalancesJson {
                currency: currency.and_then(|money| code(&money.currency)),
                current: account.current.as_ref().map(decimal),
                available: account.available.as_ref().map(decimal),
                limit: account.limit.as_ref().map(decimal),
                exact: account.current_exact,
                current_at: account.current_at.map(time),
                read_at: time(account.balance_at),
            },
            name: account.name,
            official_name: account.official_name,
            mask: account.mask,
            kind: match account.kind {
                AccountKind::Depository => AccountKindJson::Depository,
                AccountKind::Credit => AccountKindJson::Credit,
                AccountKind::Loan => AccountKindJson::Loan,
                AccountKind::Investment => AccountKindJson::Investment,
                AccountKind::Other => AccountKindJson::Other,
            },
            subtype: account.subtype,
            closed_at: account.closed_at.map(time),
        }
    }
}

impl TransactionJson {
    /// Makes the JSON of a transaction in a list.
    pub fn listed(it: Transaction) -> Self {
        Self {
            id: it.id.to_string(),
            account_id: it.account_id.to_string(),
            date: it.date.to_string(),
            amount: decimal(&it.amount),
            currency: code(&it.amount.currency),
            amount_exact: it.amount_exact,
            name: it
                .own
                .name
                .clone()
                .or_else(|| it.merchant.clone())
                .unwrap_or_else(|| it.description.clone()),
            description: it.description,
            merchant: it.merchant,
            category: it.category.map(|category| CategoryJson {
                primary: category.primary,
                detailed: category.detailed,
            }),
            own: OwnJson {
                name: it.own.name,
                category: it.own.category,
                note: it.own.note,
                tags: it.own.tags,
            },
            pending: it.pending,
            details: None,
        }
    }

    /// Makes the JSON of a transaction with everything that the bank said.
    pub fn whole(record: TransactionRecord) -> Self {
        let details = serde_json::from_str(&record.transaction.details).ok();
        Self {
            details: Some(details.unwrap_or_default()),
            ..Self::listed(record.transaction)
        }
    }
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

impl From<Job> for JobJson {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.as_str(),
            connection_id: job.connection.map(|id| id.to_string()),
            webhook_id: (job.kind == JobKind::Notify).then_some(job.subject),
            status: match job.state {
                JobState::Running => JobStatus::Running,
                JobState::Due => JobStatus::Due,
                JobState::Waiting => JobStatus::Waiting,
                JobState::Retrying => JobStatus::Retrying,
                JobState::Idle => JobStatus::Idle,
            },
            attempts: job.attempts,
            due_at: job.due_at.map(time),
            last_run: job.last_run.map(RunJson::from),
        }
    }
}

impl From<JobRun> for RunJson {
    fn from(run: JobRun) -> Self {
        Self {
            started_at: time(run.started_at),
            finished_at: run.finished_at.map(time),
            outcome: match run.outcome {
                RunOutcome::Running => RunOutcomeJson::Running,
                RunOutcome::Done => RunOutcomeJson::Done,
                RunOutcome::Failed => RunOutcomeJson::Failed,
                RunOutcome::Lost => RunOutcomeJson::Lost,
                RunOutcome::Cancelled => RunOutcomeJson::Cancelled,
            },
            error_code: run.error_code,
            reason: run.reason.map(Reason::as_str),
            message: run.message,
            result: run.result.and_then(|text| serde_json::from_str(&text).ok()),
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

/// Formats an amount as a decimal: `-1204.90`.
fn decimal(money: &Money) -> String {
    money.to_decimal().to_string()
}

fn code(currency: &Currency) -> Option<String> {
    Some(currency.code())
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
}

/// Formats a time in RFC 3339, in UTC.
pub(super) fn time(moment: Timestamp) -> String {
    moment.to_string()
}
