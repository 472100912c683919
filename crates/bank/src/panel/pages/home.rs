//! The panel's home page: connections, clock, webhook signing key and faults.

use leptos::prelude::*;

use super::controls::{button, form, number, tick};
use super::{faults, log_in};
use crate::bank::ItemView;
use crate::panel::needs::Panel;
use crate::world;

/// Renders the section for a bank without connections.
pub(super) fn nothing_yet() -> AnyView {
    view! {
        <section><h2>"Connections"</h2><p>"No connections yet. Link a bank first, then come back to make it misbehave."</p></section>
    }
    .into_any()
}

/// Renders the connections that a visitor may change.
pub(super) fn items(base: &str, all: &[ItemView]) -> Option<AnyView> {
    let lines: Vec<_> = all
        .iter()
        .map(|one| {
            let institution = world::institution(&one.item.institution_id);
            let name = institution.map_or("A bank", |institution| institution.name);
            let href = format!("{base}/items/{}", one.item.id);
            let shared = one
                .accounts
                .iter()
                .filter(|account| account.selected)
                .count();
            let words = format!(
                "{} of {} accounts shared · {}",
                shared,
                one.accounts.len(),
                log_in::state(&one.item)
            );
            view! { <li><a href=href>{name}</a> <small>{words}</small></li> }
        })
        .collect();
    let any = !lines.is_empty();
    any.then(|| {
        view! { <section><h2>"Connections"</h2><ul class="shared">{lines}</ul></section> }
            .into_any()
    })
}

/// Renders the controls of the whole bank.
pub(super) fn whole_bank(panel: &Panel, base: &str) -> impl IntoView + use<> {
    let bank = &panel.bank;
    let now = bank.clock().now();
    let exact = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let shown = now.strftime("%A, %-d %B %Y, %H:%M UTC").to_string();
    let days = bank.lead().as_hours() / 24;
    let lead = match days {
        0 => "same as real time".to_owned(),
        1 => "1 day ahead".to_owned(),
        days => format!("{days} days ahead"),
    };
    let advance = view! {
        <div class="row">{number("Days", "days", "1")} {button("Advance")}</div>
    };
    let rotate = view! {
        <div class="row">
            {number("Seconds until the old key expires", "expire_after_seconds", "0")}
            {tick("Revoke old keys immediately", "forget")}
            {button("Create new key")}
        </div>
    };
    view! {
        <section id="time">
            <h2>"Clock"</h2>
            <p>"The bank’s clock: " <time datetime=exact>{shown}</time> ", " {lead} "."</p>
            {form(base, "time/advance", None, advance.into_any())}
            <p class="soft">
                "This advances the clock for the whole bank and can’t be undone. Signatures and deliveries keep using real time."
            </p>
        </section>
        <section id="key">
            <h2>"Webhook signing key"</h2>
            {form(base, "webhook/key/rotate", None, rotate.into_any())}
        </section>
        {faults::section(base, None, &bank.faults().all())}
    }
}
