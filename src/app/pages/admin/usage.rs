//! "Usage": how much of the providers' rate limits is used.

use leptos::prelude::*;

use super::{overseen, top};
use crate::app::parts::frame::Page;
use crate::app::parts::lines::state;
use crate::operator;
use crate::operator::view::UsageLine;

const PATH: &str = "/admin/usage";

/// Reads the data and draws the page.
pub fn usage() -> AnyView {
    overseen(|ctx, by| async move {
        let found = operator::usage(&ctx, &by).await?;
        let free = ctx.config.built_in_bank;
        Ok(Page::new("Usage", view(&found, free)))
    })
}

/// Draws the page.
pub fn view(found: &[UsageLine], free: bool) -> AnyView {
    let words = if free {
        "The demo bank has no limits. Plaid’s and MX’s limits are shown for comparison, and calls aren’t throttled."
    } else {
        "Passbook stays below its providers’ limits. Calls over a limit wait until there’s room again."
    };
    view! {
        {top("Usage", PATH)}
        <p class="soft said">{words}</p>
        <section>
            <ul class="rows">{found.iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn line(usage: &UsageLine) -> AnyView {
    let percent = usage.percent;
    let label = format!("{}, {}", usage.words, usage.whose);
    view! {
        <li class="line">
            <div class="what">
                <span class="name">{usage.words.clone()}</span>
                <span class="soft">{usage.endpoint.clone()} ", " {usage.whose.clone()}</span>
            </div>
            <div class="what meter">
                <span class="soft">{usage.used.clone()}</span>
                <progress max="100" value=percent aria-label=label>{format!("{percent}%")}</progress>
            </div>
            <div class="does">{state(&usage.state)}</div>
        </li>
    }
    .into_any()
}
