//! "Accounts": the accounts by type with what they add up to, and the banks with their state and actions.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::overview::{freshness, stopped};
use super::{ended, query};
use crate::app::forms::accounts::MoveAccount;
use crate::app::parts::attention::attention;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, composition, figure, rows};
use crate::app::server_functions;
use crate::ledger::view::{
    AccountGroup, AccountRow, AccountsPage, Attention, AttentionAction, ConnectionCard, Offers,
};
use domain::wording;

/// Reads the data and draws the page.
pub fn accounts() -> AnyView {
    let arranges = query("arrange") == "yes";
    framed(Tab::Accounts, move |_| async move {
        let page = server_functions::accounts().await?;
        let view = match arranges && !page.groups.is_empty() {
            true => arrange(&page),
            false => view(&page),
        };
        Ok(Page::new("Accounts", view))
    })
}

/// Draws the page.
pub fn view(page: &AccountsPage) -> AnyView {
    let cards = &page.connections;
    if cards.is_empty() {
        return view! {
            <h1>"Accounts"</h1>
            <div class="empty">
                <h2 class="title">"No banks linked yet"</h2>
                <p>"Link one to see its accounts and balances here."</p>
                {actions::new_bank("Link a bank", "button main")}
            </div>
        }
        .into_any();
    }
    let linked = || cards.iter().filter(|card| card.ended.is_none());
    let needs = linked().filter_map(|card| card.attention.as_ref());
    view! {
        <div class="top">
            <h1>"Accounts"</h1>
            <div class="actions">{actions::new_bank("Link a bank", "button main")}</div>
        </div>
        {needs.map(|what| attention(what, "/accounts")).collect_view()}
        {page.composition.iter().map(composition::bar).collect_view()}
        <div class="groups">{page.groups.iter().map(group).collect_view()}</div>
        {(!page.groups.is_empty()).then(|| view! {
            <p class="actions"><a class="button quiet" href="/accounts?arrange=yes">"Reorder accounts"</a></p>
        })}
        {hidden(&page.hidden)}
        {(linked().count() > 0).then(|| view! {
            <section class="banks">
                <h2 class="band-title">"Banks"</h2>
                <div class="cards">{linked().map(connection).collect_view()}</div>
            </section>
        })}
        {ended::section(cards.iter().filter(|card| card.ended.is_some()))}
    }
    .into_any()
}

fn group(group: &AccountGroup) -> AnyView {
    view! {
        <section class="group">
            <div class="heading">
                <h2 class="band-title">{group.label.clone()}</h2>
                <p class="sums">{figure::sums(&group.sums)}</p>
            </div>
            {rows::accounts_of_banks(&group.accounts)}
        </section>
    }
    .into_any()
}

/// Draws the accounts that the person hides, folded.
fn hidden(accounts: &[AccountRow]) -> Option<AnyView> {
    let count = wording::counted(accounts.len(), "hidden account");
    let list = || {
        view! {
            <details class="hidden-accounts">
                <summary>{count}</summary>
                {rows::accounts_of_banks(accounts)}
            </details>
        }
        .into_any()
    };
    (!accounts.is_empty()).then(list)
}

/// Draws the accounts with buttons to move each up or down among those of its type.
pub fn arrange(page: &AccountsPage) -> AnyView {
    let group = |group: &AccountGroup| {
        let last = group.accounts.len() - 1;
        let row = |(at, account): (usize, &AccountRow)| {
            view! {
                <li class="row">
                    <span class="what"><span class="name">{account.name.clone()}</span>
                        <span class="soft">{rows::soft_line(&[&account.institution, &account.mask])}</span></span>
                    <span class="steps">
                        {(at > 0).then(|| step(account, "up", "Move up"))}
                        {(at < last).then(|| step(account, "down", "Move down"))}
                    </span>
                </li>
            }
        };
        view! {
            <section class="group">
                <h2 class="band-title">{group.label.clone()}</h2>
                <ul class="rows arrange">{group.accounts.iter().enumerate().map(row).collect_view()}</ul>
            </section>
        }
    };
    view! {
        <p class="back"><a href="/accounts">"All accounts"</a></p>
        <h1>"Reorder accounts"</h1>
        <div class="groups">{page.groups.iter().map(group).collect_view()}</div>
        <p><a class="button main" href="/accounts">"Done"</a></p>
    }
    .into_any()
}

