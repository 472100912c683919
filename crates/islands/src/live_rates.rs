//! A rate that follows the market.

use leptos::prelude::*;

use crate::browser;

/// Listens to rates for as long as the page is open, and writes those of the page's pair into it. It shows how the
/// connection stands, and says each new rate to those who do not see it.
#[island]
pub fn LiveRates() -> impl IntoView {
    Effect::new(move |_| browser::rates::follow());
    view! {
        <span id="rate-state" role="status" hidden></span>
        <span id="rate-said" class="hidden" role="status"></span>
    }
}
