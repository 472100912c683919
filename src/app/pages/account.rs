//! One account: its balance over time and its newest transactions.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use super::transaction::facts;
use crate::app::flash::Flash;
use crate::app::forms::accounts::EditAccount;
use crate::app::parts::attention::attention;
use crate::app::parts::chart::chart;
use crate::app::parts::field::labelled;
use crate::app::parts::filter::address;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, figure, rows};
use crate::app::server_functions;
use crate::ledger::view::{AccountDetail, Attention, Filter, Freshness};
use domain::account::LONGEST_NAME;

/// Reads the data and draws the page.
pub fn account() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |flash| async move {
        let found = server_functions::account(id).await?;
        Ok(Page::new(found.account.name.clone(), view(&found, &flash)))
    })
}

/// Draws the page.
pub fn view(found: &AccountDetail, flash: &Flash) -> AnyView {
    if found.deleting {
        return being_deleted(found);
    }
    let account = &found.account;
    let here = format!("/accounts/{}", account.id);
    let all = address(&Filter {
        account: account.id.clone(),
        ..Filter::default()
    });
    let what = format!("Balance of {} by day", account.name);
    let needs = found.attention.as_ref();
    let syncs = !needs.is_some_and(Attention::is_the_only_way);
    view! {
        <p class="back"><a href="/accounts">"All accounts"</a></p>
        <div class="top">
            <div class="worth">
                <h1>{account.name.clone()} " " <span class="soft">{account.mask.clone()}</span></h1>
                {balance(found)}
                {soft(found)}
            </div>
            {(syncs && found.syncs).then(|| view! {
                <div class="actions">{actions::sync(&found.connection_id, &here, "Sync now", "button")}</div>
            })}
        </div>
        {needs.map(|what| attention(what, &here))}
        {chart("chart-account", &what, "Balance", &found.line, "tall")}
        <div class="columns">
            <section class="aside">
                <div class="heading"><h2 class="band-title">"About"</h2></div>
                {facts(&found.facts)}
                <div class="heading"><h2 class="band-title">"Last updated"</h2></div>
                {fresh(&found.freshness)}
                {own(found, flash)}
                {account.closed.then(|| view! {
                    <p class="actions">
                        <a class="button quiet" href=format!("/accounts/{}/delete", account.id)>"Delete this account"</a>
                    </p>
                })}
            </section>
            <section>
                <div class="heading">
                    <h2 class="band-title">"Recent transactions"</h2>
                    {found.more.then(|| view! { <a class="soft" href=all>"See all"</a> })}
                </div>
                {if found.days.is_empty() {
                    view! { <p class="empty-list">"No transactions yet."</p> }.into_any()
                } else {
                    rows::days_of_account(&found.days, &here)
                }}
            </section>
        </div>
    }
    .into_any()
}

/// Draws an account that is being deleted with its connection; it offers no actions.
fn being_deleted(found: &AccountDetail) -> AnyView {
    let account = &found.account;
    view! {
        <p class="back"><a href="/accounts">"All accounts"</a></p>
        <h1 class="title">{account.name.clone()} " " <span class="soft">{account.mask.clone()}</span></h1>
        <p>
            "This account and its transactions are being deleted, together with "
            <a href=format!("/connections/{}", found.connection_id)>{account.institution.clone()}</a>
            {format!(". This finishes when {} confirms that the bank is unlinked.", found.provider)}
        </p>
    }
    .into_any()
}

/// Draws how fresh the data is at each step from the bank to Passbook, with what each time means.
fn fresh(times: &[Freshness]) -> AnyView {
    let time = |time: &Freshness| {
        view! {
            <dt>{time.whose.clone()}</dt>
            <dd>
                {time.at.as_ref().map(figure::moment)}
                {time.words.clone()}
                <span class="soft meaning">{time.meaning.clone()}</span>
            </dd>
        }
    };
    view! { <dl class="facts">{times.iter().map(time).collect_view()}</dl> }.into_any()
}

/// Draws the form for what the person says of the account, folded unless it was refused.
fn own(found: &AccountDetail, flash: &Flash) -> AnyView {
    let account = &found.account;
    let refused = !flash.problems.is_empty();
    let (name, hidden, left_out) = match refused {
        true => (
            flash.typed("name").to_owned(),
            flash.typed("hidden") == "yes",
            flash.typed("left_out") == "yes",
        ),
        false => (found.own_name.clone(), account.hidden, account.left_out),
    };
    let banks_name = format!("Name from the bank: {}", found.banks_name);
    view! {
        <details class="own-account" open=refused>
            <summary>"Edit account"</summary>
            <form class="sheet" method="post" action=EditAccount::url()>
                <input type="hidden" name="account" value=account.id.clone()/>
                {labelled("name", "Name", &banks_name, flash, |described, wrong| view! {
                    <input id="name" name="name" type="text" value=name maxlength=LONGEST_NAME
                        autocomplete="off" aria-invalid=wrong aria-describedby=described/>
                }.into_any())}
                {tick("hidden", "Hide this account", hidden,
                    "It isn’t listed with the others. Its transactions stay, and it counts in net worth.")}
                {tick("left_out", "Leave out of net worth", left_out, "")}
                <button class="button" type="submit">"Save"</button>
            </form>
        </details>
    }
    .into_any()
}

/// Draws a box to tick, with a line of help below; no help if it is empty.
fn tick(name: &'static str, label: &'static str, on: bool, help: &'static str) -> AnyView {
    view! {
        <div class="tick">
            <label for=name><input type="checkbox" id=name name=name value="yes" checked=on/> " " {label}</label>
            {(!help.is_empty()).then(|| view! { <p class="help">{help}</p> })}
        </div>
    }
    .into_any()
}

fn balance(found: &AccountDetail) -> AnyView {
    match &found.account.balance {
        Some(balance) => {
            let old = &found.account.as_of;
            let shown = found.owed.as_ref().unwrap_or(balance);
            view! {
                {figure::big(shown, "figure")}
                {found.owed.is_some().then(|| view! { <p class="soft">"owed"</p> })}
                {(!old.is_empty()).then(|| view! { <p class="soft">{old.clone()}</p> })}
            }
            .into_any()
        }
        None => view! { <p>"No balance from the bank."</p> }.into_any(),
    }
}

fn soft(found: &AccountDetail) -> AnyView {
    let account = &found.account;
    let hidden = if account.hidden { "hidden" } else { "" };
    let words = rows::soft_line(&[
        &account.kind,
        &account.detail,
        &account.closed_words,
        hidden,
        account.left_out_words(),
    ]);
    let stopped = found.attention.as_ref().is_some_and(|what| what.stopped);
    let synced = account.synced.as_ref().filter(|_| !stopped);
    view! {
        <p class="soft">
            <a href=format!("/connections/{}", found.connection_id)>{account.institution.clone()}</a>
            {(!words.is_empty()).then(|| format!(" · {words}"))}
            {synced.map(|when| view! { " · synced " {figure::moment(when)} })}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn one_that_is_being_deleted_offers_nothing() {
        let mut found = invented::account_detail();
        found.deleting = true;
        let page = html(move || view(&found, &Flash::default()));
        let said = page.text("p:not(.back)");
        assert!(said.contains("are being deleted"), "{said}");
        let until = "This finishes when Plaid confirms that the bank is unlinked.";
        assert!(said.ends_with(until), "{said}");
        for offered in ["form", "button", ".button", ".figure", "a.row"] {
            assert_eq!(page.count(offered), 0, "{offered}");
        }
    }
}
