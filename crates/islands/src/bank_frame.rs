//! Listening to a provider's page that stands in a frame of ours.

use leptos::prelude::*;

use crate::browser;

/// Sends the page's form as soon as the framed page says that the bank is linked, and folds away what is for people whose
/// frame does not come.
#[island]
pub fn BankFrame() -> impl IntoView {
    Effect::new(move |_| browser::frame::listen());
    view! { <span hidden></span> }
}
