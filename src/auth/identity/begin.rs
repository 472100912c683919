//! Starts a sign-in and sends the browser to the identity provider.

use tower_sessions::Session;

use super::pending_identity::forget_pending;
use super::pending_sign_in::{PendingSignIn, Purpose};
use super::{IdentityError, callback};
use crate::context::Ctx;
use domain::secret::Secret;
use domain::user::User;

/// A request to sign in with a provider.
#[derive(Clone, Copy, Debug)]
pub struct Begin<'a> {
    /// The provider's slug.
    pub provider: &'a str,
    /// The base URL at which the browser reaches Passbook.
    pub base_url: &'a str,
    /// The page to go to afterwards.
    pub next: &'a str,
    /// Whether the person wants to sign up. A person who only wants to log in is asked before an account is created.
    pub signing_up: bool,
}

/// Begins a log-in or sign-up. Returns the provider's URL to send the browser to.
///
/// # Errors
/// [`IdentityError::Rejected`] when the provider is not set up; [`IdentityError::Provider`].
pub async fn begin(
    ctx: &Ctx,
    session: &Session,
    wanted: Begin<'_>,
) -> Result<Secret, IdentityError> {
    let purpose = match wanted.signing_up {
        true => Purpose::SignUp,
        false => Purpose::LogIn,
    };
    go(ctx, session, wanted, purpose).await
}

/// Begins to connect an identity to a person who is logged in. Returns the provider's URL.
///
/// # Errors
/// The errors of [`begin`].
pub async fn begin_connecting(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    wanted: Begin<'_>,
) -> Result<Secret, IdentityError> {
    let purpose = Purpose::Connect(user.id.as_str().to_owned());
    go(ctx, session, wanted, purpose).await
}

async fn go(
    ctx: &Ctx,
    session: &Session,
    wanted: Begin<'_>,
    purpose: Purpose,
) -> Result<Secret, IdentityError> {
    let not_set_up = || IdentityError::rejected("This log-in option isn’t available here.");
    let source = ctx.sign_in.source(wanted.provider);
    let source = source.ok_or_else(not_set_up)?;
    let redirect_uri = format!("{}/sign-in/{}", wanted.base_url, wanted.provider);
    let request = source.begin(&redirect_uri).await;
    let request = request.map_err(|error| callback::failed(source, error))?;
    // An identity that is still pending on this browser may belong to another person.
    forget_pending(session).await?;
    let pending = PendingSignIn::new(
        wanted.provider,
        &request,
        redirect_uri,
        wanted.next,
        purpose,
    );
    pending.keep(ctx, session).await?;
    Ok(request.address)
}
