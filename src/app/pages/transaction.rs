//! One transaction with all that the bank said, and what the person has written on it.

use leptos::prelude::*;

use super::part_of_path;
use crate::app::data;
use crate::app::flash::Flash;
use crate::app::parts::edit;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::rows;
use crate::ledger::view::{FactGroup, TransactionDetail};

/// The page.
pub fn transaction() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Transactions, |flash| async move {
        let found = data::transaction(id).await?;
        Ok(Page::new(found.row.name.clone(), drawn(&found, &flash)))
    })
}

/// The page of what was read.
pub fn drawn(found: &TransactionDetail, flash: &Flash) -> AnyView {
    let row = &found.row;
    let kind = if row.amount.minor > 0 {
        "figure small in"
    } else {
        "figure small"
    };
    let (whole, cents) = (row.amount.signed.clone(), found.exact.clone());
    view! {
        <p class="back"><a href="/transactions">"All transactions"</a></p>
        <div class="who">
            {rows::mark(&row.mark)}
            <div><h1 class="title">{row.name.clone()}</h1><p class="soft">{found.date.clone()}</p></div>
        </div>
        <p class=kind>{whole} {row.pending.then(rows::pending)}</p>
        {row.pending.then(|| view! {
            <p class="soft">"Not settled yet: the bank may still change the amount or take it back."</p>
        })}
        {cents.map(|exact| view! { <p class="soft">"The bank’s exact figure: " {exact}</p> })}
        <dl class="facts">
            <dt>"Account"</dt>
            <dd>
                <a href=format!("/accounts/{}", found.account_id)>{row.account.clone()}</a>
                <span class="soft">{format!(" · {}", found.institution)}</span>
            </dd>
        </dl>
        {found.facts.iter().map(group).collect_view()}
        {edit::form(&row.id, &found.own, flash)}
    }
    .into_any()
}

/// Facts without a heading of their own.
pub fn facts(facts: &[(String, String)]) -> AnyView {
    let fact = |(what, value): &(String, String)| {
        view! { <dt>{what.clone()}</dt><dd>{value.clone()}</dd> }
    };
    view! { <dl class="facts">{facts.iter().map(fact).collect_view()}</dl> }.into_any()
}

fn group(group: &FactGroup) -> AnyView {
    view! {
        <section>
            <h2 class="band-title">{group.heading.clone()}</h2>
            {facts(&group.facts)}
        </section>
    }
    .into_any()
}
