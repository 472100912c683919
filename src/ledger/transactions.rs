//! Lists of transactions, and one transaction in detail.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::filter;
use super::format::{day_label, figure, mark};
use super::totals::{Calendar, of_list};
use super::view::{
    Choice, Day, Filter, Mark, OwnWords, TransactionDetail, TransactionPage, TransactionRow,
};
use super::{LedgerError, PAGE, facts};
use crate::context::Ctx;
use domain::category::Category;
use domain::id::TransactionId;
use domain::page::cut;
use domain::transaction::Transaction;
use domain::user::User;
use domain::wording::long_day;
use store::{Position, TransactionRecord};

/// Returns a page of transactions, newest first.
///
/// # Errors
/// When the database fails. An invalid filter is not an error: the page says what is wrong with it.
pub async fn transactions(
    ctx: &Ctx,
    user: &User,
    filter: &Filter,
) -> Result<TransactionPage, LedgerError> {
    let accounts = ctx.store.accounts(&user.id).await?;
    let summary = ctx.store.summary(&user.id).await?;
    let read = filter::parse_filter(filter);
    let (mut days, mut older, mut totals) = (Vec::new(), None, None);
    if let Ok((narrowing, after)) = &read {
        let rows = ctx
            .store
            .page_of_transactions(&user.id, narrowing, after.as_ref(), PAGE + 1)
            .await?;
        let (rows, next) = cut(rows, PAGE, |row| position(&row.transaction));
        let calendar = Calendar::of_days(&summary, narrowing, &rows).await?;
        let calendar = calendar.and_months(&summary, narrowing, &rows).await?;
        days = by_day(ctx, &rows, &calendar);
        older = next.as_ref().map(filter::place_text);
        totals = Some(of_list(&summary, narrowing).await?);
    }
    let newest = !matches!(&read, Ok((_, Some(_))));
    let any_connection = !accounts.is_empty() || !ctx.store.connections(&user.id).await?.is_empty();
    Ok(TransactionPage {
        days,
        older,
        newest,
        accounts: accounts
            .iter()
            .map(|a| Choice {
                value: a.account.id.to_string(),
                label: format!("{} · {}", a.account.name, a.institution_name),
            })
            .collect(),
        categories: summary
            .categories()
            .await?
            .into_iter()
            .map(category_choice)
            .collect(),
        tags: summary
            .tags()
            .await?
            .into_iter()
            .map(|tag| Choice {
                label: tag.clone(),
                value: tag,
            })
            .collect(),
        ranges: filter::quick_ranges(ctx.clock.today()),
        totals,
        problems: read.err().unwrap_or_default(),
        any_connection,
    })
}

/// Returns one transaction with everything that the bank said.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn transaction(
    ctx: &Ctx,
    user: &User,
    id: &str,
) -> Result<TransactionDetail, LedgerError> {
    let id = TransactionId::parse(id).ok_or(LedgerError::NotFound)?;
    let record = ctx
        .store
        .transaction(&user.id, &id)
        .await?
        .ok_or(LedgerError::NotFound)?;
    let categories = ctx.store.summary(&user.id).await?.categories().await?;
    Ok(TransactionDetail {
        row: row(&record),
        own: own(&record.transaction, &categories),
        account_id: record.transaction.account_id.to_string(),
        institution: record.institution_name,
        date: long_day(record.transaction.date),
        exact: record.transaction.amount_exact.clone(),
        facts: facts::groups(&record.transaction),
    })
}

/// Returns the person's own values with the bank's values beside them.
fn own(transaction: &Transaction, categories: &[String]) -> OwnWords {
    let own = transaction.own.clone();
    let usual = Category::PRIMARY.map(str::to_owned);
    let codes: BTreeSet<String> = usual
        .into_iter()
        .chain(categories.iter().cloned())
        .collect();
    OwnWords {
        name: own.name.unwrap_or_default(),
        category: own.category.unwrap_or_default(),
        note: own.note.unwrap_or_default(),
        tags: own.tags.join(" "),
        banks_name: banks_name(transaction).to_owned(),
        banks_category: transaction
            .category
            .as_ref()
            .map_or_else(String::new, Category::words),
        categories: codes.into_iter().map(category_choice).collect(),
    }
}

/// Groups rows by day, with the sums of days and months.
pub(super) fn by_day(ctx: &Ctx, rows: &[TransactionRecord], calendar: &Calendar) -> Vec<Day> {
    let today = ctx.clock.today();
    let mut before = None;
    rows.chunk_by(|a, b| a.transaction.date == b.transaction.date)
        .map(|day| {
            let date = day[0].transaction.date;
            let month = date.first_of_month();
            let begins = before.replace(month) != Some(month);
            Day {
                date: date.to_string(),
                label: day_label(date, today),
                month: begins.then(|| calendar.month(date)).flatten(),
                sums: calendar.day(date),
                rows: day.iter().map(row).collect(),
            }
        })
        .collect()
}

fn row(record: &TransactionRecord) -> TransactionRow {
    let transaction = &record.transaction;
    let name = match &transaction.own.name {
        Some(own) => own,
        None => banks_name(transaction),
    };
    TransactionRow {
        id: transaction.id.to_string(),
        name: name.to_owned(),
        mark: Mark {
            category: transaction
                .primary_category()
                .unwrap_or_default()
                .to_owned(),
            ..mark(name, None)
        },
        category: transaction.category_words().unwrap_or_default(),
        account: record.account_name.clone(),
        amount: figure(&transaction.amount),
        pending: transaction.pending,
    }
}

/// Returns the bank's name for a transaction.
fn banks_name(transaction: &Transaction) -> &str {
    let name = transaction.merchant.as_deref();
    let name = name.unwrap_or(&transaction.description);
    if name.trim().is_empty() {
        "No description"
    } else {
        name
    }
}

pub(super) fn position(transaction: &Transaction) -> Position {
    let day: Date = transaction.date;
    Position {
        day,
        id: transaction.id.clone(),
    }
}

fn category_choice(code: String) -> Choice {
    let label = Category {
        primary: code.clone(),
        detailed: code.clone(),
    }
    .primary_words();
    Choice { value: code, label }
}
