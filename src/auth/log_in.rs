//! Checks a person's name and password.

use super::devices::{Origin, Through};
use super::{AuthError, devices, password, throttle, two_step};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::{Role, User};

/// Checks a name (e-mail or user name) and a password. An unknown name takes the same time and gets the same answer as
/// a wrong password. `device` is the token of the browser's device cookie. A person with two-step verification is not
/// logged in yet: their log-in needs a code ([`two_step::begin_log_in`]).
///
/// # Errors
/// [`AuthError::Mismatch`], [`AuthError::Throttled`], [`AuthError::Busy`].
pub async fn log_in(
    ctx: &Ctx,
    name: &str,
    password: &Secret,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<User, AuthError> {
    let user = recognise(ctx, name, password, visit, device, Event::LoginFailed).await?;
    if !user.two_step {
        devices::logged_in(ctx, &user, visit, Through::Browser(device)).await?;
        tracing::info!(user = %user.id, "logged in");
    }
    Ok(user)
}

/// Checks a name, a password and, with two-step verification, a code, all at once.
///
/// # Errors
/// [`AuthError::CodeNeeded`]; [`AuthError::TwoStepMissing`]; [`AuthError::Form`] when the code, `otp`, is wrong; those of
/// [`log_in`].
pub async fn log_in_with_code(
    ctx: &Ctx,
    name: &str,
    password: &Secret,
    code: Option<&Secret>,
    visit: &Visit,
) -> Result<User, AuthError> {
    let user = recognise(ctx, name, password, visit, None, Event::LoginFailed).await?;
    if user.lacks_two_step(ctx.config.two_step_required) {
        return Err(AuthError::TwoStepMissing);
    }
    if user.two_step {
        let code = code.ok_or(AuthError::CodeNeeded)?;
        two_step::check(ctx, &user, code, "otp", visit, None).await?;
    }
    devices::logged_in(ctx, &user, visit, Through::Program).await?;
    tracing::info!(user = %user.id, "logged in");
    Ok(user)
}

/// Checks a name and a password without logging the person in. `refused` is the event that a wrong password records.
pub(super) async fn recognise(
    ctx: &Ctx,
    name: &str,
    password: &Secret,
    visit: &Visit,
    device: Option<&Secret>,
    refused: fn(Visit) -> Event,
) -> Result<User, AuthError> {
    let folded = name.trim().to_lowercase();
    let found = ctx.store.user_to_log_in(&folded).await?;
    // Where there is no demo, the demo person's public password is nobody's.
    let found = found.filter(|(user, _)| ctx.demo || user.role != Role::Demo);
    // A person can log in by e-mail or user name; both share one count of failed attempts.
    let account = found
        .as_ref()
        .map_or(folded.as_str(), |(user, _)| user.id.as_str());
    let origin = devices::origin(ctx, account, device, &visit.address).await?;
    let attempt = throttle::attempt(ctx, account, &visit.address, &origin).await;
    if let Err(AuthError::Throttled { .. }) = &attempt {
        throttle::throttled(ctx, found.as_ref().map(|(user, _)| &user.id), visit);
    }
    let attempt = attempt?;
    let (known, hash) = found.map_or((None, None), |(user, hash)| (Some(user), hash));
    let known_origin = !matches!(origin, Origin::Stranger);
    let verified = password::verify(password, hash, &visit.address, known_origin).await;
    if let Err(AuthError::Busy) = &verified {
        throttle::not_made(ctx, &attempt).await?;
    }
    let right = verified?;
    match known {
        Some(user) if right => {
            throttle::succeeded(ctx, &attempt).await?;
            Ok(user)
        }
        known => {
            let known = known.as_ref().map(|user| &user.id);
            throttle::failed(ctx, &attempt, known, &refused(visit.clone())).await?;
            tracing::info!(address = visit.address, "wrong name or password");
            Err(AuthError::Mismatch)
        }
    }
}
