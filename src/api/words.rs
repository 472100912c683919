//! How the books read as JSON.

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
    /// What the bank calls it.
    name: String,
    official_name: Option<String>,
    /// The last digits of its number.
    mask: Option<String>,
    kind: AccountKindJson,
    /// The provider's finer word.
    subtype: Option<String>,
    balances: BalancesJson,
    /// When the bank stopped listing it.
    #[schema(format = DateTime)]
    closed_at: Option<String>,
}

/// What sort of account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountKind)]
#[serde(rename_all = "lowercase")]
pub enum AccountKindJson {
    /// Checking, savings and their kin.
    Depository,
    /// Credit cards and lines: the balance is owed, and negative.
    Credit,
    /// Loans and mortgages: the balance is owed, and negative.
    Loan,
    /// Securities and pensions.
    Investment,
    /// Anything else.
    Other,
}

/// Balances as the bank says them; what is owed is negative.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balances)]
pub struct BalancesJson {
    /// The last balance that the bank said; null when it never said one.
    #[schema(example = "-1204.90")]
    current: Option<String>,
    /// What can be spent.
    available: Option<String>,
    /// The credit limit or overdraft.
    limit: Option<String>,
    /// ISO 4217, or the provider's code; null when nobody knows.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The bank's exact figure where it has more decimals than the currency.
    exact: Option<String>,
    /// When `current` was read; before `read_at` while the bank does not say it.
    #[schema(format = DateTime)]
    current_at: Option<String>,
    /// When the bank was last asked.
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
    /// The day it counts for.
    #[schema(format = Date)]
    date: String,
    /// Positive into the account.
    #[schema(example = "-12.50")]
    amount: String,
    /// ISO 4217, or the provider's code; null when nobody knows.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The bank's exact figure where it has more decimals than the currency.
    amount_exact: Option<String>,
    /// The person's own name for it, else the merchant, else the bank's text.
    name: String,
    /// The bank's own text.
    description: String,
    merchant: Option<String>,
    /// The bank's category.
    category: Option<CategoryJson>,
    /// What the person has written.
    own: OwnJson,
    /// Not yet settled: the amount may change, and the row may go.
    pending: bool,
    /// What else the bank said; with a single transaction only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
}

/// A person's own words for a transaction; no sync touches them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Own)]
pub struct OwnJson {
    name: Option<String>,
    /// The broad category that counts instead of the bank's.
    category: Option<String>,
    note: Option<String>,
    /// Single words.
    tags: Vec<String>,
}

/// A category in the provider's words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub struct CategoryJson {
    /// The broad one.
    #[schema(example = "FOOD_AND_DRINK")]
    primary: String,
    /// The fine one.
    #[schema(example = "FOOD_AND_DRINK_GROCERIES")]
    detailed: String,
}

/// A connection to an institution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    /// By which provider: `plaid` or `mx`.
    #[schema(example = "plaid")]
    provider: String,
    institution_id: Option<String>,
    institution: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When the bank first let the person in; null before that.
    #[schema(format = DateTime)]
    linked_at: Option<String>,
    #[serde(flatten)]
    standing: StandingJson,
    /// When the bank's consent ends, where it does.
    #[schema(format = DateTime)]
    consent_expires_at: Option<String>,
}

/// How a connection stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
pub struct StandingJson {
    link_status: LinkStatusJson,
    /// Why, while something is wrong: a word that is the same for every provider.
    #[schema(schema_with = maybe_reason)]
    reason: Option<&'static str>,
    /// Null until the bank first lets the person in.
    transactions_status: Option<TransactionsStatusJson>,
    /// The last time that a sync succeeded.
    #[schema(format = DateTime)]
    last_synced: Option<String>,
    /// Whether a sync is due or under way.
    syncing: bool,
    problem: Option<ConnectionProblemJson>,
}

/// How a link stands, in the same words for every provider.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = LinkStatus)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatusJson {
    /// The bank lets Passbook in.
    Success,
    /// The bank is being asked with what was typed.
    Processing,
    /// The bank did not take the log-in, or wants a new one.
    WrongCredentials,
    /// The bank asks the person something: the status tells what.
    Challenged,
    /// Anything else is wrong: see `reason` and `problem`.
    OtherError,
    /// It is being ended, until the bank's side has confirmed.
    Unlinking,
    /// It has ended.
    Unlinked,
}

/// How far the transactions are.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = TransactionsStatus)]
#[serde(rename_all = "snake_case")]
pub enum TransactionsStatusJson {
    /// Not all of them are there yet.
    Downloading,
    /// The last try to read them failed; what was read before is kept.
    Failed,
    /// All that the bank gives are there.
    Complete,
}

/// What is wrong with a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionProblem)]
pub struct ConnectionProblemJson {
    /// The provider's code.
    #[schema(example = "ITEM_LOGIN_REQUIRED")]
    code: String,
    /// Why, in a word that is the same for every provider.
    #[schema(schema_with = reason)]
    reason: &'static str,
    /// What happened and what to do, in words.
    message: String,
    /// What has to be done: `retry`, `wait`, `repair`, `act_at_bank`, `relink`, `restart` or `operator`.
    remedy: &'static str,
    #[schema(format = DateTime)]
    since: Option<String>,
}

/// Every reason that there is.
fn reason() -> Object {
    let words = Reason::ALL.iter().map(|reason| reason.as_str());
    reasons(Type::String.into(), words.map(Value::from).collect())
}

/// The same, or null.
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

/// A piece of background work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    /// What is done: `sync`, `unlink`, `link`, `webhook` (the bank is told where to call), `check`, `put_right` or
    /// `notify` (a webhook of the person's is called).
    #[schema(example = "sync")]
    kind: &'static str,
    /// The connection that it is about, if it is about one.
    connection_id: Option<String>,
    /// The webhook that it calls, if it calls one.
    webhook_id: Option<String>,
    status: JobStatus,
    /// Failures in a row.
    attempts: i64,
    /// When it is due, if it is.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// The newest run, and what came of it.
    last_run: Option<RunJson>,
}

/// One run of a piece of work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunJson {
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    outcome: RunOutcomeJson,
    /// The code of what went wrong.
    error_code: Option<String>,
    /// Why it went wrong, in a word as a connection's problem has it.
    #[schema(example = "bank_down")]
    reason: Option<&'static str>,
    /// The same in words.
    message: Option<String>,
    /// What was done: for a sync how many transactions were added, modified and removed.
    #[schema(value_type = Option<Object>)]
    result: Option<Map<String, Value>>,
}

/// How a piece of work stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It is being done.
    Running,
    /// Its time has come.
    Due,
    /// Its time is set and has not come.
    Waiting,
    /// It failed, and is tried again.
    Retrying,
    /// There is nothing to do until somebody asks.
    Idle,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = RunOutcome)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcomeJson {
    /// It goes on.
    Running,
    /// It did what it was to do.
    Done,
    /// It did not.
    Failed,
    /// It was cut off; what it had not written is done again.
    Lost,
    /// Somebody called it off.
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
    /// A transaction as a list has it.
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

    /// A transaction with all that the bank said.
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
        let standing = StandingJson::of(&record);
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
    /// How a connection stands.
    pub fn of(record: &ConnectionRecord) -> Self {
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

/// An amount as a decimal text: `-1204.90`.
fn decimal(money: &Money) -> String {
    money.to_decimal().to_string()
}

fn code(currency: &Currency) -> Option<String> {
    Some(currency.code())
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
}

/// RFC 3339, in UTC.
pub(super) fn time(moment: Timestamp) -> String {
    moment.to_string()
}
