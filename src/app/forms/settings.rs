//! The appearance of Passbook in this browser.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::shell::Appearance;
use crate::app::visitor;
use crate::auth::cookies;

/// Saves the chosen appearance in a cookie for a year.
#[server(name = ChooseAppearance, prefix = "/forms", endpoint = "appearance")]
pub async fn choose_appearance(#[server(default)] appearance: String) -> Result<(), PageError> {
    visitor::user().await?;
    let Some(chosen) = Appearance::from_word(&appearance) else {
        let flash = Flash::trouble("Choose light, dark or match system.");
        return Next::saying("/settings", flash).go().await;
    };
    let word = chosen.word();
    // The server adds the attributes that all cookies share.
    let cookie = format!("{}={word}; Max-Age=31536000", cookies::APPEARANCE);
    if let (Some(response), Ok(value)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&cookie),
    ) {
        response.append_header(header::SET_COOKIE, value);
    }
    Next::saying("/settings", Flash::notice("Saved for this browser."))
        .go()
        .await
}
