//! How the books read as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::account::AccountKind;
use crate::domain::connection::Connection;
use crate::domain::feed::UpdateStatus;
use crate::domain::money::{Currency, Money};
use crate::ledger::records::{AccountRecord, ConnectionRecord, TransactionRecord};
use crate::sync::{Job, JobState};

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
    /// The balance; null when the bank does not say.
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
    category: Option<CategoryJson>,
    /// Not yet settled: the amount may change, and the row may go.
    pending: bool,
    /// What else the bank said; with a single transaction only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
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
    institution_id: Option<String>,
    institution: String,
    #[schema(format = DateTime)]
    created_at: String,
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
    pub(super) link_status: LinkStatus,
    transactions_status: TransactionsStatus,
    /// The last time that a sync succeeded.
    #[schema(format = DateTime)]
    last_synced: Option<String>,
    /// Whether a sync is due or under way.
    syncing: bool,
    problem: Option<ConnectionProblemJson>,
}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// It works.
    Linked,
    /// The person has to do something: see `problem`.
    NeedsAttention,
    /// It is being ended, until the bank's side has confirmed.
    Unlinking,
    /// It has ended.
    Unlinked,
}

/// How much history is there.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionsStatus {
    /// Nothing yet.
    Waiting,
    /// The newest; more is coming.
    Partial,
    /// All that the bank gives.
    Complete,
}

/// What is wrong with a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionProblem)]
pub struct ConnectionProblemJson {
    /// The provider's code.
    #[schema(example = "ITEM_LOGIN_REQUIRED")]
    code: String,
    /// What happened and what to do, in words.
    message: String,
    /// What has to be done: `retry`, `wait`, `repair`, `act_at_bank`, `relink`, `restart` or `operator`.
    remedy: &'static str,
    #[schema(format = DateTime)]
    since: Option<String>,
}

/// A piece of background work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    /// What is done: `sync` or `unlink`.
    kind: String,
    connection_id: String,
    status: JobStatus,
    /// Failures in a row.
    attempts: i64,
    #[schema(format = DateTime)]
    next_run_at: Option<String>,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// The code that it last failed with.
    error: Option<String>,
}

/// How a piece of work stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It is due.
    Queued,
    /// It is being done.
    Running,
    /// It failed, and is tried again.
    Retrying,
    /// It failed, and waits to be asked for.
    Failed,
    /// It is done.
    Done,
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
    pub fn listed(record: TransactionRecord) -> Self {
        let it = record.transaction;
        Self {
            id: it.id.to_string(),
            account_id: it.account_id.to_string(),
            date: it.date.to_string(),
            amount: decimal(&it.amount),
            currency: code(&it.amount.currency),
            amount_exact: it.amount_exact,
            name: it
                .merchant
                .clone()
                .unwrap_or_else(|| it.description.clone()),
            description: it.description,
            merchant: it.merchant,
            category: it.category.map(|category| CategoryJson {
                primary: category.primary,
                detailed: category.detailed,
            }),
            pending: it.pending,
            details: None,
        }
    }

    /// A transaction with all that the bank said.
    pub fn whole(record: TransactionRecord) -> Self {
        let details = serde_json::from_str(&record.transaction.details).ok();
        Self {
            details: Some(details.unwrap_or_default()),
            ..Self::listed(record)
        }
    }
}

impl From<ConnectionRecord> for ConnectionJson {
    fn from(record: ConnectionRecord) -> Self {
        let standing = StandingJson::of(&record);
        let connection = record.connection;
        Self {
            id: connection.id.to_string(),
            institution_id: connection.institution_id,
            institution: connection.institution_name,
            created_at: time(connection.created_at),
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
            link_status: link_status(connection),
            transactions_status: match (connection.history_complete_at, connection.status) {
                (Some(_), _) | (None, UpdateStatus::Historical) => TransactionsStatus::Complete,
                (None, UpdateStatus::NotReady) => TransactionsStatus::Waiting,
                (None, _) => TransactionsStatus::Partial,
            },
            last_synced: connection.last_synced_at.map(time),
            syncing: record.syncing,
            problem: connection
                .problem
                .as_ref()
                .map(|problem| ConnectionProblemJson {
                    code: problem.code.clone(),
                    message: problem.message.clone(),
                    remedy: problem.remedy.as_str(),
                    since: connection.problem_since.map(time),
                }),
        }
    }
}

impl From<Job> for JobJson {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            connection_id: job.connection_id.to_string(),
            status: match job.state {
                JobState::Queued => JobStatus::Queued,
                JobState::Running => JobStatus::Running,
                JobState::Retrying => JobStatus::Retrying,
                JobState::Failed => JobStatus::Failed,
                JobState::Done => JobStatus::Done,
            },
            attempts: job.attempts,
            next_run_at: job.next_run_at.map(time),
            finished_at: job.finished_at.map(time),
            error: job.error,
        }
    }
}

fn link_status(connection: &Connection) -> LinkStatus {
    match (connection.unlinked_at, connection.unlink_asked_at) {
        (Some(_), _) => LinkStatus::Unlinked,
        (None, Some(_)) => LinkStatus::Unlinking,
        (None, None) if connection.problem.is_some() => LinkStatus::NeedsAttention,
        (None, None) => LinkStatus::Linked,
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
