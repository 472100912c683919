//! Money and moments, as they stand in a page.

use leptos::prelude::*;

use crate::ledger::view::{Figure, When};

/// A balance: a minus where it is owed, no plus.
pub fn balance(figure: &Figure) -> AnyView {
    view! { <span class="money">{figure.text.clone()}</span> }.into_any()
}

/// A movement: green with a plus where money came in, plain ink where it went out.
pub fn movement(figure: &Figure) -> AnyView {
    let class = if figure.minor > 0 {
        "money in"
    } else {
        "money"
    };
    view! { <span class=class>{figure.signed.clone()}</span> }.into_any()
}

/// The one big figure, its cents smaller.
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

/// A moment in words, with the exact time behind it.
pub fn moment(when: &When) -> AnyView {
    view! { <time datetime=when.exact.clone() title=when.long.clone()>{when.words.clone()}</time> }
        .into_any()
}
