//! Lists of transactions, and one transaction in detail.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::accounts::mask;
use super::edits::edits_for_others;
use super::filter;
use super::format::{day_label, figure, mark};
use super::totals::{Calendar, of_list};
use super::view::{
    Choice, Day, Filter, Mark, Others, OwnWords, TransactionDetail, TransactionPage,
    TransactionRow, Transfer,
};
use super::{LedgerError, PAGE, facts};
use crate::context::Ctx;
use domain::category::Category;
use domain::id::TransactionId;
use domain::page::cut;
use domain::transaction::Transaction;
use domain::user::User;
use domain::wording::{grouped, long_day};
use store::{AccountWithConnection, Narrowing, Place, Position, TransactionRecord};

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
    let mut listed = Listed::default();
    let (mut days, mut totals) = (Vec::new(), None);
    if let Ok((narrowing, place)) = &read {
        listed = page(ctx, user, narrowing, place).await?;
        let calendar = Calendar::of_days(&summary, narrowing, &listed.rows).await?;
        let calendar = calendar.and_months(&summary, narrowing, &listed.rows);
        days = by_day(ctx, &listed.rows, &calendar.await?, &accounts);
        totals = Some(of_list(&summary, narrowing).await?);
    }
    let any_connection = !accounts.is_empty() || !ctx.store.connections(&user.id).await?.is_empty();
    Ok(TransactionPage {
        days,
        older: listed.older.as_ref().map(filter::place_text),
        newer: listed.newer.as_ref().map(filter::place_text),
        accounts: accounts
            .iter()
            .map(|a| Choice {
                value: a.account.id.to_string(),
                label: format!("{} · {}", a.account.effective_name(), a.institution_name),
            })
            .collect(),
        own_categories: category_choices(&[], None),
        categories: summary.categories().await?.iter().map(choice).collect(),
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

/// A page of a list, newest first.
#[derive(Default)]
struct Listed {
    rows: Vec<TransactionRecord>,
    /// The place after which older rows come; `None` at the end.
    older: Option<Position>,
    /// The place before which newer rows come; `None` at the beginning.
    newer: Option<Position>,
}

async fn page(
    ctx: &Ctx,
    user: &User,
    narrowing: &Narrowing,
    place: &Place,
) -> Result<Listed, LedgerError> {
    let rows = ctx
        .store
        .page_of_transactions(&user.id, narrowing, place, PAGE + 1)
        .await?;
    let (mut rows, next) = cut(rows, PAGE, |row| position(&row.transaction));
    let end = |row: Option<&TransactionRecord>| row.map(|row| position(&row.transaction));
    Ok(match place {
        Place::First | Place::After(_) => Listed {
            newer: end(rows.first()).filter(|_| *place != Place::First),
            older: next,
            rows,
        },
        Place::Before(_) if next.is_some() => {
            rows.reverse();
            Listed {
                older: end(rows.last()),
                newer: next,
                rows,
            }
        }
        // The first page is shown whole.
        Place::Before(_) => Box::pin(page(ctx, user, narrowing, &Place::First)).await?,
    })
}

/// Returns one transaction with everything that the bank said, and its neighbours in the list of `filter`.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn transaction(
    ctx: &Ctx,
    user: &User,
    id: &str,
    filter: &Filter,
) -> Result<TransactionDetail, LedgerError> {
    let id = TransactionId::parse(id).ok_or(LedgerError::NotFound)?;
    let record = ctx
        .store
        .transaction(&user.id, &id)
        .await?
        .ok_or(LedgerError::NotFound)?;
    let categories = ctx.store.summary(&user.id).await?.categories().await?;
    let accounts = ctx.store.accounts(&user.id).await?;
    let transaction = &record.transaction;
    let (newer, older) = neighbours(ctx, user, transaction, filter).await?;
    let (row, statement) = (row(&record, &accounts), &transaction.description);
    Ok(TransactionDetail {
        own: own(transaction, &categories),
        others: others(ctx, user, transaction).await?,
        transfer: match (&transaction.transfer, &transaction.own.no_transfer_with) {
            (Some(other), _) => Transfer::Yes(other.id.to_string()),
            (None, Some(_)) => Transfer::Denied,
            (None, None) => Transfer::No,
        },
        statement: (*statement != row.name && !statement.trim().is_empty())
            .then(|| statement.clone()),
        row,
        account_id: transaction.account_id.to_string(),
        date: long_day(transaction.date),
        exact: transaction.amount_exact.clone(),
        facts: facts::groups(transaction),
        institution: record.institution_name,
        newer,
        older,
    })
}

/// Returns the ids of the next newer and the next older transaction in a list; none if the filter is invalid.
async fn neighbours(
    ctx: &Ctx,
    user: &User,
    transaction: &Transaction,
    filter: &Filter,
) -> Result<(Option<String>, Option<String>), LedgerError> {
    let Ok((narrowing, _)) = filter::parse_filter(filter) else {
        return Ok((None, None));
    };
    let at = position(transaction);
    let next = async |place| {
        let found = ctx
            .store
            .page_of_transactions(&user.id, &narrowing, &place, 1);
        let id = |rows: Vec<TransactionRecord>| Some(rows.first()?.transaction.id.to_string());
        Ok::<_, LedgerError>(id(found.await?))
    };
    Ok((
        next(Place::Before(at.clone())).await?,
        next(Place::After(at)).await?,
    ))
}

/// Returns how many other transactions of the same name lack the name or category that the person gave to this one.
async fn others(
    ctx: &Ctx,
    user: &User,
    transaction: &Transaction,
) -> Result<Option<Others>, LedgerError> {
    let Some(edits) = edits_for_others(&transaction.own) else {
        return Ok(None);
    };
    let found = ctx
        .store
        .others_named_like(&user.id, &transaction.id, &edits)
        .await?;
    Ok((found > 0).then(|| Others {
        count: match found {
            1 => "the other one".to_owned(),
            n => format!("the other {}", grouped(n)),
        },
        name: banks_name(transaction).to_owned(),
    }))
}

/// Returns the person's own values with the bank's values beside them.
fn own(transaction: &Transaction, categories: &[Category]) -> OwnWords {
    let own = transaction.own.clone();
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
        categories: category_choices(categories, transaction.own.category.as_deref()),
    }
}

