//! Identity providers: their faults, and the keys of their ID tokens.

use leptos::prelude::*;

use super::controls::{button, choice, form, number, text, tick};
use super::rows::own;
use crate::bank::{FALSE_TOKENS, FaultKind, IdentityProvider};

/// Renders the forms for faults and keys.
pub(super) fn section(base: &str) -> AnyView {
    let rotate = view! {
        <div class="fields">
            {choice("Provider", "identity", providers().filter(|one| one.0 != "facebook"))}
            {number("Seconds to keep publishing the old key", "expire_after_seconds", "0")}
        </div>
        <div class="row">{button("Create new key")}</div>
    };
    let codes = FALSE_TOKENS.map(|(code, words)| (code, format!("bad ID token: {words}")));
    let none = [("", "none, or the error code below".to_owned())];
    let add = view! {
        <div class="fields">
            {choice("Provider", "identity", providers())}
            {choice("Fault", "fault", FaultKind::of_identity().map(own))}
            {choice("Bad token", "error_code", none.into_iter().chain(codes))}
            {text("Error code", "error_code", "for “an error code”")}
            {number("Number of calls", "times", "1")}
            {number("HTTP status of the error", "status", "")}
            {number("Delay in milliseconds", "delay_ms", "")}
        </div>
        <div class="row">{tick("Until cleared", "until_cleared")} {button("Add fault")}</div>
    };
    view! {
        <section id="identity">
            <h2>"Identity providers"</h2>
            <p class="soft">"This bank also stands in for Google, Facebook and another OpenID Connect provider."</p>
            {form(base, "fault/add", None, add.into_any())}
            <p class="soft">"Pending faults are listed below, under “Faults for all calls”."</p>
            <h3>"ID token signing keys"</h3>
            {form(base, "identity/key/rotate", None, rotate.into_any())}
        </section>
    }
    .into_any()
}

fn providers() -> impl Iterator<Item = (&'static str, String)> {
    let named = IdentityProvider::ALL.map(|(_, name, words)| own((name, words)));
    named.into_iter().chain([own(("any", "any"))])
}
