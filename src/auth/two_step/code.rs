//! Checks a code: of the authenticator app, or a recovery code.

use super::{authenticator, recovery};
use crate::auth::{AuthError, devices, throttle};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;

/// Checks a person's code and uses it up. `field` is the form field that a problem belongs to.
///
/// # Errors
/// [`AuthError::Form`] when the code is wrong or was used before; [`AuthError::Throttled`] after too many guesses.
pub(in crate::auth) async fn check(
    ctx: &Ctx,
    user: &User,
    code: &Secret,
    field: &'static str,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<(), AuthError> {
    let typed = code.expose().trim();
    if typed.is_empty() {
        let wanted = "Enter the 6-digit code from your authenticator app.";
        return Err(AuthError::field(field, wanted));
    }
    let account = user.id.as_str();
    let origin = devices::origin(ctx, account, device, &visit.address).await?;
    let attempt = throttle::code(ctx, account, &visit.address, &origin).await;
    if let Err(AuthError::Throttled { .. }) = &attempt {
        throttle::throttled(ctx, Some(&user.id), visit);
    }
    let attempt = attempt?;
    if is_of_app(ctx, user, typed).await? || recovery::use_up(ctx, user, typed, visit).await? {
        return throttle::succeeded(ctx, &attempt).await;
    }
    let event = Event::WrongCode(visit.clone());
    throttle::failed(ctx, &attempt, Some(&user.id), &event).await?;
    tracing::info!(user = %user.id, address = visit.address, "a wrong code");
    let wrong = "That code is wrong or was already used. Enter the code that your app shows now.";
    Err(AuthError::field(field, wrong))
}

/// Checks the code that a program sent with a request, and uses it up.
///
/// # Errors
/// [`AuthError::CodeNeeded`] without one; those of a log-in's code.
pub async fn check_for_program(
    ctx: &Ctx,
    user: &User,
    code: Option<Secret>,
    visit: &Visit,
) -> Result<(), AuthError> {
    let code = code.ok_or(AuthError::CodeNeeded)?;
    check(ctx, user, &code, "otp", visit, None).await
}

/// Whether it is a valid code of the person's app that was not used before.
async fn is_of_app(ctx: &Ctx, user: &User, typed: &str) -> Result<bool, AuthError> {
    let Some(app) = ctx.store.authenticator(&user.id).await? else {
        return Ok(false);
    };
    let secret = ctx
        .vault
        .unseal(&app.sealed_secret, app.id.as_str(), user.id.as_str());
    let Ok(secret) = secret else {
        tracing::error!(user = %user.id, "the key does not open the secret of an authenticator app");
        return Ok(false);
    };
    let now = ctx.clock.now();
    let Some(step) = authenticator::step_of(secret.expose(), typed, now) else {
        return Ok(false);
    };
    let newest = authenticator::newest_step(now);
    Ok(ctx.store.use_step(&app.id, step, newest).await?)
}