/// Returns the categories that a person can choose: the usual ones, those that their banks use besides, and the one that
/// they chose elsewhere.
fn category_choices(theirs: &[Category], chosen: Option<&str>) -> Vec<Choice> {
    let mut all: Vec<Category> = Category::choices().collect();
    let usual: BTreeSet<String> = all.iter().map(|one| one.primary.clone()).collect();
    let unusual = theirs.iter().filter(|one| !usual.contains(&one.primary));
    all.extend(unusual.cloned());
    let chosen = chosen.map(Category::of_code);
    all.extend(chosen.filter(|chosen| all.iter().all(|one| one.detailed != chosen.detailed)));
    all.iter().map(choice).collect()
}

/// Groups rows by day, with the sums of days and months.
pub(super) fn by_day(
    ctx: &Ctx,
    rows: &[TransactionRecord],
    calendar: &Calendar,
    accounts: &[AccountWithConnection],
) -> Vec<Day> {
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
                rows: day.iter().map(|record| row(record, accounts)).collect(),
            }
        })
        .collect()
}

fn row(record: &TransactionRecord, accounts: &[AccountWithConnection]) -> TransactionRow {
    let transaction = &record.transaction;
    let name = match &transaction.own.name {
        Some(own) => own,
        None => banks_name(transaction),
    };
    let category = transaction.effective_category();
    let account = accounts
        .iter()
        .map(|of| &of.account)
        .find(|account| account.id == transaction.account_id);
    TransactionRow {
        id: transaction.id.to_string(),
        name: name.to_owned(),
        mark: Mark {
            category: match transaction.transfer {
                Some(_) => "TRANSFER_OUT".to_owned(),
                None => category.map_or_else(String::new, |category| category.primary),
            },
            ..mark(name, None)
        },
        category: transaction.category_words().unwrap_or_default(),
        account: record.account_name.clone(),
        mask: account.map_or_else(String::new, mask),
        amount: figure(&transaction.amount),
        pending: transaction.pending,
        transfer: transfer_words(transaction, accounts),
        note: transaction.own.note.clone().unwrap_or_default(),
        tags: transaction.own.tags.clone(),
    }
}

/// Names the other account of a transfer: "to Savings", "from Checking".
fn transfer_words(transaction: &Transaction, accounts: &[AccountWithConnection]) -> Option<String> {
    let other = &transaction.transfer.as_ref()?.account_id;
    let account = accounts.iter().find(|of| of.account.id == *other);
    let name = account.map_or("another account", |of| of.account.effective_name());
    let way = if transaction.amount.minor < 0 {
        "to"
    } else {
        "from"
    };
    Some(format!("{way} {name}"))
}

/// Returns the bank's name for a transaction.
fn banks_name(transaction: &Transaction) -> &str {
    match transaction.banks_name() {
        name if name.trim().is_empty() => "No description",
        name => name,
    }
}

pub(super) fn position(transaction: &Transaction) -> Position {
    let day: Date = transaction.date;
    Position {
        day,
        id: transaction.id.clone(),
    }
}

/// Returns a category as an option of a list, in which the fine ones are indented below their broad one.
fn choice(category: &Category) -> Choice {
    let label = match category.is_broad() {
        true => category.primary_words(),
        false => format!("\u{2003}{}", category.words()),
    };
    Choice {
        value: category.detailed.clone(),
        label,
    }
}
