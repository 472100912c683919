//! One transaction: effective values, the form for own values, and everything from the bank.

use leptos::prelude::*;

use super::{part_of_path, query};
use crate::app::flash::Flash;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::rows;
use crate::app::parts::{edit, origin};
use crate::app::server_functions;
use crate::ledger::view::{FactGroup, TransactionDetail};

/// Reads the data and draws the page.
pub fn transaction() -> AnyView {
    let (id, back) = (part_of_path("id"), query("back"));
    framed(Tab::Transactions, |flash| async move {
        let found = server_functions::transaction(id).await?;
        let page = view(&found, &flash, &back);
        Ok(Page::new(found.row.name.clone(), page))
    })
}

/// Draws the page; `back` is the page that it was opened from.
pub fn view(found: &TransactionDetail, flash: &Flash, back: &str) -> AnyView {
    let row = &found.row;
    let kind = if row.amount.minor > 0 {
        "figure small in"
    } else {
        "figure small"
    };
    let (whole, cents) = (row.amount.signed.clone(), found.exact.clone());
    let (list, words) = origin::back(&row.id, back, &row.account);
    view! {
        <p class="back"><a href=list>{words}</a></p>
        <div class="who">
            {rows::mark(&row.mark)}
            <div><h1 class="title">{row.name.clone()}</h1><p class="soft">{found.date.clone()}</p></div>
        </div>
        <p class=kind>{whole} {row.pending.then(rows::pending)}</p>
        {row.pending.then(|| view! {
            <p class="soft">"Pending: the amount may still change or the charge may disappear."</p>
        })}
        {cents.map(|exact| view! { <p class="soft">"Exact amount from the bank: " {exact}</p> })}
        {now(found)}
        {edit::form(&row.id, &found.own, flash, origin::known(back))}
        {found.facts.iter().map(group).collect_view()}
    }
    .into_any()
}

/// Draws the effective values.
fn now(found: &TransactionDetail) -> AnyView {
    let own = &found.own;
    let fact = |what: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{what}</dt><dd>{value}</dd> })
    };
    view! {
        <dl class="facts now">
            <dt>"Account"</dt>
            <dd>
                <a href=format!("/accounts/{}", found.account_id)>{found.row.account.clone()}</a>
                <span class="soft">{format!(" · {}", found.institution)}</span>
            </dd>
            {fact("Category", &found.row.category)}
            {fact("Note", &own.note)}
            {fact("Tags", &own.tags)}
        </dl>
    }
    .into_any()
}

/// Draws a list of labels and values.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn the_persons_values_come_first_then_the_form_then_what_the_bank_said() {
        let mut found = invented::transaction();
        found.row.category = "Travel".into();
        let page = html(|| view(&found, &Flash::default(), ""));
        let now = page.text(".facts.now");
        for value in ["Travel", "holiday", "work 2026"] {
            assert!(now.contains(value), "{value}: {now}");
        }
        let place = |text: &str| page.source.find(text).expect("it is on the page");
        let form = place("/forms/transaction");
        assert!(place("facts now") < form);
        assert!(form < place("ACH HALDEN ENG PAYROLL"));
    }

    #[test]
    fn the_way_back_and_the_form_keep_where_one_came_from() {
        let found = invented::transaction();
        let list = "/transactions?q=coffee&after=2026-11-18.01arz";
        let page = html(|| view(&found, &Flash::default(), list));
        let back = format!("{list}#{}", found.row.id);
        assert_eq!(page.one(".back a").attr("href"), Some(back.as_str()));
        assert_eq!(page.one("form [name=back]").attr("value"), Some(list));
        let page = html(|| view(&found, &Flash::default(), "//evil.example"));
        assert_eq!(page.text(".back a"), "All transactions");
        assert!(!page.source.contains("evil"));
    }

    #[test]
    fn empty_values_have_no_line() {
        let mut found = invented::transaction();
        (found.own.note, found.own.tags) = (String::new(), String::new());
        found.row.category = String::new();
        let page = html(|| view(&found, &Flash::default(), ""));
        assert_eq!(page.count(".facts.now dt"), 1);
    }
}
