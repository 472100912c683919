//! Checks a person's name and password.

use super::devices::Origin;
use super::{AuthError, devices, password, throttle};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;

/// Checks a name (e-mail or user name) and a password. An unknown name takes the same time and gets the same answer as
/// a wrong password. `device` is the token of the browser's device cookie.
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
    devices::logged_in(ctx, &user, visit).await?;
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
