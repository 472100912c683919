//! Transactions of an Item.

use leptos::prelude::*;

use super::controls::{amount, button, choice, day, form, hidden, text, tick};
use crate::bank::ItemView;
use crate::store::rows::Row;

/// The number of newest rows that can be changed here; the API changes any.
const SHOWN: usize = 15;

/// Renders the form that adds a row, and the newest rows to change.
pub(super) fn section(base: &str, view: &ItemView, all: &[Row]) -> AnyView {
    let id = view.item.id.as_str();
    let accounts = view
        .accounts
        .iter()
        .filter(|account| account.selected)
        .map(|account| (account.id.as_str(), account.record.name.clone()));
    let add = view! {
        <div class="fields">
            {choice("Account", "account_id", accounts)}
            {amount("Amount", "amount", "positive = money out")}
            {text("Description", "description", "")}
            {day("Date", "date")}
        </div>
        <div class="row">
            {tick("Pending", "pending")}
            {quiet()}
            {button("Add transaction")}
        </div>
    };
    let lines: Vec<_> = all
        .iter()
        .take(SHOWN)
        .map(|row| line(base, view, row))
        .collect();
    let rows = if lines.is_empty() {
        view! { <p>"No transactions yet."</p> }.into_any()
    } else {
        view! { <ul class="rows">{lines}</ul> }.into_any()
    };
    view! {
        <section id="rows">
            <h2>"Transactions"</h2>
            {form(base, "transactions/add", Some(id), add.into_any())}
            <h3>{format!("Latest of {}", all.len())}</h3>
            {rows}
        </section>
    }
    .into_any()
}

fn line(base: &str, view: &ItemView, row: &Row) -> impl IntoView + use<> {
    let record = &row.record;
    let name = record
        .merchant
        .as_ref()
        .unwrap_or(&record.description)
        .clone();
    let currency = record
        .iso_currency_code
        .as_ref()
        .or(record.unofficial_currency_code.as_ref());
    let sum = format!(
        "{} {}",
        signed(&record.amount),
        currency.map_or("", String::as_str)
    );
    let account = view
        .accounts
        .iter()
        .find(|account| account.id == row.account_id);
    let account = account.map_or("", |account| account.record.name.as_str());
    let state = if row.pending { " · pending" } else { "" };
    let about = format!("{} · {account}{state}", row.date);
    let id = view.item.id.as_str();
    let settle = row.pending.then(|| post_button(base, id, row));
    let label = format!("Change {name}, {sum}, {}", row.date);
    view! {
        <li>
            <details>
                <summary aria-label=label>
                    <span class="grow"><b>{name}</b><small>{about}</small></span>
                    <span class="amount">{sum}</span>
                </summary>
                {settle}
                {modify(base, id, row)}
                {remove(base, id, row)}
            </details>
        </li>
    }
}

/// Writes an amount as apps do: money out with a minus, money in with a plus. Plaid's own sign is the opposite.
fn signed(amount: &str) -> String {
    let is_nothing = amount.chars().all(|c| matches!(c, '0' | '.'));
    match amount.strip_prefix('-') {
        Some(received) => format!("+{received}"),
        None if is_nothing => amount.to_owned(),
        None => format!("\u{2212}{amount}"),
    }
}

fn post_button(base: &str, id: &str, row: &Row) -> AnyView {
    let steps = [
        ("both", "post it now"),
        ("remove", "remove the pending one only"),
        ("post", "add the posted one only"),
    ];
    let names = [
        ("", "the pending one"),
        ("another", "another transaction"),
        ("none", "none"),
    ];
    let body = view! {
        {hidden("transaction_id", &row.id)}
        <div class="fields">
            {amount("Posted amount", "amount", "if different; positive = money out")}
            {choice("Steps", "step", steps.map(own))}
            {choice("Linked pending transaction", "pending_transaction_id", names.map(own))}
        </div>
        <div class="row">{quiet()} {button("Post")}</div>
    };
    form(base, "transactions/settle", Some(id), body.into_any())
}

fn modify(base: &str, id: &str, row: &Row) -> AnyView {
    let body = view! {
        {hidden("transaction_id", &row.id)}
        <div class="fields">
            {amount("Amount", "amount", "if different; positive = money out")}
            {text("Description", "description", "")}
            {text("Merchant", "merchant_name", "")}
            {day("Date", "date")}
        </div>
        <div class="row">{quiet()} {button("Save changes")}</div>
    };
    form(base, "transactions/modify", Some(id), body.into_any())
}

fn remove(base: &str, id: &str, row: &Row) -> AnyView {
    let body = view! {
        {hidden("transaction_id", &row.id)}
        <div class="row">{quiet()} {button("Remove")}</div>
    };
    form(base, "transactions/remove", Some(id), body.into_any())
}

fn quiet() -> AnyView {
    tick("Don’t send a webhook", "quiet")
}

pub(super) fn own<'a>(option: (&'a str, &str)) -> (&'a str, String) {
    (option.0, option.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn money_out_has_a_minus_and_money_in_a_plus() {
        assert_eq!(signed("12.34"), "\u{2212}12.34");
        assert_eq!(signed("-1500"), "+1500");
        assert_eq!(signed("0.00"), "0.00");
    }
}
