//! Ending log-ins from somewhere else.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::logins;
use domain::access::Access;

const PAGE: &str = "/settings/sessions";

/// Logs the person out on another browser.
#[server(name = EndBrowser, prefix = "/forms", endpoint = "session-ended")]
pub async fn end_browser(#[server(default)] session: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let here = visitor::session().await?;
    if !logins::end_browser(&ctx, &here, &user, &session).await? {
        return Err(PageError::NotFound.raised());
    }
    let said = "Logged out on that device.";
    Next::saying(PAGE, Flash::notice(said)).go().await
}

/// Ends the tokens of a program that logged in with the password.
#[server(name = EndProgram, prefix = "/forms", endpoint = "program-ended")]
pub async fn end_program(#[server(default)] program: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !logins::end_program(&ctx, &user, &program).await? {
        return Err(PageError::NotFound.raised());
    }
    let said = "That app has been logged out.";
    Next::saying(PAGE, Flash::notice(said)).go().await
}

/// Logs the person out everywhere but on this browser.
#[server(name = EndOthers, prefix = "/forms", endpoint = "others-ended")]
pub async fn end_others() -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let here = visitor::session().await?;
    let ended = logins::end_others(&ctx, &here, &user).await?;
    let said = match ended == Access::default() {
        true => "You’re not logged in anywhere else.",
        false => "You’ve been logged out everywhere else.",
    };
    Next::saying(PAGE, Flash::notice(said)).go().await
}
