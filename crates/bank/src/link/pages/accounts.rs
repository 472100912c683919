//! The choice of accounts, and the final consent before they are shared.

use iso_currency::Currency;
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::frame::{answers_step, trouble};
use crate::link::steps::{Selectable, selectable};
use crate::link::trouble::CHOOSE_ONE;
use crate::link::unavailable::Gone;
use crate::link::visit::Visit;
use crate::world::SeedAccount;

pub(super) async fn choose(visit: &Visit) -> Result<AnyView, Gone> {
    let offered = selectable(visit).await?;
    let words = format!("{} will see only the ones you select.", visit.client_name());
    let page = view! {
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="scroll">
                <h1 tabindex="-1">"Choose accounts to share"</h1>
                {trouble(visit)}
                <p class="soft" id="which">{words}</p>
                {list(offered)}
            </div>
            <div class="foot">
                {choose_one()}
                <button class="primary" data-needs-one="1">"Continue"</button>
            </div>
        </form>
    };
    Ok(page.into_any())
}

pub(super) async fn share(visit: &Visit) -> Result<AnyView, Gone> {
    let name = visit.client_name().to_owned();
    let bank = visit
        .institution()
        .map_or("Your bank", |institution| institution.name);
    let chosen = selectable(visit)
        .await?
        .into_iter()
        .filter(|offer| offer.selected);
    let rows = chosen
        .map(|offer| view! { <li>{offer.account.name.clone()}<small>{about(&offer.account)}</small></li> })
        .collect_view();
    let products = visit.link.bank.shared_products(&visit.token).await?;
    let what = if products.iter().any(|product| product == "transactions") {
        "Account names, balances and transactions, now and in future."
    } else {
        "Account names, numbers and balances."
    };
    let page = view! {
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="scroll" tabindex="0">
                <h1 tabindex="-1">{format!("Share these accounts with {name}?")}</h1>
                {trouble(visit)}
                <p class="soft">{format!("{bank} shares: {what}")}</p>
                <ul class="shared">{rows}</ul>
                <p class="small soft">{format!("{name} can’t move money. You can stop sharing at any time.")}</p>
            </div>
            <div class="foot"><button class="primary" data-focus="1">"Allow and finish"</button></div>
        </form>
    };
    Ok(page.into_any())
}

/// Renders the sentence that the script shows while no account is chosen.
pub(super) fn choose_one() -> impl IntoView {
    view! { <p class="small" data-choose-one="1" role="status" hidden=true>{CHOOSE_ONE}</p> }
}

/// Renders the list of accounts with its checkboxes.
pub(super) fn list(offered: Vec<Selectable>) -> AnyView {
    let rows = offered
        .into_iter()
        .enumerate()
        .map(|(n, offer)| {
            let account = offer.account;
            view! {
                <li>
                    <label>
                        <input type="checkbox" name="account" value=account.key.clone() checked=offer.selected
                            data-account="1" data-focus=(n == 0).then_some("1")/>
                        <span class="grow"><b>{account.name.clone()}</b><small>{about(&account)}</small></span>
                        <span class="amount">{balance(&account)}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="accounts" aria-describedby="which">{rows}</ul> }.into_any()
}

/// Returns an account's kind and its last digits.
fn about(account: &SeedAccount) -> String {
    let kind = kind(account.subtype.as_ref().unwrap_or(&account.kind));
    match &account.mask {
        Some(mask) => format!("{kind} ••{mask}"),
        None => kind,
    }
}

/// Returns Plaid's word for a kind of account as it begins a sentence.
fn kind(word: &str) -> String {
    const SHORT: [&str; 6] = ["cd", "ebt", "hsa", "ira", "isa", "gic"];
    let mut letters = word.chars();
    match letters.next() {
        Some(_) if SHORT.contains(&word) => word.to_uppercase(),
        Some(first) => format!("{}{}", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// Formats a balance with its currency, rounded to that currency's minor units. What is owed has a minus.
fn balance(account: &SeedAccount) -> Option<String> {
    let owes = matches!(account.kind.as_str(), "credit" | "loan");
    let amount = match account.current {
        Some(current) if owes => -current,
        current => current.or(account.available)?,
    };
    let iso = account.iso_currency_code.as_deref();
    let code = iso
        .or(account.unofficial_currency_code.as_deref())
        .unwrap_or_default();
    let currency = iso.and_then(Currency::from_code);
    let digits = currency
        .and_then(Currency::exponent)
        .map_or(amount.scale(), u32::from);
    let text = grouped(amount, digits);
    Some(format!("{text} {code}").trim_end().to_owned())
}

/// Formats an amount with thousands separators and a true minus sign.
fn grouped(amount: Decimal, digits: u32) -> String {
    let plain = format!("{:.*}", digits as usize, amount.abs().round_dp(digits));
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    if amount.is_sign_negative() && !amount.is_zero() {
        format!("\u{2212}{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;
    use rust_decimal::Decimal;

    #[test]
    fn amounts_are_written_as_people_read_them() {
        assert_eq!(grouped(Decimal::new(236_319_805, 4), 2), "23,631.98");
        assert_eq!(grouped(Decimal::new(-100, 0), 2), "\u{2212}100.00");
        assert_eq!(grouped(Decimal::new(1_234_567, 0), 0), "1,234,567");
    }
}
