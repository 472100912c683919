//! The contents of the database file, and what the bank says they should be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bank::world::{self, Profile, SeedAccount, SeedTransaction, SignIn};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

/// A row in a form that both sides can produce.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub account: String,
    pub day: String,
    /// Minor units; positive means into the account.
    pub minor: i64,
    pub currency: String,
    pub description: String,
    pub pending: bool,
}

/// The database file, opened by the test itself.
pub struct Books {
    pub pool: SqlitePool,
}

impl Books {
    pub async fn open(folder: &Path) -> Self {
        Self::file(&folder.join("passbook.db")).await
    }

    /// Opens the database of the built-in bank.
    pub async fn of_bank(folder: &Path) -> Self {
        Self::file(&folder.join("sandbox.db")).await
    }

    async fn file(path: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(std::time::Duration::from_secs(10));
        let pool = SqlitePool::connect_with(options).await;
        Self {
            pool: pool.expect("the database opens"),
        }
    }

    /// Returns every row of one connection, sorted.
    pub async fn entries(&self, connection: &str) -> Vec<Entry> {
        let rows: Vec<(String, String, i64, String, String, bool)> = sqlx::query_as(
            "SELECT a.name, t.day, t.amount, t.currency, t.description, t.pending
             FROM bank_transaction t JOIN account a ON a.id = t.account_id WHERE t.connection_id = $1",
        )
        .bind(connection)
        .fetch_all(&self.pool)
        .await
        .expect("rows");
        let entry = |(account, day, minor, currency, description, pending)| Entry {
            account,
            day,
            minor,
            currency,
            description,
            pending,
        };
        let mut entries: Vec<Entry> = rows.into_iter().map(entry).collect();
        entries.sort();
        entries
    }

    /// Returns the accounts of a connection by name, each with its balance in minor units and its currency.
    pub async fn balances(&self, connection: &str) -> BTreeMap<String, (Option<i64>, String)> {
        let rows: Vec<(String, Option<i64>, String)> =
            sqlx::query_as("SELECT name, current, currency FROM account WHERE connection_id = $1")
                .bind(connection)
                .fetch_all(&self.pool)
                .await
                .expect("accounts");
        rows.into_iter()
            .map(|(name, current, code)| (name, (current, code)))
            .collect()
    }

    /// Reads a number from the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.pool)
            .await
            .expect("a number")
    }

    /// Reads a number with a statement that the test composes.
    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.pool)
            .await
            .expect("a number")
    }

    /// Counts the webhooks in the bank's file that are on their way or due. A delivery that is not answered within 20
    /// seconds is taken back by the bank.
    pub async fn webhooks_coming(&self, now: Timestamp) -> i64 {
        let now = now.as_millisecond();
        let soon = now + 20_000;
        let coming = format!(
            "SELECT (SELECT COUNT(*) FROM delivery WHERE attempts = 0 AND due_at <= {soon})
                + (SELECT COUNT(*) FROM mx_member WHERE due_at <= {now})"
        );
        self.count(&coming).await
    }

    /// Returns every row of every table except browser sessions, which change with each visit, and the search index.
    pub async fn everything(&self) -> BTreeSet<String> {
        let tables =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             AND name NOT LIKE 'transaction_words%' AND name <> 'browser_session'";
        let mut all = BTreeSet::new();
        for table in self.texts(tables).await {
            let columns = format!(
                "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ')
                 FROM pragma_table_info('{table}')"
            );
            let row: String = self.scalar(&columns).await.remove(0);
            let rows = self.scalar(&format!("SELECT {row} FROM \"{table}\"")).await;
            all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        all
    }

    async fn scalar(&self, sql: &str) -> Vec<String> {
        let asked = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
        asked.fetch_all(&self.pool).await.expect("rows")
    }

    /// Reads a column of texts.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        sqlx::query_scalar(sql)
            .fetch_all(&self.pool)
            .await
            .expect("texts")
    }
}

/// Returns what the bank holds for a user, read from its world rather than over the wire.
pub fn profile(institution: &str, username: &str, password: &str, today: Date) -> Profile {
    let institution = world::institution(institution).expect("a bank");
    match world::sign_in(institution, username, password, today) {
        SignIn::Welcome { profile, .. } => profile,
        SignIn::Refused { code, detail } => panic!("{code} {detail:?}"),
    }
}

/// Returns the rows that a Passbook must have of a profile linked today, sorted.
pub fn expected(profile: &Profile, today: Date) -> Vec<Entry> {
    let first = today.saturating_sub(730.days());
    let of_account = |account: &SeedAccount| {
        let shown = account.kind != "investment";
        let rows = account.transactions.iter().filter(move |row| {
            shown && (profile.ignores_days_requested || row.date_posted >= first)
        });
        rows.map(|row| entry(account, row, today))
            .collect::<Vec<_>>()
    };
    let mut entries: Vec<Entry> = profile.accounts.iter().flat_map(of_account).collect();
    entries.sort();
    entries
}

/// Returns the balances that a Passbook must show; what is owed is negative.
pub fn expected_balances(profile: &Profile) -> BTreeMap<String, (Option<i64>, String)> {
    let balance = |account: &SeedAccount| {
        let (code, decimals) = currency(
            &account.iso_currency_code,
            &account.unofficial_currency_code,
        );
        let owed = matches!(account.kind.as_str(), "credit" | "loan");
        let current = account
            .current
            .map(|amount| minor(if owed { -amount } else { amount }, decimals));
        (account.name.clone(), (current, code))
    };
    profile.accounts.iter().map(balance).collect()
}

fn entry(account: &SeedAccount, row: &SeedTransaction, today: Date) -> Entry {
    let (code, decimals) = currency(&row.iso_currency_code, &row.unofficial_currency_code);
    Entry {
        account: account.name.clone(),
        day: row.date_transacted.to_string(),
        minor: minor(-row.amount, decimals),
        currency: code,
        description: row.description.clone(),
        pending: row.date_posted > today,
    }
}

/// Returns the currency code as it is stored, and its decimals (ISO 4217; eight for what ISO does not list).
fn currency(iso: &Option<String>, unofficial: &Option<String>) -> (String, u32) {
    match (iso, unofficial) {
        (Some(code), _) => {
            let decimals = match code.as_str() {
                "JPY" | "KRW" | "ISK" => 0,
                "KWD" | "BHD" | "TND" => 3,
                _ => 2,
            };
            (code.clone(), decimals)
        }
        (None, Some(code)) => (format!("~{code}"), 8),
        (None, None) => (String::new(), 8),
    }
}

fn minor(amount: Decimal, decimals: u32) -> i64 {
    let scaled = amount * Decimal::from(10_i64.pow(decimals));
    scaled
        .round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven)
        .to_i64()
        .expect("it fits")
}
