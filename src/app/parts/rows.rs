//! Rows of accounts and transactions.

use leptos::prelude::*;

use super::{category_icon, figure, filter_links, origin};
use crate::ledger::view::{AccountRow, Day, Mark, Month, TransactionRow};

/// Draws a list of accounts.
pub fn accounts(rows: &[AccountRow]) -> AnyView {
    view! { <ul class="rows">{rows.iter().map(account).collect_view()}</ul> }.into_any()
}

/// Draws transactions by day, below a heading of the second level: a thin band for each day, with its rows below. `here`
/// is the page of the list, to which a row's own page leads back.
pub fn days(days: &[Day], here: &str) -> AnyView {
    let days = days.iter().map(|each| day(each, here));
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

fn account(row: &AccountRow) -> AnyView {
    let kind = if row.detail.is_empty() {
        row.kind.as_str()
    } else {
        ""
    };
    let soft = soft_line(&[&row.mask, kind, &row.detail, &row.closed_words]);
    view! {
        <li>
            <a class="row" href=format!("/accounts/{}", row.id)>
                {mark(&row.mark)}
                <span class="what"><span class="name">{row.name.clone()}</span><span class="soft">{soft}</span></span>
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

fn day(day: &Day, here: &str) -> AnyView {
    let sums = day.sums.iter();
    let sums = sums.map(|sum| view! { <span class="sum">{sum.signed.clone()}</span> });
    view! {
        {day.month.as_ref().map(month)}
        <section>
            <h3 class="band">
                <time datetime=day.date.clone()>{day.label.clone()}</time>
                <span class="sums">{sums.collect_view()}</span>
            </h3>
            <ul class="rows">{day.rows.iter().map(|row| transaction(row, here)).collect_view()}</ul>
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

fn transaction(row: &TransactionRow, here: &str) -> AnyView {
    let soft = soft_line(&[&row.category, &row.account]);
    view! {
        <li id=row.id.clone()>
            <a class="row" href=origin::transaction(&row.id, here)>
                {mark(&row.mark)}
                <span class="what"><span class="name">{row.name.clone()}</span><span class="soft">{soft}</span></span>
                <span class="amount">{figure::movement(&row.amount)}{row.pending.then(pending)}</span>
            </a>
        </li>
    }
    .into_any()
}
