//! The appearance of Passbook in this browser.

use leptos::prelude::*;

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
    visitor::keep_cookie(cookies::APPEARANCE, chosen.word(), 31_536_000);
    Next::saying("/settings", Flash::notice("Saved for this browser."))
        .go()
        .await
}
