//! One received webhook in full, with what it caused and the button to replay it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::overseen;
use super::webhooks::PATH;
use crate::app::forms::operating::Replay;
use crate::app::pages::part_of_path;
use crate::app::pages::transaction::facts;
use crate::app::parts::figure;
use crate::app::parts::frame::Page;
use crate::ledger::view::When;
use crate::operator;
use crate::operator::view::DeliveryDetail;

/// Reads the data and draws the page.
pub fn webhook() -> AnyView {
    let id = part_of_path("id");
    overseen(move |ctx, by| async move {
        let found = operator::delivery(&ctx, &by, &id).await?;
        Ok(Page::new(found.line.name.clone(), view(&found)))
    })
}

/// Draws the page.
pub fn view(found: &DeliveryDetail) -> AnyView {
    let here = format!("{PATH}/{}", found.line.id);
    view! {
        <p class="back"><a href=PATH>"All webhooks"</a></p>
        <div class="top">
            <div class="worth">
                <h1 class="title">{found.line.name.clone()}</h1>
                <p class="soft">"received " {figure::moment(&found.line.came)}</p>
            </div>
            <form class="actions" method="post" action=Replay::url()>
                <input type="hidden" name="delivery" value=found.line.id.to_string()/>
                <input type="hidden" name="back" value=here/>
                <button class="button main" type="submit">"Replay"</button>
            </form>
        </div>
        <section>
            <h2 class="band-title">"Details"</h2>
            {facts(&found.facts)}
        </section>
        <section>
            <h2 class="band-title">"Replays"</h2>
            {replays(&found.replays)}
        </section>
        <section>
            <h2 class="band-title" id="body">"Body (tokens removed)"</h2>
            <pre class="body" tabindex="0" role="region" aria-labelledby="body">{found.body.clone()}</pre>
        </section>
    }
    .into_any()
}

fn replays(replays: &[(When, String, String)]) -> AnyView {
    if replays.is_empty() {
        return view! {
            <p class="soft facts-none">"Not replayed yet. Replaying processes the webhook again with today’s data."</p>
        }
        .into_any();
    }
    let replay = |(when, by, caused): &(When, String, String)| {
        view! { <dt>{figure::moment(when)}</dt><dd>"by " {by.clone()} ": " {caused.clone()}</dd> }
    };
    view! { <dl class="facts">{replays.iter().map(replay).collect_view()}</dl> }.into_any()
}
