//! Listens to a provider's page in a frame of ours.

use leptos::prelude::*;

use crate::browser;

/// Submits the page's form when the framed page says that the bank is linked, and collapses the form for people whose
/// frame does not load.
#[island]
pub fn BankFrame() -> impl IntoView {
    Effect::new(move |_| browser::frame::listen());
    view! { <span hidden></span> }
}
