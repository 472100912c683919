//! Pages of transactions: keyset pagination along an index, and search by words.

use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::books::columns::{BanksColumns, OwnColumns};
use crate::decode::day;
use crate::{Store, StoreError};
use domain::category::Category;
use domain::id::{AccountId, ConnectionId, TransactionId, UserId};
use domain::transaction::{OtherSide, Transaction};

/// Up to this many matching rows, a search uses the full-text index. Rows with commoner words are found faster by
/// walking the days.
const FEW: i64 = 10_000;

/// A filter for transactions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Narrowing {
    /// Folded words, all of which must match.
    pub words: Vec<String>,
    /// Only this account.
    pub account: Option<AccountId>,
    /// The first date, inclusive.
    pub from: Option<Date>,
    /// The last date, inclusive.
    pub to: Option<Date>,
    /// The least absolute amount, in units of any currency.
    pub min: Option<Decimal>,
    /// The greatest absolute amount.
    pub max: Option<Decimal>,
    /// Only this effective category, broad or fine.
    pub category: Option<String>,
    /// Only pending rows, or only posted ones.
    pub pending: Option<bool>,
    /// Only rows with this tag, in lower case.
    pub tag: Option<String>,
}

/// A position in the list: that of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The row's date.
    pub day: Date,
    /// The row's id.
    pub id: TransactionId,
}

/// Where a page of a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the beginning.
    First,
    /// Just after this position: the next older rows.
    After(Position),
    /// Just before this position: the next newer rows.
    Before(Position),
}

impl Place {
    /// Just after a position; at the beginning without one.
    #[must_use]
    pub fn after(position: Option<&Position>) -> Self {
        position.cloned().map_or(Self::First, Self::After)
    }
}

/// A transaction with the names of its account and institution.
#[derive(Clone, Debug)]
pub struct TransactionRecord {
    /// The transaction.
    pub transaction: Transaction,
    /// The account's name.
    pub account_name: String,
    /// The institution's name.
    pub institution_name: String,
}

#[derive(FromRow)]
pub(crate) struct TransactionRow {
    id: String,
    account_id: String,
    #[sqlx(flatten)]
    banks: BanksColumns,
    #[sqlx(flatten)]
    own: OwnColumns,
    other_id: Option<String>,
    other_account_id: Option<String>,
    account_name: String,
    institution_name: String,
}

impl TransactionRow {
    pub(crate) fn decode(self) -> Result<TransactionRecord, StoreError> {
        let id = TransactionId::parse(&self.id).ok_or(StoreError::Unreadable("transaction"))?;
        let account =
            AccountId::parse(&self.account_id).ok_or(StoreError::Unreadable("account"))?;
        let other = self.other_id.zip(self.other_account_id);
        let transfer = other.and_then(|(id, account)| {
            Some(OtherSide {
                id: TransactionId::parse(&id)?,
                account_id: AccountId::parse(&account)?,
            })
        });
        Ok(TransactionRecord {
            transaction: self.banks.kept(id, account, self.own.decode(), transfer)?,
            account_name: self.account_name,
            institution_name: self.institution_name,
        })
    }
}

/// The columns of a list, which shows no details and does not read them.
const LISTED: &str =
    "t.id, t.account_id, t.day, t.amount, t.currency, t.amount_exact, t.description, t.merchant,
    t.category_primary, t.category_detailed, t.pending, '' AS details, t.own_name,
    t.own_category, t.own_detailed, t.own_note, t.own_tags, t.no_transfer_with, s.other_id, s.other_account_id,
    COALESCE(a.own_name, a.name) AS account_name, '' AS institution_name";

/// A person's transaction with all columns.
pub(crate) const ONE: &str = "SELECT t.id, t.account_id, t.day, t.amount, t.currency, t.amount_exact, t.description, t.merchant,
         t.category_primary, t.category_detailed, t.pending, t.details, t.own_name, t.own_category, t.own_detailed,
         t.own_note, t.own_tags, t.no_transfer_with, s.other_id, s.other_account_id,
         COALESCE(a.own_name, a.name) AS account_name, c.institution_name AS institution_name
     FROM bank_transaction t JOIN account a ON a.id = t.account_id JOIN connection c ON c.id = t.connection_id
         LEFT JOIN transfer_side s ON s.transaction_id = t.id
     WHERE t.id = $1 AND t.person_id = $2";

