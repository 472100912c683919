//! Webhooks that were refused. Only the hash of their body is stored.

use leptos::prelude::*;

use super::webhooks::{CHOICES, PATH as WEBHOOKS};
use super::{overseen, top};
use crate::app::pages::query;
use crate::app::pages::transaction::facts;
use crate::app::parts::figure;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::{pages, sections};
use crate::operator;
use crate::operator::view::{Refused, RefusedLine};

const PATH: &str = "/admin/webhooks/refused";

/// Reads the data and draws the page.
pub fn refused() -> AnyView {
    let after = query("after");
    overseen(move |ctx, by| async move {
        let found = operator::refused(&ctx, &by, &after).await?;
        Ok(Page::new("Rejected webhooks", drawn(&after, &found)))
    })
}

/// Draws the page.
pub fn drawn(after: &str, found: &Refused) -> AnyView {
    view! {
        {top("Webhooks", WEBHOOKS)}
        {sections("Filter webhooks", "sections narrower", &CHOICES, PATH)}
        {if found.counts.is_empty() {
            view! { <p class="empty-list">"None rejected."</p> }.into_any()
        } else {
            view! {
                <section>
                    <h2 class="band-title">"All time, by reason"</h2>
                    {facts(&found.counts)}
                </section>
                <section>
                    <div class="heading"><h2 class="band-title">"Most recent"</h2></div>
                    <ul class="rows">{found.last.lines.iter().map(line).collect_view()}</ul>
                </section>
            }.into_any()
        }}
        {pages(PATH, &[], after, found.last.older.as_deref())}
    }
    .into_any()
}

fn line(refused: &RefusedLine) -> AnyView {
    view! {
        <li class="line">
            <div class="what">
                <span class="name">{refused.reason.clone()}</span>
                <span class="soft">{figure::moment(&refused.came)}</span>
            </div>
            <div class="what"><span class="soft">"body "<code>{refused.hash.clone()}</code></span></div>
        </li>
    }
    .into_any()
}
