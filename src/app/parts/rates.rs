//! Parts of both exchange rate pages.

use leptos::prelude::*;

use super::lines;

/// The path of the page of the newest rate.
pub const LIVE: &str = "/rates/live";
/// The path of the page of stored rates.
pub const HISTORY: &str = "/rates/history";

/// Links to the same page of each pair; `None` if there is only one. `more` holds further query parameters.
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

/// Returns a pair as it is written in an address, like `BTC-USD`.
pub fn in_address(pair: &str) -> String {
    pair.replace('/', "-")
}