impl Store {
    /// A person's transactions at a place, at most `limit`. They come newest first, but oldest first for
    /// [`Place::Before`], so that the first is always the one next to the place.
    pub async fn page_of_transactions(
        &self,
        user: &UserId,
        narrowing: &Narrowing,
        place: &Place,
        limit: u32,
    ) -> Result<Vec<TransactionRecord>, StoreError> {
        let by_words = !narrowing.words.is_empty() && self.few_have(user, &narrowing.words).await?;
        let mut sql = page_query(user, narrowing, place, limit, by_words);
        let rows: Vec<TransactionRow> = sql.build_query_as().fetch_all(&self.read).await?;
        rows.into_iter().map(TransactionRow::decode).collect()
    }

    /// Returns a transaction of a person.
    pub async fn transaction(
        &self,
        user: &UserId,
        id: &TransactionId,
    ) -> Result<Option<TransactionRecord>, StoreError> {
        let row: Option<TransactionRow> = sqlx::query_as(ONE)
            .bind(id.as_str())
            .bind(user.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.map(TransactionRow::decode).transpose()
    }

    /// The date of a connection's oldest row.
    pub async fn oldest_day(&self, id: &ConnectionId) -> Result<Option<Date>, StoreError> {
        let oldest: Option<String> = sqlx::query_scalar(
            "SELECT MIN((SELECT MIN(t.day) FROM bank_transaction t WHERE t.account_id = a.id))
             FROM account a WHERE a.connection_id = $1",
        )
        .bind(id.as_str())
        .fetch_one(&self.read)
        .await?;
        oldest.as_deref().map(day).transpose()
    }

    /// The number of stored rows of a connection, including those of accounts that are no longer shared.
    pub async fn stored_rows(&self, id: &ConnectionId) -> Result<i64, StoreError> {
        let rows =
            sqlx::query_scalar("SELECT COUNT(*) FROM bank_transaction WHERE connection_id = $1");
        Ok(rows.bind(id.as_str()).fetch_one(&self.read).await?)
    }

    /// Whether a connection has the row to which the provider gave this id.
    pub async fn has_row(&self, id: &ConnectionId, provider_id: &str) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM bank_transaction WHERE connection_id = $1 AND provider_id = $2)",
        )
        .bind(id.as_str())
        .bind(provider_id)
        .fetch_one(&self.read)
        .await?;
        Ok(found == 1)
    }

    /// Whether the full-text index finds few enough rows by these words to read all of them.
    pub(crate) async fn few_have(
        &self,
        user: &UserId,
        words: &[String],
    ) -> Result<bool, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "SELECT COUNT(*) FROM (SELECT 1 FROM transaction_words WHERE transaction_words MATCH ",
        );
        sql.push_bind(match_expression(user, words));
        sql.push(" LIMIT ").push(FEW + 1).push(")");
        let found: i64 = sql.build_query_scalar().fetch_one(&self.read).await?;
        Ok(found <= FEW)
    }
}

/// The query for a page; `by_words` uses the full-text index instead of walking the days.
pub(crate) fn page_query(
    user: &UserId,
    narrowing: &Narrowing,
    place: &Place,
    limit: u32,
    by_words: bool,
) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT ");
    sql.push(LISTED);
    push_rows(&mut sql, user, narrowing, place, by_words);
    sql.push(match place {
        Place::Before(_) => " ORDER BY t.day, t.id",
        _ => " ORDER BY t.day DESC, t.id DESC",
    });
    // A literal, because SQLite takes a bound limit into account when planning and would plan anew for every page.
    sql.push(" LIMIT ").push(limit);
    sql
}

/// Adds where the rows of a filter come from, and which: everything of their query between the columns and the order.
pub(crate) fn push_rows(
    sql: &mut QueryBuilder<Sqlite>,
    user: &UserId,
    narrowing: &Narrowing,
    place: &Place,
    by_words: bool,
) {
    if by_words {
        // CROSS JOIN keeps SQLite from walking the days instead.
        sql.push(" FROM transaction_words w CROSS JOIN bank_transaction t ON t.seq = w.rowid CROSS JOIN account a ON a.id = t.account_id LEFT JOIN transfer_side s ON s.transaction_id = t.id WHERE w.transaction_words MATCH ");
        sql.push_bind(match_expression(user, &narrowing.words));
        sql.push(" AND t.person_id = ")
            .push_bind(user.as_str().to_owned());
    } else {
        sql.push(" FROM bank_transaction t CROSS JOIN account a ON a.id = t.account_id LEFT JOIN transfer_side s ON s.transaction_id = t.id WHERE t.person_id = ");
        sql.push_bind(user.as_str().to_owned());
        for word in &narrowing.words {
            sql.push(" AND instr(t.search, ")
                .push_bind(format!(" {word}"))
                .push(") > 0");
        }
    }
    narrow(sql, narrowing);
    narrow_days(sql, narrowing, place);
}

