//! Sums of transactions. Those that a filter by day, account, category or status selects are added up from the table
//! `daily_total`, which triggers keep. A filter by words, amounts or a tag adds up its rows.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::books::transactions::{Narrowing, Place, push_rows};
use crate::decode::day;
use crate::{Store, StoreError};
use domain::category::Category;
use domain::id::UserId;
use domain::money::Currency;

/// Up to this many rows, a filter by words, amounts or a tag is added up.
const MOST: i64 = 50_000;

/// The sums of transactions in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The currency.
    pub currency: Currency,
    /// How many transactions there are.
    pub transactions: i64,
    /// How many of them are transfers between the person's accounts, which neither came in nor went out.
    pub transfers: i64,
    /// What came in, in minor units; `None` if an `i64` can't hold it.
    pub incoming: Option<i64>,
    /// What went out, in minor units, without a sign; `None` if an `i64` can't hold it.
    pub outgoing: Option<i64>,
}

/// The sums of all transactions that a filter selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Totals {
    /// One for each currency, the one with the most transactions first.
    Exact(Vec<Total>),
    /// There are more than this many, and they were not added up.
    MoreThan(i64),
}

/// The length of the periods that sums are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Each day.
    Day,
    /// Each calendar month.
    Month,
}

#[derive(FromRow)]
struct TotalRow {
    /// A day, the first day of a month, or a category; empty without periods.
    period: String,
    currency: String,
    transactions: i64,
    transfers: i64,
    in_high: i64,
    in_low: i64,
    out_high: i64,
    out_low: i64,
}

impl TotalRow {
    fn total(&self) -> Total {
        let whole =
            |high: i64, low: i64| i64::try_from((i128::from(high) << 32) + i128::from(low)).ok();
        Total {
            currency: Currency::from_storage(&self.currency),
            transactions: self.transactions,
            transfers: self.transfers,
            incoming: whole(self.in_high, self.in_low),
            outgoing: whole(self.out_high, self.out_low),
        }
    }
}

/// What is added up of the days and of the transfers, which are taken out of them.
const OF_DAYS: &str =
    "currency, transactions, 0 AS transfers, in_high, in_low, out_high, out_low FROM daily_total";
const OF_TRANSFERS: &str =
    "currency, 0, 1, -(MAX(amount, 0) >> 32), -(MAX(amount, 0) & 4294967295),
    -(-MIN(amount, 0) >> 32), -(-MIN(amount, 0) & 4294967295) FROM transfer_side";
const SUMS: &str = "SUM(transactions) AS transactions, SUM(transfers) AS transfers,
    SUM(in_high) AS in_high, SUM(in_low) AS in_low, SUM(out_high) AS out_high, SUM(out_low) AS out_low";

impl Narrowing {
    /// Whether `daily_total` has what a filter selects.
    #[must_use]
    pub fn has_daily_totals(&self) -> bool {
        self.words.is_empty() && self.min.is_none() && self.max.is_none() && self.tag.is_none()
    }
}

impl Store {
    /// The sums of everything that a filter selects.
    pub(crate) async fn totals(
        &self,
        user: &UserId,
        narrowing: &Narrowing,
    ) -> Result<Totals, StoreError> {
        let mut sql = match narrowing.has_daily_totals() {
            true => from_days(user, narrowing, "''"),
            false => from_rows(user, narrowing),
        };
        sql.push(" GROUP BY currency ORDER BY transactions DESC, currency");
        let rows: Vec<TotalRow> = sql.build_query_as().fetch_all(&self.read).await?;
        let all: i64 = rows.iter().map(|row| row.transactions).sum();
        if !narrowing.has_daily_totals() && all > MOST {
            return Ok(Totals::MoreThan(MOST));
        }
        Ok(Totals::Exact(rows.iter().map(TotalRow::total).collect()))
    }

    /// The sums of each period from `first` to `last` that has transactions, by the period's first day. Empty when
    /// [`Narrowing::has_daily_totals`] is false.
    pub(crate) async fn totals_by(
        &self,
        user: &UserId,
        narrowing: &Narrowing,
        period: Period,
        (first, last): (Date, Date),
    ) -> Result<BTreeMap<Date, Vec<Total>>, StoreError> {
        let mut found: BTreeMap<Date, Vec<Total>> = BTreeMap::new();
        if !narrowing.has_daily_totals() {
            return Ok(found);
        }
        let within = Narrowing {
            from: Some(narrowing.from.map_or(first, |from| from.max(first))),
            to: Some(narrowing.to.map_or(last, |to| to.min(last))),
            ..narrowing.clone()
        };
        let of = match period {
            Period::Day => "day",
            Period::Month => "substr(day, 1, 7) || '-01'",
        };
        let mut sql = from_days(user, &within, of);
        sql.push(" GROUP BY period, currency ORDER BY period, transactions DESC, currency");
        let rows: Vec<TotalRow> = sql.build_query_as().fetch_all(&self.read).await?;
        for row in rows {
            found
                .entry(day(&row.period)?)
                .or_default()
                .push(row.total());
        }
        Ok(found)
    }
}

