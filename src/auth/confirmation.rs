//! Confirms that the person at the browser is the one who is logged in, before anything that a thief of an open browser
//! would do: changing how to log in, making keys, unlinking banks.
//!
//! A log-in counts as a confirmation. The doors ask [`is_confirmed`] and lead to the page that asks, if it is not.

use tower_sessions::Session;

use super::{AuthError, log_in, session, two_step};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;

/// What a person types to confirm that it's them, and where.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The browser's session.
    pub session: &'a Session,
    /// The password, or the code of two-step verification.
    pub typed: &'a Secret,
    /// Where the request comes from.
    pub visit: &'a Visit,
    /// The browser's device token.
    pub device: Option<&'a Secret>,
}

/// How a person confirms that it's them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmWith {
    /// A code of the authenticator app, or a recovery code.
    Code,
    /// The password, for people without two-step verification.
    Password,
    /// A new log-in, for people who log in with an identity provider only.
    LogIn,
}

/// The form field of the password or code.
const FIELD: &str = "typed";

/// Whether the person logged in or confirmed that it's them in the last five minutes.
///
/// # Errors
/// When the session cannot be read.
pub async fn is_confirmed(ctx: &Ctx, session: &Session) -> Result<bool, AuthError> {
    session::is_confirmed(ctx, session).await
}

/// Returns how this person confirms that it's them.
///
/// # Errors
/// When the database fails.
pub async fn confirm_with(ctx: &Ctx, user: &User) -> Result<ConfirmWith, AuthError> {
    Ok(match user.two_step {
        true => ConfirmWith::Code,
        false if ctx.store.has_password(&user.id).await? => ConfirmWith::Password,
        false => ConfirmWith::LogIn,
    })
}

/// Checks the proof. If it is right, the session counts as confirmed.
///
/// # Errors
/// [`AuthError::Form`] about `typed`; [`AuthError::Throttled`] after too many guesses.
pub async fn confirm(ctx: &Ctx, user: &User, proof: Proof<'_>) -> Result<(), AuthError> {
    let Proof {
        session,
        typed,
        visit,
        device,
    } = proof;
    match confirm_with(ctx, user).await? {
        ConfirmWith::Code => two_step::check(ctx, user, typed, FIELD, visit, device).await?,
        ConfirmWith::Password if typed.expose().is_empty() => {
            return Err(AuthError::field(FIELD, "Enter your password."));
        }
        ConfirmWith::Password => {
            let (name, refused) = (user.email.as_str(), Event::WrongCurrentPassword);
            match log_in::recognise(ctx, name, typed, visit, device, refused).await {
                Err(AuthError::Mismatch) => {
                    let wrong = "Wrong password. Please try again.";
                    return Err(AuthError::field(FIELD, wrong));
                }
                proven => proven.map(|_| ())?,
            }
        }
        ConfirmWith::LogIn => return Err(AuthError::field("", LOG_IN_AGAIN)),
    }
    session::confirmed(ctx, session).await
}

/// Shown to people who must log in again first.
pub(super) const LOG_IN_AGAIN: &str = "To confirm it’s you, log out and back in, then try again.";