/// The full-text query. Words contain only letters and digits, so quoting them is enough.
fn match_expression(user: &UserId, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
    format!(
        "(person_id : \"{user}\") AND (search : ({}))",
        words.join(" AND ")
    )
}

fn narrow(sql: &mut QueryBuilder<Sqlite>, narrowing: &Narrowing) {
    if let Some(account) = &narrowing.account {
        sql.push(" AND t.account_id = ")
            .push_bind(account.as_str().to_owned());
    }
    // Bounds may have more decimals than the currency, so the least amount is rounded up and the greatest down.
    let up = RoundingStrategy::ToPositiveInfinity;
    let down = RoundingStrategy::ToNegativeInfinity;
    for (bound, sign, rounding) in [(&narrowing.min, " >= ", up), (&narrowing.max, " <= ", down)] {
        if let Some(units) = bound {
            sql.push(" AND ABS(t.amount)")
                .push(sign)
                .push("CASE t.exponent");
            for exponent in [0_u32, 2, 3, 4, 8] {
                sql.push(format!(" WHEN {exponent} THEN "))
                    .push_bind(minor_units(*units, exponent, rounding));
            }
            sql.push(" END");
        }
    }
    if let Some(category) = &narrowing.category {
        let category = Category::of_code(category);
        sql.push(" AND COALESCE(t.own_category, t.category_primary) = ")
            .push_bind(category.primary.clone());
        if !category.is_broad() {
            sql.push(" AND t.effective_detailed = ")
                .push_bind(category.detailed);
        }
    }
    if let Some(tag) = &narrowing.tag {
        sql.push(" AND t.own_tags <> '' AND instr(' ' || t.own_tags || ' ', ")
            .push_bind(format!(" {tag} "))
            .push(") > 0");
    }
    match narrowing.pending {
        Some(true) => sql.push(" AND t.pending = 1"),
        Some(false) => sql.push(" AND t.pending = 0"),
        None => sql,
    };
}

/// Adds the date range and the place. Both ends of the range form one condition: as two, they make SQLite walk all of a
/// person's days where another index has the rows closer together.
fn narrow_days(sql: &mut QueryBuilder<Sqlite>, narrowing: &Narrowing, place: &Place) {
    let (from, to) = (narrowing.from, narrowing.to);
    let (first, last) = match place {
        Place::First => (from, to),
        // Without the other end of the range, the position implies this one.
        Place::After(at) if from.is_none() => (None, to.filter(|to| *to < at.day)),
        Place::After(at) => (from, Some(to.map_or(at.day, |to| to.min(at.day)))),
        Place::Before(at) if to.is_none() => (from.filter(|from| *from > at.day), None),
        Place::Before(at) => (Some(from.map_or(at.day, |from| from.max(at.day))), to),
    };
    match (first, last) {
        (Some(first), Some(last)) => {
            sql.push(" AND t.day BETWEEN ").push_bind(first.to_string());
            sql.push(" AND ").push_bind(last.to_string());
        }
        (Some(first), None) => {
            sql.push(" AND t.day >= ").push_bind(first.to_string());
        }
        (None, Some(last)) => {
            sql.push(" AND t.day <= ").push_bind(last.to_string());
        }
        (None, None) => {}
    }
    let (at, sign, bounded) = match place {
        Place::First => return,
        Place::After(at) => (at, "<", from.is_some()),
        Place::Before(at) => (at, ">", to.is_some()),
    };
    let (before, between) = match bounded {
        false => (format!(" AND (t.day, t.id) {sign} ("), ", ".to_owned()),
        true => (format!(" AND (t.day {sign} "), format!(" OR t.id {sign} ")),
    };
    sql.push(before).push_bind(at.day.to_string());
    sql.push(between).push_bind(at.id.as_str().to_owned());
    sql.push(")");
}

fn minor_units(units: Decimal, exponent: u32, rounding: RoundingStrategy) -> i64 {
    units
        .checked_mul(Decimal::from(10_u64.pow(exponent)))
        .and_then(|minor| minor.round_dp_with_strategy(0, rounding).to_i64())
        .unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_between_two_minor_units_narrows_to_what_is_within() {
        let half_a_cent = Decimal::new(5, 3);
        let up = RoundingStrategy::ToPositiveInfinity;
        let down = RoundingStrategy::ToNegativeInfinity;
        assert_eq!(minor_units(half_a_cent, 2, up), 1);
        assert_eq!(minor_units(half_a_cent, 2, down), 0);
        assert_eq!(minor_units(half_a_cent, 3, up), 5);
        assert_eq!(minor_units(Decimal::new(150, 2), 0, up), 2);
        assert_eq!(minor_units(Decimal::MAX, 8, up), i64::MAX);
    }
}
