//! Log-ins that wait for a code, kept sealed in the browser's session. Nobody is logged in on it yet.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::code;
use crate::auth::devices::Through;
use crate::auth::{AuthError, devices, sealed_session};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::id::UserId;
use domain::secret::Secret;
use domain::user::User;

/// How long a log-in waits for its code.
const LASTS: SignedDuration = SignedDuration::from_mins(10);
const KEY: &str = "pending_log_in";

#[derive(Serialize, Deserialize)]
struct PendingLogIn {
    user: String,
    password_version: i64,
    /// The page to go to afterwards.
    next: String,
    /// When it expires, in Unix milliseconds.
    until: i64,
}

/// Has a log-in wait for its code. The person has proven everything else.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin_log_in(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    next: &str,
) -> Result<(), AuthError> {
    let now = ctx.clock.now();
    let pending = PendingLogIn {
        user: user.id.to_string(),
        password_version: user.password_version,
        next: next.to_owned(),
        until: now.checked_add(LASTS).unwrap_or(now).as_millisecond(),
    };
    // Who planted the present id must not share what the password has opened.
    session.cycle_id().await?;
    sealed_session::put(ctx, session, KEY, &pending).await
}

/// Whether a log-in waits for its code on this browser.
///
/// # Errors
/// When the session cannot be read.
pub async fn is_log_in_pending(ctx: &Ctx, session: &Session) -> Result<bool, AuthError> {
    Ok(pending(ctx, session).await?.is_some())
}

/// Completes a log-in with its code. Returns the person and the page that they wanted; `None` when no log-in is
/// pending.
///
/// # Errors
/// [`AuthError::Form`] when the code is wrong; [`AuthError::Throttled`].
pub async fn finish_log_in(
    ctx: &Ctx,
    session: &Session,
    typed: &Secret,
    visit: &Visit,
    device: Option<&Secret>,
) -> Result<Option<(User, String)>, AuthError> {
    let Some((user, next)) = pending(ctx, session).await? else {
        return Ok(None);
    };
    code::check(ctx, &user, typed, "code", visit, device).await?;
    devices::logged_in(ctx, &user, visit, Through::Browser(device)).await?;
    tracing::info!(user = %user.id, "logged in with a code");
    Ok(Some((user, next)))
}

/// Returns the person whose log-in is pending, and the page that they want. A changed password ends it.
async fn pending(ctx: &Ctx, session: &Session) -> Result<Option<(User, String)>, AuthError> {
    let found: Option<PendingLogIn> = sealed_session::get(ctx, session, KEY).await?;
    let now = ctx.clock.now().as_millisecond();
    let Some(found) = found.filter(|it| it.until > now) else {
        return Ok(None);
    };
    let Some(id) = UserId::parse(&found.user) else {
        return Ok(None);
    };
    let user = ctx.store.user_to_let_in(&id).await?;
    let user = user.filter(|user| user.password_version == found.password_version);
    Ok(user.map(|user| (user, found.next)))
}
