//! "Accounts": the connections with their state and actions.

use leptos::prelude::*;

use super::ended;
use super::overview::{freshness, stopped};
use crate::app::parts::attention::attention;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, figure, rows};
use crate::app::server_functions;
use crate::ledger::view::{Attention, AttentionAction, ConnectionCard, Offers};

/// Reads the data and draws the page.
pub fn accounts() -> AnyView {
    framed(Tab::Accounts, |_| async move {
        Ok(Page::new(
            "Accounts",
            view(&server_functions::connections().await?),
        ))
    })
}

/// Draws the page.
pub fn view(cards: &[ConnectionCard]) -> AnyView {
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
    view! {
        <div class="top">
            <h1>"Accounts"</h1>
            <div class="actions">{actions::new_bank("Link a bank", "button main")}</div>
        </div>
        <div class="cards">{linked().map(connection).collect_view()}</div>
        {ended::section(cards.iter().filter(|card| card.ended.is_some()))}
    }
    .into_any()
}

/// Draws the actions of a connection other than the one in its banner: none that would fail, and none twice.
pub fn buttons(id: &str, back: &str, needs: Option<&Attention>, can: Offers) -> AnyView {
    let works = !needs.is_some_and(|what| what.stopped);
    let syncs = can.sync && !needs.is_some_and(Attention::is_the_only_way);
    let offers = |action| works && needs.is_none_or(|what| what.action != action);
    let (logs_in, chooses) = (
        can.repair && offers(AttentionAction::Repair) && offers(AttentionAction::LogIn),
        can.choose_accounts && offers(AttentionAction::ChooseAccounts),
    );
    view! {
        <div class="actions quiet">
            {syncs.then(|| actions::sync(id, back, "Sync now", "button quiet"))}
            {logs_in.then(|| match can.credentials {
                true => view! { <a class="button quiet" href=format!("/connections/{id}/log-in")>"Log in again"</a> }.into_any(),
                false => actions::link("Log in again", format!("repair:{id}"), "button quiet"),
            })}
            {chooses.then(|| actions::link("Add or remove accounts", format!("add:{id}"), "button quiet"))}
            {(can.paid_refresh && works).then(|| actions::ask_bank(id, back))}
            <a class="button quiet" href=format!("/connections/{id}/unlink")>{if can.unlink { "Unlink" } else { "Remove" }}</a>
        </div>
    }
    .into_any()
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
            {card.attention.as_ref().map(|what| attention(what, "/accounts"))}
            {(!card.accounts.is_empty()).then(|| rows::accounts(&card.accounts))}
            {card.heard.as_ref().filter(|_| !stopped(card)).map(|heard| view! {
                <p class="soft heard">{format!("{} last checked your bank ", card.provider)} {figure::moment(heard)}</p>
            })}
            {buttons(&card.id, "/accounts", card.attention.as_ref(), card.offers)}
        </section>
    }
    .into_any()
}