fn step(account: &AccountRow, way: &'static str, words: &'static str) -> AnyView {
    let label = format!("{words}: {}", account.name);
    let arrow = if way == "up" { "↑" } else { "↓" };
    view! {
        <form method="post" action=MoveAccount::url()>
            <input type="hidden" name="account" value=account.id.clone()/>
            <input type="hidden" name="step" value=way/>
            <button class="button quiet" type="submit" aria-label=label title=words>{arrow}</button>
        </form>
    }
    .into_any()
}

/// Draws the actions of a connection other than the one in its banner: none that would fail, and none twice.
pub fn buttons(id: &str, back: &str, needs: Option<&Attention>, can: Offers) -> AnyView {
    view! {
        <div class="actions quiet">
            {managing(id, back, needs, can)}
            {choosing(id, needs, can)}
        </div>
    }
    .into_any()
}

/// Draws the same with all folded but the choice of accounts.
fn folded_buttons(card: &ConnectionCard) -> AnyView {
    let (id, needs) = (&card.id, card.attention.as_ref());
    view! {
        <div class="actions quiet">
            <details class="manage">
                <summary class="button quiet">"Manage"</summary>
                <div class="actions quiet">{managing(id, "/accounts", needs, card.offers)}</div>
            </details>
            {choosing(id, needs, card.offers)}
        </div>
    }
    .into_any()
}

/// Whether an action can be offered beside a banner.
fn offers(needs: Option<&Attention>, action: AttentionAction) -> bool {
    needs.is_none_or(|what| !what.stopped && what.action != action)
}

fn managing(id: &str, back: &str, needs: Option<&Attention>, can: Offers) -> AnyView {
    let syncs = can.sync && !needs.is_some_and(Attention::is_the_only_way);
    let logs_in = can.repair
        && offers(needs, AttentionAction::Repair)
        && offers(needs, AttentionAction::LogIn);
    let works = !needs.is_some_and(|what| what.stopped);
    let way_out = if can.unlink { "Unlink" } else { "Remove" };
    view! {
        {syncs.then(|| actions::sync(id, back, "Sync now", "button quiet"))}
        {logs_in.then(|| match can.credentials {
            true => view! { <a class="button quiet" href=format!("/connections/{id}/log-in")>"Log in again"</a> }.into_any(),
            false => actions::link("Log in again", format!("repair:{id}"), "button quiet"),
        })}
        {(can.paid_refresh && works).then(|| actions::ask_bank(id, back))}
        <a class="button quiet" href=format!("/connections/{id}/unlink")>{way_out}</a>
    }
    .into_any()
}

fn choosing(id: &str, needs: Option<&Attention>, can: Offers) -> Option<AnyView> {
    let chooses = can.choose_accounts && offers(needs, AttentionAction::ChooseAccounts);
    chooses.then(|| {
        actions::link(
            "Add or remove accounts",
            format!("add:{id}"),
            "button quiet",
        )
    })
}

fn connection(card: &ConnectionCard) -> AnyView {
    view! {
        <section class="connection">
            <div class="heading">
                <h2 class="who">
                    {rows::mark(&card.mark)}
                    <a href=format!("/connections/{}", card.id)>{card.institution.clone()}</a>
                </h2>
                {freshness(card)}
            </div>
            {card.heard.as_ref().filter(|_| !stopped(card)).map(|heard| view! {
                <p class="soft heard">{format!("{} last checked your bank ", card.provider)} {figure::moment(heard)}</p>
            })}
            {folded_buttons(card)}
        </section>
    }
    .into_any()
}
