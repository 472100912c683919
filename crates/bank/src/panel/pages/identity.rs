//! Identity providers: their faults, and the keys of their ID tokens.

use leptos::prelude::*;

use super::controls::{button, choice, form, number, text, tick};
use super::rows::own;
use crate::bank::{Ailment, FALSE_TOKENS, IdentityProvider};

/// Renders the forms for faults and keys.
pub(super) fn section(base: &str) -> AnyView {
    let rotate = view! {
        <div class="fields">
            {choice("Provider", "identity", providers().filter(|one| one.0 != "facebook"))}
            {number("Seconds for which the old key is still told of", "expire_after_seconds", "0")}
        </div>
        <div class="row">{button("Sign with a new key")}</div>
    };
    let codes = FALSE_TOKENS.map(|(code, words)| (code, format!("a false ID token: {words}")));
    let none = [("", "none, or the one typed below".to_owned())];
    let add = view! {
        <div class="fields">
            {choice("Provider", "identity", providers())}
            {choice("What goes wrong", "fault", Ailment::of_identity().map(own))}
            {choice("What is false", "error_code", none.into_iter().chain(codes))}
            {text("Error code", "error_code", "for an error code")}
            {number("How many calls", "times", "1")}
            {number("HTTP status of an error", "status", "")}
            {number("Milliseconds to wait", "delay_ms", "")}
        </div>
        <div class="row">{tick("Until it is cleared", "until_cleared")} {button("Let calls to it go wrong")}</div>
    };
    view! {
        <section id="identity">
            <h2>"Identity providers"</h2>
            <p class="soft">"Google, Facebook and another OpenID Connect provider, of which this bank is a demo."</p>
            {form(base, "fault/add", None, add.into_any())}
            <p class="soft">"What waits is listed below, with the faults of all calls."</p>
            <h3>"The keys that sign ID tokens"</h3>
            {form(base, "identity/key/rotate", None, rotate.into_any())}
        </section>
    }
    .into_any()
}

fn providers() -> impl Iterator<Item = (&'static str, String)> {
    let named = IdentityProvider::ALL.map(|(_, name, words)| own((name, words)));
    named.into_iter().chain([own(("any", "any"))])
}
