//! The parts that all pages of the panel share: the document, and the recent actions.

use leptos::prelude::*;

use crate::bank::{Bank, Refusal};
use crate::document::head;
use crate::panel::journal::Entry;

/// The panel's path, without a trailing slash.
pub(in crate::panel) fn base(bank: &Bank) -> String {
    bank.faces_url().path().trim_end_matches('/').to_owned()
}

/// Renders a whole document.
pub(super) fn document(base: &str, title: &str, body: AnyView) -> String {
    let html = view! {
        <html lang="en" class="panel">
            <head>
                {head(base, format!("{title} · Demo bank"), &["panel.css"])}
            </head>
            <body>
                <main>{body}</main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", without_orders(&html.to_html()))
}

/// Removes control characters and those that reorder the text around them, because rows, accounts and webhooks contain
/// arbitrary text.
fn without_orders(html: &str) -> String {
    let is_order = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    html.chars().filter(|c| !is_order(*c)).collect()
}

/// Renders a page without any context, not even the address of its style sheets.
pub(super) fn bare(heading: &'static str, words: &'static str) -> String {
    let html = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{heading}</title>
            </head>
            <body>
                <main><h1>{heading}</h1><p>{words}</p></main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", html.to_html())
}

/// Renders the current error or the last action, then the earlier actions.
pub(super) fn said(entries: &[Entry], refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let trouble = refusal.map(|refusal| {
        let words = refusal
            .display
            .clone()
            .unwrap_or_else(|| sentence(&refusal.message));
        view! {
            <div class="note bad" role="alert">
                <strong>"That didn’t work."</strong>
                <p>{words}</p>
                <small>{refusal.code.clone()}</small>
            </div>
        }
    });
    let last = entries.first().filter(|_| refusal.is_none()).map(|entry| {
        view! {
            <div class="note" role="status" id="done">
                <strong>{entry.deed.done.clone()}</strong>
                <p>"What to expect: " {entry.deed.expect.clone()}</p>
                <small>{moment(entry)}</small>
            </div>
        }
    });
    let older: Vec<_> = entries
        .iter()
        .skip(1)
        .map(
            |entry| view! { <li>{entry.deed.done.clone()} " " <small>{moment(entry)}</small></li> },
        )
        .collect();
    let older = (!older.is_empty()).then(
        || view! { <details class="before"><summary>"Earlier"</summary><ul>{older}</ul></details> },
    );
    view! { {trouble} {last} {older} }
}

/// Capitalizes a refusal's message, which is written for developers and begins with a field's name.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let end = if message.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

fn moment(entry: &Entry) -> impl IntoView + use<> {
    let exact = entry.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let shown = entry.at.strftime("%-d %B %Y, %H:%M:%S UTC").to_string();
    view! { <time datetime=exact>{shown}</time> }
}
