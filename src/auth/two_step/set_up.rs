//! Turning two-step verification on and off.

use tower_sessions::Session;

use super::{authenticator, recovery};
use crate::auth::{AuthError, sealed_session};
use crate::context::Ctx;
use domain::activity::Event;
use domain::id::AuthenticatorId;
use domain::secret::Secret;
use domain::user::User;
use store::NewAuthenticator;

/// The name in the session of the secret that no app has proven yet.
const SECRET: &str = "authenticator";

/// What an authenticator app needs.
pub struct SetUp {
    /// The secret in base32, for typing it in.
    pub secret: Secret,
    /// The `otpauth:` URI, for the QR code.
    pub uri: Secret,
}

/// Two-step verification that has just been turned on.
pub struct TurnedOn {
    /// The person, for a new session.
    pub user: User,
    /// The recovery codes, which are shown once.
    pub codes: Vec<Secret>,
}

/// Makes a secret for an app, and keeps it in the browser's session until a code proves that the app has it.
///
/// # Errors
/// When the machine's randomness fails, or the session cannot be stored.
pub async fn begin_set_up(ctx: &Ctx, session: &Session) -> Result<(), AuthError> {
    let secret = authenticator::new_secret()?;
    sealed_session::put(ctx, session, SECRET, &secret).await
}

/// Returns what the person's app needs; `None` when no set-up is under way.
///
/// # Errors
/// When the session cannot be read.
pub async fn pending_set_up(
    ctx: &Ctx,
    session: &Session,
    user: &User,
) -> Result<Option<SetUp>, AuthError> {
    let secret: Option<String> = sealed_session::get(ctx, session, SECRET).await?;
    Ok(secret.and_then(|secret| {
        let uri = authenticator::uri(&secret, user.email.as_str())?;
        Some(SetUp {
            secret: Secret::new(secret),
            uri: Secret::new(uri),
        })
    }))
}

/// Turns two-step verification on if the code is right. Logs the person out everywhere. `None` when no set-up is under
/// way, or it is on already.
///
/// # Errors
/// [`AuthError::Form`] when the code is wrong.
pub async fn turn_on(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    code: &Secret,
) -> Result<Option<TurnedOn>, AuthError> {
    let secret: Option<String> = sealed_session::get(ctx, session, SECRET).await?;
    let Some(secret) = secret else {
        return Ok(None);
    };
    // Not throttled: whoever is here has the secret before their eyes.
    let Some(step) = authenticator::step_of(&secret, code.expose(), ctx.clock.now()) else {
        let wrong = "That code is wrong. Enter the 6-digit code that your app shows now, and check that your phone’s \
                     clock is right.";
        return Err(AuthError::field("code", wrong));
    };
    let (id, codes) = (AuthenticatorId::generate(), recovery::new_codes()?);
    let sealed = ctx
        .vault
        .seal(&Secret::new(secret), id.as_str(), user.id.as_str());
    let new = NewAuthenticator {
        id,
        sealed_secret: sealed.map_err(|_| AuthError::Busy)?,
        step,
        recovery: codes
            .iter()
            .map(|code| recovery::code_hash(code.expose()))
            .collect(),
    };
    if !ctx
        .store
        .turn_two_step_on(user, &new, ctx.clock.now())
        .await?
    {
        return Ok(None);
    }
    tracing::info!(user = %user.id, "two-step verification was turned on");
    let user = User {
        password_version: user.password_version + 1,
        two_step: true,
        ..user.clone()
    };
    Ok(Some(TurnedOn { user, codes }))
}

/// Turns two-step verification off. Logs the person out everywhere. Returns the person for a new session; `None` when
/// it was off, or the password has been changed in the meantime.
///
/// # Errors
/// When the database fails.
pub async fn turn_off(ctx: &Ctx, user: &User) -> Result<Option<User>, AuthError> {
    let (event, now) = (Event::TwoStepOff, ctx.clock.now());
    if !ctx.store.turn_two_step_off(user, &event, now).await? {
        return Ok(None);
    }
    tracing::info!(user = %user.id, "two-step verification was turned off");
    Ok(Some(User {
        password_version: user.password_version + 1,
        two_step: false,
        ..user.clone()
    }))
}
