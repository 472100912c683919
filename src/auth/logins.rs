//! Where a person is logged in, and ending a log-in from somewhere else.

use tower_sessions::Session;

use super::{AuthError, session_store};
use crate::context::Ctx;
use domain::access::Access;
use domain::id::{FamilyId, SessionId};
use domain::user::User;
pub use store::{BrowserLogin, Logins, ProgramLogin};

/// Returns the browsers and programs that a person is logged in on.
///
/// # Errors
/// When the database fails.
pub async fn list(ctx: &Ctx, session: &Session, user: &User) -> Result<Logins, AuthError> {
    let (here, now) = (here(session), ctx.clock.now());
    Ok(ctx.store.logins(&user.id, &here, now).await?)
}

/// Logs a person out on another browser; `false` when they have no such session.
///
/// # Errors
/// When the database fails.
pub async fn end_browser(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    id: &str,
) -> Result<bool, AuthError> {
    let Some(id) = SessionId::parse(id) else {
        return Ok(false);
    };
    let (here, now) = (here(session), ctx.clock.now());
    let ended = ctx.store.end_browser(&user.id, &id, &here, now).await?;
    if ended {
        tracing::info!(user = %user.id, "a session was ended from another browser");
    }
    Ok(ended)
}

/// Ends the tokens of a program that logged in with the person's password; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn end_program(ctx: &Ctx, user: &User, id: &str) -> Result<bool, AuthError> {
    let Some(id) = FamilyId::parse(id) else {
        return Ok(false);
    };
    let now = ctx.clock.now();
    let ended = ctx.store.end_program(&user.id, &id, now).await?;
    if ended {
        tracing::info!(user = %user.id, family = %id, "a program was logged out by its person");
    }
    Ok(ended)
}

/// Logs a person out on every other browser and in every program that logged in with their password. API keys and apps
/// with access stay. Returns what was ended.
///
/// # Errors
/// When the database fails.
pub async fn end_others(ctx: &Ctx, session: &Session, user: &User) -> Result<Access, AuthError> {
    let (here, now) = (here(session), ctx.clock.now());
    let ended = ctx.store.end_other_logins(&user.id, &here, now).await?;
    tracing::info!(user = %user.id, ?ended, "a person logged out everywhere else");
    Ok(ended)
}

/// Returns the hash under which the session of this request is stored.
fn here(session: &Session) -> String {
    session
        .id()
        .map(|id| session_store::key(&id))
        .unwrap_or_default()
}
