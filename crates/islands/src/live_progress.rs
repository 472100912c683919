//! Shows the live progress of a sync.

use leptos::prelude::*;

use crate::browser;

/// Asks every second how far a connection is, and reloads the page when it is done.
#[island]
pub fn LiveProgress(
    /// The connection's id.
    id: String,
) -> impl IntoView {
    Effect::new(move |_| browser::progress::follow(&id));
    view! { <span hidden></span> }
}
