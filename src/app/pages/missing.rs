//! The page for an address where nothing is.

use leptos::prelude::*;

use crate::app::error::PageError;
use crate::app::parts::frame::troubled;
use crate::app::visitor;

/// The page.
pub fn missing() -> AnyView {
    Suspend::new(async move {
        let user = visitor::user().await.ok();
        troubled(user.as_ref(), PageError::NotFound.raised())
    })
    .into_any()
}
