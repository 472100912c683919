//! Accounts of an Item.

use leptos::prelude::*;

use super::controls::{amount, button, choice, form, hidden, text, tick};
use super::rows::own;
use crate::bank::ItemView;
use crate::store::accounts::Account;

/// Renders the forms that close, share and open accounts.
pub(super) fn section(base: &str, view: &ItemView) -> AnyView {
    let id = view.item.id.as_str();
    let lines: Vec<_> = view
        .accounts
        .iter()
        .map(|account| line(base, id, account))
        .collect();
    let kinds = [
        ("depository", "cash"),
        ("credit", "credit card"),
        ("loan", "loan"),
        ("investment", "investments"),
    ];
    let open = view! {
        <div class="fields">
            {text("Name", "name", "")}
            {choice("Type", "type", kinds.map(own))}
            {amount("Balance", "balance", "100 if empty")}
            {text("Last digits", "mask", "")}
        </div>
        <div class="row">{tick("Share it now", "selected")} {button("Add account")}</div>
    };
    view! {
        <section id="accounts">
            <h2>"Accounts"</h2>
            <ul class="shared">{lines}</ul>
            <h3>"New account"</h3>
            {form(base, "account/add", Some(id), open.into_any())}
        </section>
    }
    .into_any()
}

fn line(base: &str, id: &str, account: &Account) -> impl IntoView + use<> {
    let record = &account.record;
    let mask = record
        .mask
        .as_ref()
        .map_or(String::new(), |mask| format!(" ··{mask}"));
    let state = if account.selected {
        "shared"
    } else {
        "not shared"
    };
    let (choose, words) = if account.selected {
        ("false", format!("Stop sharing {}", record.name))
    } else {
        ("true", format!("Share {}", record.name))
    };
    let select = view! {
        {hidden("account_id", &account.id)} {hidden("selected", choose)} {button(&words)}
    };
    let close = view! {
        {hidden("account_id", &account.id)}
        {tick("and send a webhook", "webhook")}
        {button(&format!("Close {}", record.name))}
    };
    view! {
        <li>
            <b>{format!("{}{mask}", record.name)}</b> <small>{state}</small>
            <div class="row">
                {form(base, "account/select", Some(id), select.into_any())}
                {form(base, "account/close", Some(id), close.into_any())}
            </div>
        </li>
    }
}
