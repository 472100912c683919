//! Forms for people who forgot their password.

use leptos::prelude::*;

use super::Next;
use super::people::problems;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::{self, CODE_PAGE, PasswordReset};
use domain::secret::Secret;

/// The path of the page that asks for the email.
pub const RESET: &str = "/reset-password";

/// Sends a code to a person, if there is one with this email. The next page is the same if there is none.
#[server(name = AskReset, prefix = "/forms", endpoint = "reset-password")]
pub async fn ask_reset(#[server(default)] email: String) -> Result<(), PageError> {
    let (ctx, visit) = (visitor::ctx()?, visitor::visit().await);
    let (typed, device) = ([("email", email.as_str())], visitor::device(&ctx));
    match auth::ask_reset(&ctx, &email, &visit, device.as_ref()).await {
        Ok(()) => {
            // The form of the next page needs the email too.
            let mut flash = Flash::refused_to_stranger(&typed, Vec::new());
            flash.notice = Flash::notice(SENT).notice;
            Next::saying(CODE_PAGE, flash).go().await
        }
        Err(error) => {
            let flash = Flash::refused_to_stranger(&typed, problems(error)?);
            Next::saying(RESET, flash).go().await
        }
    }
}

const SENT: &str = "If this email has an account, we’ve sent it a code. It can take a few minutes to arrive; look in \
    your spam folder too.";

/// Sets a new password with a code. Nobody is logged in by it.
#[server(name = ResetPassword, prefix = "/forms", endpoint = "new-password")]
pub async fn reset_password(
    #[server(default)] email: String,
    #[server(default)] code: String,
    #[server(default)] new: String,
) -> Result<(), PageError> {
    let (ctx, visit) = (visitor::ctx()?, visitor::visit().await);
    let device = visitor::device(&ctx);
    let form = PasswordReset {
        email,
        code: Secret::new(code),
        new: Secret::new(new),
    };
    match auth::reset_password(&ctx, &form, &visit, device.as_ref()).await {
        Ok(()) => {
            let said = "Your password was changed, and you’ve been logged out everywhere. Log in with the new one.";
            Next::saying("/log-in", Flash::notice(said)).go().await
        }
        Err(error) => {
            let typed = [("email", form.email.as_str())];
            let flash = Flash::refused_to_stranger(&typed, problems(error)?);
            Next::saying(CODE_PAGE, flash).go().await
        }
    }
}
