//! Rows of accounts and transactions.

use leptos::prelude::*;

use super::{category_icon, figure, filter_links, origin};
use crate::ledger::view::{AccountRow, Day, Mark, Month, TransactionRow};

/// Draws a list of accounts.
pub fn accounts(rows: &[AccountRow]) -> AnyView {
    let row = |row| account(row, "");
    view! { <ul class="rows">{rows.iter().map(row).collect_view()}</ul> }.into_any()
}

/// Draws a list of accounts of several banks, each with its bank's name.
pub fn accounts_of_banks(rows: &[AccountRow]) -> AnyView {
    let row = |row| account(row, &row.institution);
    view! { <ul class="rows">{rows.iter().map(row).collect_view()}</ul> }.into_any()
}

/// Draws transactions by day, below a heading of the second level: a thin band for each day, with its rows below. `here`
/// is the page of the list, to which a row's own page leads back.
pub fn days(days: &[Day], here: &str) -> AnyView {
    list(days, here, Within::All)
}

/// Draws the transactions of one account, without its name.
pub fn days_of_account(days: &[Day], here: &str) -> AnyView {
    list(days, here, Within::Account)
}

/// Draws transactions with a box for each, named `ids[]`, to choose some of them.
pub fn days_to_choose(days: &[Day], here: &str) -> AnyView {
    list(days, here, Within::Choice)
}

/// What a list of transactions is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// All accounts.
    All,
    /// The page of one account.
    Account,
    /// A form in which some of them are chosen.
    Choice,
}

fn list(days: &[Day], here: &str, within: Within) -> AnyView {
    let days = days.iter().map(|each| day(each, here, within));
    view! { <div class="days">{days.collect_view()}</div> }.into_any()
}

/// Draws an institution's logo or a transaction's category, else a letter.
pub fn mark(mark: &Mark) -> AnyView {
    let letter = || {
        let class = format!("mark tone-{}", mark.tone % 12);
        view! { <span class=class aria-hidden="true">{mark.letter.clone()}</span> }.into_any()
    };
    match &mark.logo {
        Some(address) => view! {
            <img class="mark" src=address.clone() alt="" width="36" height="36" loading="lazy"/>
        }
        .into_any(),
        None => category_icon::mark(&mark.category).unwrap_or_else(letter),
    }
}

/// The small outlined word on a pending row.
pub fn pending() -> AnyView {
    view! { <span class="pending">"pending"</span> }.into_any()
}

/// Joins the parts that are not empty with dots.
pub fn soft_line(parts: &[&str]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.copied().collect::<Vec<_>>().join(" · ")
}

fn account(row: &AccountRow, bank: &str) -> AnyView {
    let kind = if row.detail.is_empty() {
        row.kind.as_str()
    } else {
        ""
    };
    let soft = soft_line(&[
        &row.mask,
        kind,
        &row.detail,
        &row.closed_words,
        row.left_out_words(),
    ]);
    // On a narrow screen the mark says which bank it is.
    let bank = (!bank.is_empty()).then(|| {
        let dot = if soft.is_empty() { "" } else { " · " };
        view! { <span class="on-wide">{bank.to_owned()} {dot}</span> }
    });
    view! {
        <li>
            <a class="row" href=format!("/accounts/{}", row.id)>
                {mark(&row.mark)}
                <span class="what"><span class="name">{row.name.clone()}</span><span class="soft">{bank} {soft}</span></span>
                <span class="amount">
                    {row.balance.as_ref().map_or_else(
                        || view! { <span class="soft">"balance unknown"</span> }.into_any(),
                        figure::balance,
                    )}
                    {(!row.as_of.is_empty()).then(|| view! { <span class="soft">{row.as_of.clone()}</span> })}
                </span>
            </a>
        </li>
    }
    .into_any()
}

fn day(day: &Day, here: &str, within: Within) -> AnyView {
    let sums = day.sums.iter();
    let sums = sums.map(|sum| view! { <span class="sum">{sum.signed.clone()}</span> });
    view! {
        {day.month.as_ref().map(month)}
        <section>
            <h3 class="band">
                <time datetime=day.date.clone()>{day.label.clone()}</time>
                <span class="sums">{sums.collect_view()}</span>
            </h3>
            <ul class="rows">{day.rows.iter().map(|row| transaction(row, here, within)).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Draws the heading of a month, above the days of a list in months.
fn month(month: &Month) -> AnyView {
    view! {
        <h2 class="month">
            <time datetime=month.month.clone()>{month.label.clone()}</time>
            <span class="sums">{month.sums.iter().map(filter_links::sums).collect_view()}</span>
        </h2>
    }
    .into_any()
}

fn transaction(row: &TransactionRow, here: &str, within: Within) -> AnyView {
    let transfer = row.transfer.as_ref().map(|to| format!("Transfer {to}"));
    let what = transfer.unwrap_or_else(|| row.category.clone());
    let account = (within != Within::Account).then(|| account_of(row, !what.is_empty()));
    let name = row.name.clone();
    let content = view! {
        {mark(&row.mark)}
        <span class="what">
            <span class="name">{name}</span>
            <span class="soft">{what} {account}</span>
            {own_words(row)}
        </span>
        <span class="amount">
            {match row.transfer.is_some() {
                true => figure::neutral(&row.amount),
                false => figure::movement(&row.amount),
            }}
            {row.pending.then(pending)}
        </span>
    };
    let item = match within {
        Within::Choice => {
            let id = format!("choose-{}", row.id);
            view! {
                <label class="row" for=id>
                    <input type="checkbox" id=id.clone() name="ids[]" value=row.id.clone()/>
                    {content}
                </label>
            }
            .into_any()
        }
        Within::All | Within::Account => {
            view! { <a class="row" href=origin::transaction(&row.id, here)>{content}</a> }
                .into_any()
        }
    };
    view! { <li id=row.id.clone()>{item}</li> }.into_any()
}

/// Draws the account of a transaction: its name, or on a narrow screen the last digits of its number if they are known.
fn account_of(row: &TransactionRow, after: bool) -> AnyView {
    let dot = if after { " · " } else { "" };
    let name = row.account.clone();
    if row.mask.is_empty() {
        return view! { {dot} {name} }.into_any();
    }
    view! { {dot} <span class="on-narrow">{row.mask.clone()}</span><span class="on-wide">{name}</span> }
        .into_any()
}

/// Draws the person's note, on one line, and tags.
fn own_words(row: &TransactionRow) -> Option<AnyView> {
    let note = row.note.lines().next().unwrap_or_default().to_owned();
    if note.is_empty() && row.tags.is_empty() {
        return None;
    }
    let tags = row
        .tags
        .iter()
        .map(|tag| view! { <span class="tag">{format!("#{tag}")}</span> });
    let line = view! {
        <span class="own-words">
            {(!note.is_empty()).then(|| view! { <span class="note">{note}</span> })}
            {tags.collect_view()}
        </span>
    };
    Some(line.into_any())
}
