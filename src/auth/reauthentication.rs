//! Confirms that the person at the browser is the one who is logged in, before the ways to log in change.

use tower_sessions::Session;

use super::{AuthError, log_in, session};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;

/// The proof: the person's password or, if they have none, a recent log-in.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The browser's session.
    pub session: &'a Session,
    /// The password; ignored when the person has none.
    pub password: &'a Secret,
    /// Where the request comes from.
    pub visit: &'a Visit,
    /// The browser's device token.
    pub device: Option<&'a Secret>,
}

/// Shown to people who must log in again first.
pub(super) const LOG_IN_AGAIN: &str = "To confirm it’s you, log out and back in, then try again.";

impl Proof<'_> {
    /// Checks the proof.
    ///
    /// # Errors
    /// [`AuthError::Form`] about `password`; [`AuthError::Throttled`] after too many guesses.
    pub(super) async fn check(&self, ctx: &Ctx, user: &User) -> Result<(), AuthError> {
        if !ctx.store.has_password(&user.id).await? {
            return match session::is_fresh(ctx, self.session).await? {
                true => Ok(()),
                false => Err(AuthError::field("password", LOG_IN_AGAIN)),
            };
        }
        if self.password.expose().is_empty() {
            return Err(AuthError::field("password", "Enter your password."));
        }
        let (name, refused) = (user.email.as_str(), Event::WrongCurrentPassword);
        let (visit, device) = (self.visit, self.device);
        match log_in::recognise(ctx, name, self.password, visit, device, refused).await {
            Err(AuthError::Mismatch) => Err(AuthError::field(
                "password",
                "Wrong password. Please try again.",
            )),
            proven => proven.map(|_| ()),
        }
    }
}