/// What went out of a person's accounts in one category and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The code of the broad category; `None` for transactions without one.
    pub category: Option<String>,
    /// The currency.
    pub currency: Currency,
    /// What went out less what came back, in minor units; positive, and at most what an `i64` holds.
    pub minor: i64,
}

impl Store {
    /// What a person spent from a first to a last day in each category, the most first. Categories in which more came in
    /// than went out are left out, and so are transfers.
    pub(crate) async fn spending(
        &self,
        user: &UserId,
        (from, to): (Date, Date),
    ) -> Result<Vec<Spent>, StoreError> {
        let narrowing = Narrowing {
            from: Some(from),
            to: Some(to),
            ..Narrowing::default()
        };
        let mut sql = from_days(user, &narrowing, "category");
        sql.push(" GROUP BY period, currency");
        let rows: Vec<TotalRow> = sql.build_query_as().fetch_all(&self.read).await?;
        let mut all: Vec<Spent> = rows
            .iter()
            .filter_map(|row| {
                let total = row.total();
                let minor = total.outgoing?.checked_sub(total.incoming?)?;
                (minor > 0).then(|| Spent {
                    category: Some(row.period.clone()).filter(|code| !code.is_empty()),
                    currency: total.currency,
                    minor,
                })
            })
            .collect();
        all.sort_by(|a, b| {
            b.minor
                .cmp(&a.minor)
                .then_with(|| a.category.cmp(&b.category))
        });
        Ok(all)
    }
}

/// The query for the sums of `daily_total` less the transfers, without its grouping. `period` is an SQL expression.
fn from_days(user: &UserId, narrowing: &Narrowing, period: &str) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT period, currency, ");
    sql.push(SUMS).push(" FROM (SELECT ").push(period);
    sql.push(" AS period, ").push(OF_DAYS);
    push_days(&mut sql, user, narrowing);
    sql.push(" UNION ALL SELECT ").push(period);
    sql.push(", ").push(OF_TRANSFERS);
    push_days(&mut sql, user, narrowing);
    sql.push(")");
    sql
}

/// Adds which rows of `daily_total` or `transfer_side` a filter selects.
fn push_days(sql: &mut QueryBuilder<Sqlite>, user: &UserId, narrowing: &Narrowing) {
    sql.push(" WHERE person_id = ")
        .push_bind(user.as_str().to_owned());
    if let Some(from) = narrowing.from {
        sql.push(" AND day >= ").push_bind(from.to_string());
    }
    if let Some(to) = narrowing.to {
        sql.push(" AND day <= ").push_bind(to.to_string());
    }
    if let Some(account) = &narrowing.account {
        sql.push(" AND account_id = ")
            .push_bind(account.as_str().to_owned());
    }
    if let Some(code) = &narrowing.category {
        let category = Category::of_code(code);
        sql.push(" AND category = ")
            .push_bind(category.primary.clone());
        if !category.is_broad() {
            sql.push(" AND detailed = ").push_bind(category.detailed);
        }
    }
    if let Some(pending) = narrowing.pending {
        sql.push(" AND pending = ").push_bind(i64::from(pending));
    }
}

/// The query for the sums of rows, without its grouping. It finds words in the full-text index, however many rows have
/// them: without an order it stops at the limit.
fn from_rows(user: &UserId, narrowing: &Narrowing) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "SELECT '' AS period, currency, COUNT(*) AS transactions, SUM(transfer) AS transfers,
             SUM(MAX(amount, 0) >> 32) AS in_high, SUM(MAX(amount, 0) & 4294967295) AS in_low,
             SUM(-MIN(amount, 0) >> 32) AS out_high, SUM(-MIN(amount, 0) & 4294967295) AS out_low
         FROM (SELECT t.currency AS currency, s.other_id IS NOT NULL AS transfer,
             CASE WHEN s.other_id IS NULL THEN t.amount ELSE 0 END AS amount",
    );
    push_rows(
        &mut sql,
        user,
        narrowing,
        &Place::First,
        !narrowing.words.is_empty(),
    );
    sql.push(" LIMIT ").push(MOST + 1).push(")");
    sql
}
