//! Faults of an Item's calls, or of all calls.

use leptos::prelude::*;

use super::controls::{button, choice, form, hidden, number, text, tick};
use super::rows::own;
use crate::bank::{Fault, FaultKind};

/// The calls that can be selected here; the API takes any other.
const ENDPOINTS: [(&str, &str); 9] = [
    ("", "any"),
    ("/transactions/sync", "/transactions/sync"),
    ("/accounts/get", "/accounts/get"),
    ("/item/get", "/item/get"),
    ("/item/remove", "/item/remove"),
    ("/item/public_token/exchange", "/item/public_token/exchange"),
    ("/link/token/create", "/link/token/create"),
    ("/institutions/get_by_id", "/institutions/get_by_id"),
    (
        "/webhook_verification_key/get",
        "/webhook_verification_key/get",
    ),
];

/// Renders the form that adds a fault, and the list of pending ones.
pub(super) fn section(base: &str, item: Option<&str>, all: &[Fault]) -> AnyView {
    let kinds = FaultKind::of_banks().map(own);
    let institution = item
        .is_none()
        .then(|| text("Only at this institution", "institution_id", "ID"));
    let add = view! {
        <div class="fields">
            {choice("Fault", "fault", kinds)}
            {choice("API call", "endpoint", ENDPOINTS.map(own))}
            {number("Number of calls", "times", "1")}
            {number("Calls to let through first", "skip", "0")}
            {text("Error code", "error_code", "for “an error code”")}
            {number("Retry-After in seconds", "retry_after", "")}
            {number("Delay in milliseconds", "delay_ms", "")}
            {institution}
        </div>
        <div class="row">{tick("Until cleared", "until_cleared")} {button("Add fault")}</div>
    };
    let mine = |fault: &&Fault| item.is_none() || fault.item_id.as_deref() == item;
    let lines: Vec<_> = all
        .iter()
        .filter(mine)
        .map(|fault| line(base, item, fault))
        .collect();
    let waiting = (!lines.is_empty()).then(|| {
        view! {
            <h3>"Pending faults"</h3>
            <ul class="shared">{lines}</ul>
            <div class="row">{form(base, "fault/clear", item, button("Clear all"))}</div>
        }
    });
    let heading = if item.is_some() {
        "Faults"
    } else {
        "Faults for all calls"
    };
    view! {
        <section id="faults">
            <h2>{heading}</h2>
            {form(base, "fault/add", item, add.into_any())}
            {waiting}
        </section>
    }
    .into_any()
}

fn line(base: &str, item: Option<&str>, fault: &Fault) -> impl IntoView + use<> {
    let (_, words) = fault.kind.words();
    let which = fault
        .endpoint
        .clone()
        .or_else(|| {
            fault
                .source
                .as_ref()
                .or(fault.identity.as_ref())
                .map(|source| format!("calls to {source}"))
        })
        .unwrap_or_else(|| "any call".to_owned());
    let code = fault
        .code
        .as_ref()
        .map_or(String::new(), |code| format!(" {code}"));
    let often = match fault.left {
        None => "until cleared".to_owned(),
        Some(1) => "once".to_owned(),
        Some(times) => format!("{times} times"),
    };
    let clear = view! { {hidden("fault_id", &fault.id)} {button("Clear")} };
    view! {
        <li>
            <b>{format!("{words}{code}")}</b> <small>{format!("{which}, {often}")}</small>
            {form(base, "fault/clear", item, clear.into_any())}
        </li>
    }
}
