//! The demo person, as whom anyone may look around where the program runs with `--demo`.

use super::devices::Through;
use super::{AuthError, devices, throttle};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::user::{Role, User};

/// The email address of the demo person.
pub const DEMO_EMAIL: &str = "demo@passbook.example";

/// Returns the demo person, if anyone may log in as them; `None` without `--demo`.
///
/// # Errors
/// When the database fails.
pub async fn demo_person(ctx: &Ctx) -> Result<Option<User>, AuthError> {
    if !ctx.demo {
        return Ok(None);
    }
    let found = ctx.store.user_to_log_in(DEMO_EMAIL).await?;
    Ok(found
        .map(|(user, _)| user)
        .filter(|user| user.role == Role::Demo))
}

/// Lets a visitor in as the demo person, whose password is printed and opens only invented money on this machine.
/// Returns `None` where no one may.
///
/// # Errors
/// [`AuthError::Throttled`].
pub async fn log_in_as_demo(ctx: &Ctx, visit: &Visit) -> Result<Option<User>, AuthError> {
    let Some(user) = demo_person(ctx).await? else {
        return Ok(None);
    };
    let counted = throttle::demo(ctx, &visit.address).await;
    if let Err(AuthError::Throttled { .. }) = &counted {
        throttle::throttled(ctx, Some(&user.id), visit);
    }
    counted?;
    devices::logged_in(ctx, &user, visit, Through::Browser(None)).await?;
    tracing::info!(user = %user.id, "logged in as the demo person");
    Ok(Some(user))
}
