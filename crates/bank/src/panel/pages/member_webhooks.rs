//! Webhooks of an MX member.

use leptos::prelude::*;
use serde_json::Value;

use super::controls::{button, choice, form, hidden, number};
use super::rows::own;
use crate::bank::{MX_FORGERIES, MemberView, wire_moment_of};
use crate::store::deliveries::Told;

/// Renders the forms that send, hold and release webhooks.
pub(super) fn section(base: &str, view: &MemberView, told: &[Told]) -> AnyView {
    let member = || hidden("member_guid", &view.member.guid);
    let kinds = [
        "CONNECTION_STATUS",
        "AGGREGATION",
        "HISTORY",
        "BALANCE",
        "OF_TOMORROW",
    ];
    let genuine = ("", "correct".to_owned());
    let forgeries = MX_FORGERIES.map(own);
    let send = view! {
        {member()}
        <div class="fields">
            {choice("Webhook", "type", kinds.map(|kind| own((kind, kind))))}
            {choice("Password", "forgery", std::iter::once(genuine).chain(forgeries))}
            {number("Repeat", "times", "1")}
            {number("Delay in seconds", "delay_seconds", "0")}
        </div>
        <div class="row">{button("Send")}</div>
    };
    let hold = if view.member.record.holds_webhooks {
        let reversed =
            view! { {member()} {hidden("reversed", "true")} {button("Send held, newest first")} };
        let release = view! { {member()} {button("Send held, oldest first")} };
        view! {
            <p>"Webhooks are on hold."</p>
            <div class="row">
                {form(base, "member/webhook/release", None, release.into_any())}
                {form(base, "member/webhook/release", None, reversed.into_any())}
            </div>
        }
        .into_any()
    } else {
        let hold = view! { {member()} {button("Hold webhooks")} };
        form(base, "member/webhook/hold", None, hold.into_any())
    };
    let lines: Vec<_> = told.iter().map(line).collect();
    let last = (!lines.is_empty()).then(|| {
        view! { <h3>"Recent webhooks"</h3> <ul class="shared">{lines}</ul> }
    });
    view! {
        <section id="webhooks">
            <h2>"Webhooks"</h2>
            {form(base, "member/webhook/send", None, send.into_any())}
            {hold}
            {last}
        </section>
    }
    .into_any()
}

fn line(told: &Told) -> impl IntoView + use<> {
    let body: Value = serde_json::from_str(&told.body).unwrap_or_default();
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let name = format!("{} {}", word("type"), word("connection_status"));
    let at = wire_moment_of(told.created_at);
    let answer = told
        .last_status
        .map_or("not delivered yet".to_owned(), |status| {
            format!("answered {status}")
        });
    view! { <li><b>{name}</b> <small>{answer} " · " <time datetime=at.clone()>{at.clone()}</time></small></li> }
}
