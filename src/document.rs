//! HTML documents that no router renders, such as an error or the API reference, and the common start of every
//! `<head>`. Knows nothing of the app; the doors use it.

use leptos::prelude::*;

/// Renders what every page's head begins with. `scheme` is the value of `color-scheme`. Without a stylesheet, the page
/// loads nothing.
pub fn head(stylesheet: Option<&'static str>, scheme: &'static str) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        <meta name="color-scheme" content=scheme/>
        {stylesheet.map(|path| view! {
            <link rel="stylesheet" href=path/>
            <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
            <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
        })}
    }
}

/// Renders a whole document around `body`.
pub fn document(title: &str, stylesheet: Option<&'static str>, body: impl IntoView) -> String {
    let page = view! {
        <html lang="en">
            <head>
                {head(stylesheet, "light dark")}
                <title>{format!("{title} · Passbook")}</title>
            </head>
            <body>{body}</body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
