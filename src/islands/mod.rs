//! The islands: the few things that HTML cannot do. The only room that is built for the browser too.

use leptos::prelude::*;

/// Says that the islands are awake.
#[island]
pub fn Awake() -> impl IntoView {
    let (awake, set_awake) = signal(false);
    Effect::new(move || set_awake.set(true));
    view! { <p data-awake=move || awake.get().to_string()></p> }
}
