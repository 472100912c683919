//! What both pages of exchange rates have.

use leptos::prelude::*;

use super::lines;

/// The page of the newest rate.
pub const LIVE: &str = "/rates/live";
/// The page of all that are kept.
pub const HISTORY: &str = "/rates/history";

/// The way to the same page of each pair; nothing when there is one. `more` is what else stands in its address.
pub fn pairs(path: &str, all: &[String], here: &str, more: &[(&str, &str)]) -> Option<AnyView> {
    let entry = |pair: &String| {
        let named = in_address(pair);
        let href = lines::address(path, &[&[("pair", named.as_str())], more].concat());
        let current = (pair == here).then_some("true");
        view! { <li><a href=href aria-current=current>{pair.clone()}</a></li> }
    };
    let entries = all.iter().map(entry).collect_view();
    (all.len() > 1).then(|| {
        view! { <nav class="sections pairs" aria-label="Pairs"><ul>{entries}</ul></nav> }.into_any()
    })
}

/// `BTC-USD`, as it stands in an address.
pub fn in_address(pair: &str) -> String {
    pair.replace('/', "-")
}
