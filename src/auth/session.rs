//! The browser's session: who is logged in, kept by an id in a cookie.

use jiff::SignedDuration;
use tower_sessions::Session;

use super::{AuthError, session_store};
use crate::context::Ctx;
use domain::id::UserId;
use domain::user::User;

/// A session that nobody uses ends after two weeks, …
pub const IDLE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// One on which nobody is logged in ends after an hour, …
pub(super) const ANONYMOUS: SignedDuration = SignedDuration::from_hours(1);
/// … and any session after a quarter of a year.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How often the end is moved on: not with each request, since that would write each time.
const TOUCH: SignedDuration = SignedDuration::from_hours(1);

pub(super) const USER: &str = "user";
/// The version of the password that it was begun with.
const PASSWORD: &str = "password";
const SINCE: &str = "since";
const TOUCHED: &str = "touched";

/// Logs a person in on this browser, under a new session id.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin(ctx: &Ctx, session: &Session, user: &User) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    // What the browser's last visitor left behind is not for the next one.
    session.clear().await;
    session.cycle_id().await.map_err(failed)?;
    session
        .insert(USER, user.id.as_str())
        .await
        .map_err(failed)?;
    session
        .insert(PASSWORD, user.password_version)
        .await
        .map_err(failed)?;
    session.insert(SINCE, now).await.map_err(failed)?;
    session.insert(TOUCHED, now).await.map_err(failed)?;
    Ok(ctx.store.note_seen(&user.id, now).await?)
}

/// Logs the person out.
///
/// # Errors
/// When the session cannot be deleted.
pub async fn log_out(ctx: &Ctx, session: &Session, user: &User) -> Result<(), AuthError> {
    if let Some(id) = session.id() {
        let (hash, now) = (session_store::key(&id), ctx.clock.now());
        ctx.store.log_out(&user.id, &hash, now).await?;
    }
    end(session).await
}

/// Forgets the session.
///
/// # Errors
/// When the session cannot be deleted.
pub async fn end(session: &Session) -> Result<(), AuthError> {
    session.flush().await.map_err(failed)
}

/// Who is logged in on this browser.
///
/// # Errors
/// When the session cannot be read.
pub async fn viewer(ctx: &Ctx, session: &Session) -> Result<Option<User>, AuthError> {
    let Some(id) = session.get::<String>(USER).await.map_err(failed)? else {
        return Ok(None);
    };
    let since = session
        .get::<i64>(SINCE)
        .await
        .map_err(failed)?
        .unwrap_or(0);
    let touched = session
        .get::<i64>(TOUCHED)
        .await
        .map_err(failed)?
        .unwrap_or(0);
    let now = ctx.clock.now().as_millisecond();
    // A session that was begun while the clock was ahead lasts from now on, not until that time has come.
    let since = if since > now {
        session.insert(SINCE, now).await.map_err(failed)?;
        now
    } else {
        since
    };
    let user = match UserId::parse(&id) {
        Some(id) if older(since, now, LONGEST) => {
            tracing::info!(user = %id, "the session has lasted long enough");
            None
        }
        Some(id) => ctx.store.user(&id).await?,
        None => None,
    };
    let version = session.get::<i64>(PASSWORD).await.map_err(failed)?;
    let user = user.filter(|user| user.password_version == version.unwrap_or(0));
    match &user {
        None => end(session).await?,
        Some(user) if touched > now || older(touched, now, TOUCH) => {
            session.insert(TOUCHED, now).await.map_err(failed)?;
            ctx.store.note_seen(&user.id, now).await?;
        }
        Some(_) => {}
    }
    Ok(user)
}

fn older(then: i64, now: i64, than: SignedDuration) -> bool {
    i128::from(now - then) > than.as_millis()
}

fn failed(error: tower_sessions::session::Error) -> AuthError {
    tracing::error!(%error, "a session cannot be used");
    AuthError::Busy
}
