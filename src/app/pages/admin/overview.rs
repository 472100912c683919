//! The first admin page: the state of this Passbook at a glance, its set-up checks and settings.

use leptos::prelude::*;

use super::{overseen, top};
use crate::app::pages::transaction::facts;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::state;
use crate::app::shell::has_islands;
use crate::operator;
use crate::operator::view::{Check, Glance, Overview};

/// Reads the data and draws the page.
pub fn overview() -> AnyView {
    let islands = has_islands();
    overseen(move |ctx, by| async move {
        let found = operator::overview(&ctx, &by, islands).await?;
        Ok(Page::new("Admin", drawn(&found)))
    })
}

/// Draws the page.
pub fn drawn(found: &Overview) -> AnyView {
    view! {
        {top("Admin", "/admin")}
        <div class="glances">{found.glance.iter().map(glance).collect_view()}</div>
        <div class="cards">
            <section>
                <div class="heading"><h2 class="band-title">"Setup check"</h2></div>
                <ul class="rows">{found.checks.iter().map(check).collect_view()}</ul>
            </section>
            <section class="in-force">
                <div class="heading"><h2 class="band-title">"Current settings"</h2></div>
                {facts(&found.settings)}
            </section>
        </div>
    }
    .into_any()
}

fn glance(glance: &Glance) -> AnyView {
    let inner = || {
        view! {
            <span class="what">{glance.what.clone()}</span>
            <span class="much">{glance.figure.clone()}</span>
            {state(&glance.state)}
        }
    };
    if glance.href.is_empty() {
        view! { <div class="glance">{inner()}</div> }.into_any()
    } else {
        view! { <a class="glance" href=glance.href.clone()>{inner()}</a> }.into_any()
    }
}

fn check(check: &Check) -> AnyView {
    view! {
        <li class="line pair">
            <div class="what"><span class="name">{check.what.clone()}</span>{state(&check.state)}</div>
            <div>
                <p>{check.words.clone()}</p>
                {check.line.clone().map(|line| view! { <p class="code"><code>{line}</code></p> })}
            </div>
        </li>
    }
    .into_any()
}
