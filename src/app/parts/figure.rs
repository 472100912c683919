//! Amounts and times on a page.

use leptos::prelude::*;

use crate::ledger::view::{Figure, When};

/// Draws a balance: a minus if it is owed, no plus.
pub fn balance(figure: &Figure) -> AnyView {
    view! { <span class="money">{figure.text.clone()}</span> }.into_any()
}

/// Draws a transaction's amount: green with a plus if money came in, plain ink if it went out.
pub fn movement(figure: &Figure) -> AnyView {
    let class = if figure.minor > 0 {
        "money in"
    } else {
        "money"
    };
    view! { <span class=class>{figure.signed.clone()}</span> }.into_any()
}

/// Draws the amount of a transfer between the person's accounts: neither came in nor went out.
pub fn neutral(figure: &Figure) -> AnyView {
    view! { <span class="money neutral">{figure.text.clone()}</span> }.into_any()
}

/// Draws the sums of several currencies.
pub fn sums(sums: &[Figure]) -> AnyView {
    let sum = |sum| view! { <span class="sum">{balance(sum)}</span> };
    sums.iter().map(sum).collect_view().into_any()
}

/// Draws the page's big figure, with smaller cents.
pub fn big(figure: &Figure, class: &'static str) -> AnyView {
    let cents = figure.cents.clone();
    view! {
        <p class=class>
            {figure.whole.clone()}
            {(!cents.is_empty()).then(|| view! { <small>{cents}</small> })}
        </p>
    }
    .into_any()
}

/// Draws a time in words, with the exact time as its title.
pub fn moment(when: &When) -> AnyView {
    view! { <time datetime=when.exact.clone() title=when.long.clone()>{when.words.clone()}</time> }
        .into_any()
}
