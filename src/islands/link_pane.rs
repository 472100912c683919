//! Opening Link.

use leptos::prelude::*;

use crate::browser;

/// Loads Link's script and opens its pane at once; the page's two hidden forms take what comes of it.
#[island]
pub fn LinkPane(
    /// The link token.
    token: String,
    /// Link's script.
    script: String,
    /// Whether a bank has just sent the person back, so that Link goes on where it was.
    returned: bool,
) -> impl IntoView {
    let open = move || browser::link::open(&token, &script, returned);
    let first = open.clone();
    Effect::new(move |_| first());
    view! {
        <p id="link-status" role="status">"Opening your bank…"</p>
        <button class="button" type="button" on:click=move |_| open()>"Open again"</button>
    }
}
