//! Shows a live exchange rate.

use leptos::prelude::*;

use crate::browser;

/// Receives rates while the page is open and writes those of the page's pair into it. Shows the state of the
/// connection, and announces each new rate to screen readers.
#[island]
pub fn LiveRates() -> impl IntoView {
    Effect::new(move |_| browser::rates::follow());
    view! {
        <span id="rate-state" role="status" hidden></span>
        <span id="rate-said" class="hidden" role="status"></span>
    }
}
