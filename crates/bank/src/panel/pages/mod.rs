//! The panel's pages: the bank as a whole, an Item, and an MX member.

mod accounts;
mod controls;
mod faults;
mod frame;
mod home;
mod identity;
mod log_in;
mod member_webhooks;
mod members;
mod rates;
mod rows;
mod webhooks;

use leptos::prelude::*;

use super::needs::{NoPage, Panel};
use super::visitor::Visitor;
use crate::bank::{BankError, ItemView, MemberView, Refusal, Which};
use crate::world;
pub(super) use frame::base;
use frame::{document, said};

/// Renders all that a visitor may change.
pub(super) async fn home(
    panel: &Panel,
    visitor: &Visitor,
    refusal: Option<&Refusal>,
) -> Result<String, NoPage> {
    let mut items = visitor.items(&panel.bank).await?;
    items.retain(|view| view.item.member_guid.is_none());
    let members = visitor.members(&panel.bank).await?;
    let base = base(&panel.bank);
    let back = visitor.back.map(|(path, name)| {
        view! { <nav aria-label="Back"><a href=path>"Back to " {name}</a></nav> }
    });
    let rates = match visitor.operator {
        true => Some(rates::section(&base, &panel.bank).await?),
        false => None,
    };
    let body = view! {
        {back}
        <h1>"Demo bank test panel"</h1>
        <p class="soft">
            "Everything here is made up, including the money. What you do here affects everyone linked to this \
             bank, as it would at a real one."
        </p>
        {said(&panel.journal.entries_of(None), refusal)}
        {(items.is_empty() && members.is_empty()).then(home::nothing_yet)}
        {home::items(&base, &items)}
        {members::list(&base, &members)}
        {rates}
        {visitor.operator.then(|| identity::section(&base))}
        {if visitor.operator {
            home::whole_bank(panel, &base).into_any()
        } else {
            view! { <p class="soft">"Only admins can change the bank’s clock, signing key, exchange rates, identity providers and faults for all calls."</p> }.into_any()
        }}
    };
    Ok(document(&base, "Demo bank test panel", body.into_any()))
}

/// Renders an Item's page.
pub(super) async fn item(
    panel: &Panel,
    visitor: &Visitor,
    view: &ItemView,
    refusal: Option<&Refusal>,
) -> Result<String, NoPage> {
    let bank = &panel.bank;
    let (base, id) = (base(bank), view.item.id.clone());
    let all = bank.rows_now(Which::Id(&id)).await?;
    let told = bank.webhooks_of(Which::Id(&id), 12).await?;
    let name = world::institution(&view.item.institution_id).map_or("A bank", |one| one.name);
    let home = if base.is_empty() {
        "/".to_owned()
    } else {
        base.clone()
    };
    let words = log_in::words(&view.item, visitor.operator);
    let body = view! {
        <nav aria-label="Back"><a href=home>"All connections"</a></nav>
        <h1>{name}</h1>
        <p class="soft">{words}</p>
        {said(&panel.journal.entries_of(Some(&id)), refusal)}
        <nav aria-label="On this page" class="jump">
            <a href="#rows">"Transactions"</a>
            <a href="#accounts">"Accounts"</a>
            <a href="#log-in">"Log-in"</a>
            <a href="#webhooks">"Webhooks"</a>
            <a href="#faults">"Faults"</a>
        </nav>
        {rows::section(&base, view, &all)}
        {accounts::section(&base, view)}
        {log_in::section(&base, &view.item)}
        {webhooks::section(&base, &view.item, &told)}
        {faults::section(&base, Some(&id), &bank.faults().all())}
    };
    Ok(document(&base, name, body.into_any()))
}

/// Renders an MX member's page.
pub(super) async fn member(
    panel: &Panel,
    view: &MemberView,
    refusal: Option<&Refusal>,
) -> Result<String, NoPage> {
    let bank = &panel.bank;
    let (base, guid) = (base(bank), view.member.guid.clone());
    let told = bank.mx_webhooks_of(&guid, 12).await?;
    let money = match bank.whole_item(Which::Member(&guid)).await {
        Ok(item) => {
            let all = bank.rows_now(Which::Member(&guid)).await?;
            Some(view! { {rows::section(&base, &item, &all)} {accounts::section(&base, &item)} })
        }
        // A member has no accounts until its institution has accepted the log-in.
        Err(BankError::Refused(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let home = if base.is_empty() {
        "/".to_owned()
    } else {
        base.clone()
    };
    let name = members::name(view);
    let words = format!(
        "Member {guid}, user {}.",
        view.user.id.as_ref().unwrap_or(&view.user.guid)
    );
    let body = view! {
        <nav aria-label="Back"><a href=home>"All connections"</a></nav>
        <h1>{name.clone()}</h1>
        <p class="soft">{words}</p>
        {said(&panel.journal.entries_of(Some(&guid)), refusal)}
        {members::sections(&base, view, &bank.faults().all(), &told)}
        {money}
    };
    Ok(document(&base, &name, body.into_any()))
}

/// Renders the page for an address that has none.
pub(super) fn nothing() -> String {
    frame::bare(
        "Page not found",
        "It may have been removed. Go back and try again.",
    )
}

/// Renders the page for a failure of the bank.
pub(super) fn failed() -> String {
    frame::bare(
        "Something went wrong",
        "Nothing is lost. Please reload this page in a moment.",
    )
}
