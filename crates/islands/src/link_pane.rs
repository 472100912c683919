//! Opens Link.

use leptos::prelude::*;

use crate::browser;

/// Opens Link's pane at once and puts its result into the page's two hidden forms. The page itself has loaded Link's
/// script: an island takes no URL, because hydration could load anything that looks like one.
#[island]
pub fn LinkPane(
    /// The link token.
    token: String,
    /// Whether a bank has just sent the person back, so that Link has to resume.
    returned: bool,
) -> impl IntoView {
    let first = token.clone();
    Effect::new(move |_| browser::link::open(&first, returned));
    let again = move |_| browser::link::open_again(&token, returned);
    view! {
        <p id="link-status" role="status">"Opening your bank…"</p>
        <button class="button" type="button" on:click=again>"Open again"</button>
    }
}
