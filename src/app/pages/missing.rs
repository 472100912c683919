//! The page for an unknown address.

use leptos::prelude::*;

use crate::app::error::PageError;
use crate::app::parts::frame::error_page;
use crate::app::visitor;

/// Reads the data and draws the page.
pub fn missing() -> AnyView {
    Suspend::new(async move {
        let user = visitor::user().await.ok();
        error_page(user.as_ref(), PageError::NotFound.raised())
    })
    .into_any()
}
