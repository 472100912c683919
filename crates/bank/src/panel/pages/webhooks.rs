//! Webhooks of an Item: sending any of them, and the outcome of the last ones.

use leptos::prelude::*;
use serde_json::Value;

use super::controls::{button, choice, form, hidden, number};
use crate::bank::{Forgery, WEBHOOK_CODES, wire_moment_of};
use crate::store::deliveries::Told;
use crate::store::items::ItemRow;

/// Renders the forms that send, hold and release webhooks.
pub(super) fn section(base: &str, item: &ItemRow, told: &[Told]) -> AnyView {
    let id = Some(item.id.as_str());
    let nowhere = item.webhook.is_none().then(|| {
        view! { <p class="note warn">"This connection has no webhook URL, so no webhooks are sent."</p> }
    });
    let lines: Vec<_> = told.iter().map(line).collect();
    let last = (!lines.is_empty()).then(|| {
        view! { <h3>"Recent webhooks"</h3> <ul class="shared">{lines}</ul> }
    });
    view! {
        <section id="webhooks">
            <h2>"Webhooks"</h2>
            {nowhere}
            {form(base, "webhook/send", id, sending())}
            {holding(base, item)}
            {last}
        </section>
    }
    .into_any()
}

fn sending() -> AnyView {
    let codes = WEBHOOK_CODES
        .iter()
        .map(|(_, code, words)| (*code, format!("{code}: {words}")));
    let genuine = ("", "genuine".to_owned());
    let forgeries =
        Forgery::ALL.map(|forgery| (forgery.name, format!("forged: {}", forgery.words)));
    view! {
        <div class="fields">
            {choice("Webhook", "webhook_code", codes)}
            {choice("Signature", "forgery", std::iter::once(genuine).chain(forgeries))}
            {number("Repeat", "times", "1")}
            {number("Delay in seconds", "delay_seconds", "0")}
        </div>
        <div class="row">{button("Send")}</div>
    }
    .into_any()
}

fn holding(base: &str, item: &ItemRow) -> AnyView {
    let id = Some(item.id.as_str());
    if !item.holds_webhooks {
        let body = button("Hold webhooks");
        return view! { <div class="row">{form(base, "webhook/hold", id, body)}</div> }.into_any();
    }
    let reversed = view! { {hidden("reversed", "true")} {button("Send held, newest first")} };
    view! {
        <p>"Webhooks are on hold."</p>
        <div class="row">
            {form(base, "webhook/release", id, button("Send held, oldest first"))}
            {form(base, "webhook/release", id, reversed.into_any())}
        </div>
    }
    .into_any()
}

fn line(told: &Told) -> impl IntoView + use<> {
    let body: Value = serde_json::from_str(&told.body).unwrap_or_default();
    let code = body["webhook_code"]
        .as_str()
        .unwrap_or("A webhook")
        .to_owned();
    let forged = told.forgery.as_deref().and_then(Forgery::named);
    let forged = forged.map_or(String::new(), |forgery| {
        format!("forged: {} · ", forgery.words)
    });
    let at = wire_moment_of(told.created_at);
    view! {
        <li><b>{code}</b> <small>{format!("{forged}{} · ", answer(told))} <time datetime=at.clone()>{at.clone()}</time></small></li>
    }
}

fn answer(told: &Told) -> String {
    let again = if told.due_at.is_some() {
        ", will retry"
    } else {
        ""
    };
    match (told.held, told.attempts, told.last_status) {
        (true, ..) => "on hold".to_owned(),
        (_, 0, _) => "sending".to_owned(),
        (_, _, None) => format!("no response{again}"),
        (_, _, Some(200)) => "delivered (200)".to_owned(),
        (_, _, Some(status)) => format!("failed ({status}){again}"),
    }
}
