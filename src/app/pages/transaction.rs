//! One transaction: the form for the person's own values, and everything from the bank.

use leptos::prelude::*;

use super::{part_of_path, query};
use crate::app::flash::Flash;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::rows;
use crate::app::parts::{edit, origin};
use crate::app::server_functions;
use crate::ledger::view::{FactGroup, TransactionDetail, Transfer};

/// Reads the data and draws the page.
pub fn transaction() -> AnyView {
    let (id, back) = (part_of_path("id"), query("back"));
    framed(Tab::Transactions, |flash| async move {
        let found = server_functions::transaction(id, origin::filter(&back)).await?;
        let page = view(&found, &flash, &back);
        Ok(Page::new(found.row.name.clone(), page))
    })
}

/// Draws the page; `back` is the page that it was opened from.
pub fn view(found: &TransactionDetail, flash: &Flash, back: &str) -> AnyView {
    let row = &found.row;
    let kind = match found.transfer {
        Transfer::No | Transfer::Denied if row.amount.minor > 0 => "figure small in",
        _ => "figure small",
    };
    let (whole, cents) = (row.amount.signed.clone(), found.exact.clone());
    let back = origin::known(back);
    view! {
        {ways(found, back)}
        <div class="who">
            {rows::mark(&row.mark)}
            <div><h1 class="title">{row.name.clone()}</h1><p class="soft">{found.date.clone()}</p></div>
        </div>
        <p class=kind>{whole} {row.pending.then(rows::pending)}</p>
        {row.pending.then(|| view! {
            <p class="soft">"Pending: the amount may still change or the charge may disappear."</p>
        })}
        {cents.map(|exact| view! { <p class="soft">"Exact amount from the bank: " {exact}</p> })}
        <p class="soft">
            <a href=format!("/accounts/{}", found.account_id)>{row.account.clone()}</a>
            {format!(" · {}", found.institution)}
        </p>
        {edit::transfer(found, back)}
        {edit::form(&row.id, &found.own, flash, back)}
        {found.others.as_ref().map(|others| edit::others(&row.id, others, back))}
        {found.statement.clone().map(|text| view! {
            <dl class="facts"><dt>"Appears on statement as"</dt><dd>{text}</dd></dl>
        })}
        <details class="from-bank">
            <summary>"From the bank"</summary>
            {found.facts.iter().map(group).collect_view()}
        </details>
    }
    .into_any()
}

/// Draws the way back to the list, and those to the transactions before and after this one in it.
fn ways(found: &TransactionDetail, back: &str) -> AnyView {
    let (list, words) = origin::back(&found.row.id, back, &found.row.account);
    let to = |id: &String| origin::transaction(id, back);
    view! {
        <nav class="back ways" aria-label="This list">
            <a href=list>{words}</a>
            <span class="steps">
                {found.newer.as_ref().map(|id| view! { <a href=to(id) rel="prev">"Newer"</a> })}
                {found.older.as_ref().map(|id| view! { <a href=to(id) rel="next">"Older"</a> })}
            </span>
        </nav>
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
    fn the_form_comes_first_and_what_the_bank_said_is_folded() {
        let found = invented::transaction();
        let page = html(|| view(&found, &Flash::default(), ""));
        let place = |text: &str| page.source.find(text).expect("it is on the page");
        assert!(place("/forms/transaction") < place("From the bank"));
        assert!(place("From the bank") < place("halden.example"));
        assert!(page.one("details.from-bank").attr("open").is_none());
    }

    #[test]
    fn the_neighbours_in_the_list_keep_the_list() {
        let mut found = invented::transaction();
        (found.newer, found.older) = (Some("newer".into()), None);
        let page = html(|| view(&found, &Flash::default(), "/transactions?q=a"));
        assert_eq!(
            page.one("a[rel=prev]").attr("href"),
            Some("/transactions/newer?back=%2Ftransactions%3Fq%3Da")
        );
        assert_eq!(page.count("a[rel=next]"), 0);
    }

    #[test]
    fn a_transfer_is_neutral_and_can_be_denied() {
        let mut found = invented::transaction();
        found.row.transfer = Some("from Savings".into());
        found.transfer = Transfer::Yes("01other".into());
        let page = html(|| view(&found, &Flash::default(), ""));
        assert_eq!(page.count(".figure.in"), 0);
        assert_eq!(page.text(".transfer a"), "Transfer from Savings");
        assert_eq!(page.text(".transfer button"), "Not a transfer");
        found.transfer = Transfer::Denied;
        let page = html(|| view(&found, &Flash::default(), ""));
        assert_eq!(page.text(".transfer button"), "It is a transfer");
    }

    #[test]
    fn the_way_back_and_the_form_keep_where_one_came_from() {
        let found = invented::transaction();
        let list = "/transactions?q=coffee&after=2026-11-18.01arz";
        let page = html(|| view(&found, &Flash::default(), list));
        let back = format!("{list}#{}", found.row.id);
        assert_eq!(page.one(".back > a").attr("href"), Some(back.as_str()));
        assert_eq!(page.one("form.own [name=back]").attr("value"), Some(list));
        let page = html(|| view(&found, &Flash::default(), "//evil.example"));
        assert_eq!(page.text(".back > a"), "All transactions");
        assert!(!page.source.contains("evil"));
    }
}
