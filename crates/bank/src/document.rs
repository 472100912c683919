//! The common start of every `<head>` of the bank's pages.

use leptos::prelude::*;

/// Renders it: the title, the pages' common style sheet, then `sheets`. `base` is the URL that all files are below.
pub(crate) fn head(base: &str, title: String, sheets: &[&str]) -> impl IntoView + use<> {
    let asset = |name: &str| format!("{base}/{name}");
    let sheets = ["link.css"].iter().chain(sheets);
    let sheets: Vec<_> = sheets
        .map(|sheet| view! { <link rel="stylesheet" href=asset(sheet)/> })
        .collect();
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="robots" content="noindex"/>
        <title>{title}</title>
        {sheets}
        <link rel="icon" type="image/svg+xml" href=asset("link-icon.svg")/>
    }
}
