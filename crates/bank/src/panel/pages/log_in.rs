//! Whether an Item's log-in works.

use leptos::prelude::*;

use super::controls::{button, choice, form, tick};
use super::rows::own;
use crate::bank::wire_moment_of;
use crate::store::items::ItemRow;

/// The error codes that a log-in can be given, with their meaning.
const CODES: [(&str, &str); 11] = [
    ("ITEM_LOGIN_REQUIRED", "the log-in has expired"),
    ("ITEM_LOCKED", "the account is locked at the bank"),
    ("PASSWORD_RESET_REQUIRED", "the bank wants a new password"),
    ("USER_SETUP_REQUIRED", "the account isn’t fully set up"),
    ("ACCESS_NOT_GRANTED", "access wasn’t granted"),
    ("NO_ACCOUNTS", "no accounts are shared"),
    ("INSTITUTION_DOWN", "the bank is down"),
    (
        "INSTITUTION_NO_LONGER_SUPPORTED",
        "the bank is no longer supported",
    ),
    (
        "PRODUCTS_NOT_SUPPORTED",
        "transactions are no longer supported",
    ),
    ("ITEM_NOT_FOUND", "the connection no longer exists"),
    ("A_CODE_OF_TOMORROW", "an unknown code"),
];

/// Renders the forms that break and repair a log-in.
pub(super) fn section(base: &str, item: &ItemRow) -> AnyView {
    let id = Some(item.id.as_str());
    let end = view! {
        <div class="row">
            {choice("Problem", "error_code", CODES.map(own))}
            {tick("Don’t send a webhook", "quiet")}
            {button("Break the connection")}
        </div>
    };
    view! {
        <section id="log-in">
            <h2>"Log-in"</h2>
            <p>{format!("Now: {}.", state(item))}</p>
            {form(base, "item/error", id, end.into_any())}
            <div class="row">
                {form(base, "item/revoke", id, button("Revoke access"))}
                {form(base, "item/repair", id, button("Repair"))}
                {form(base, "item/forget-cursors", id, button("Forget cursors"))}
            </div>
        </section>
    }
    .into_any()
}

/// Describes the state of a log-in in a few words.
pub(super) fn state(item: &ItemRow) -> String {
    match item.error.as_deref() {
        None => "working".to_owned(),
        Some(code) => match CODES.iter().find(|known| known.0 == code) {
            Some((_, words)) => format!("{words} ({code})"),
            None if code == "USER_PERMISSION_REVOKED" => "access was revoked".to_owned(),
            None => code.to_owned(),
        },
    }
}

/// Describes when and by whom an Item was linked.
pub(super) fn words(item: &ItemRow, operator: bool) -> String {
    let day = |millis: i64| wire_moment_of(millis).chars().take(10).collect::<String>();
    let mut words = format!(
        "Logged in as {}, linked on {}",
        short(&item.username),
        item.linked_day
    );
    if let Some(end) = item.consent_expires_at {
        words.push_str(&format!(", access until {}", day(end)));
    }
    if let (true, Some(person)) = (operator, &item.client_user_id) {
        words.push_str(&format!(", of {person}"));
    }
    words.push('.');
    words
}

/// Shortens a username, which can be any typed text.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
