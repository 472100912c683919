//! The browser's session: who is logged in, by an id in a cookie.

use jiff::SignedDuration;
use tower_sessions::Session;

use super::{AuthError, session_store};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::id::UserId;
use domain::user::User;

/// How long an unused session lasts.
pub const IDLE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a session lasts on which no person is logged in.
pub(super) const ANONYMOUS: SignedDuration = SignedDuration::from_hours(1);
/// How long any session lasts at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How often the end of a session is extended. Doing it with each request would write each time.
const TOUCH: SignedDuration = SignedDuration::from_hours(1);
/// How long a log-in or a confirmation counts: long enough to fill in a form, too short for the next person on a shared
/// computer.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

pub(super) const USER: &str = "user";
/// The version of the password when the session began.
const PASSWORD: &str = "password";
/// When the person last confirmed that it's them; the log-in counts.
const CONFIRMED: &str = "confirmed";
/// When the person logged in.
pub(super) const SINCE: &str = "since";
/// When the session was last extended.
pub(super) const TOUCHED: &str = "touched";
/// The browser in words, and its address at that time.
pub(super) const BROWSER: &str = "browser";
pub(super) const ADDRESS: &str = "address";

/// Logs a person in on this browser, under a new session id.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin(ctx: &Ctx, session: &Session, user: &User) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    // The next person must not inherit what the browser's last visitor left behind.
    session.clear().await;
    session.cycle_id().await?;
    session.insert(USER, user.id.as_str()).await?;
    session.insert(PASSWORD, user.password_version).await?;
    session.insert(SINCE, now).await?;
    session.insert(TOUCHED, now).await?;
    session.insert(CONFIRMED, now).await?;
    Ok(ctx.store.record_seen(&user.id, now).await?)
}

/// Keeps which browser a session is on and where, by which its person recognizes it in the list of log-ins.
///
/// # Errors
/// When the session cannot be read.
pub async fn keep_visit(session: &Session, visit: &Visit) -> Result<(), AuthError> {
    session.insert(BROWSER, &visit.browser).await?;
    Ok(session.insert(ADDRESS, &visit.address).await?)
}

/// Whether the person on this browser logged in, or confirmed that it's them, recently enough that no one else has taken
/// their seat. A time that is still to come counts as long ago.
///
/// # Errors
/// When the session cannot be read.
pub(super) async fn is_confirmed(ctx: &Ctx, session: &Session) -> Result<bool, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    let confirmed = session.get::<i64>(CONFIRMED).await?.unwrap_or(0);
    Ok(confirmed <= now && !older(confirmed, now, FRESH))
}

/// Records that the person has just confirmed that it's them, under a new session id (OWASP ASVS 5.0, 7.2.4).
///
/// # Errors
/// When the session cannot be stored.
pub(super) async fn confirmed(ctx: &Ctx, session: &Session) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    session.cycle_id().await?;
    Ok(session.insert(CONFIRMED, now).await?)
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

/// Deletes the session.
///
/// # Errors
/// When the session cannot be deleted.
pub async fn end(session: &Session) -> Result<(), AuthError> {
    Ok(session.flush().await?)
}

/// Returns the person who is logged in on this browser. `visit` is where this request comes from.
///
/// # Errors
/// When the session cannot be read.
pub async fn viewer(
    ctx: &Ctx,
    session: &Session,
    visit: &Visit,
) -> Result<Option<User>, AuthError> {
    let Some(id) = session.get::<String>(USER).await? else {
        return Ok(None);
    };
    let since = session.get::<i64>(SINCE).await?.unwrap_or(0);
    let touched = session.get::<i64>(TOUCHED).await?.unwrap_or(0);
    let now = ctx.clock.now().as_millisecond();
    // A session that began while the clock was ahead counts from now, not from when that time comes.
    let since = if since > now {
        session.insert(SINCE, now).await?;
        now
    } else {
        since
    };
    let user = match UserId::parse(&id) {
        Some(id) if older(since, now, LONGEST) => {
            tracing::info!(user = %id, "the session has lasted long enough");
            None
        }
        Some(id) => ctx.store.user_to_let_in(&id).await?,
        None => None,
    };
    let version = session.get::<i64>(PASSWORD).await?;
    let user = user.filter(|user| user.password_version == version.unwrap_or(0));
    match &user {
        None => end(session).await?,
        Some(user) if touched > now || older(touched, now, TOUCH) => {
            session.insert(TOUCHED, now).await?;
            keep_visit(session, visit).await?;
            ctx.store.record_seen(&user.id, now).await?;
        }
        Some(_) => {}
    }
    Ok(user)
}

fn older(then: i64, now: i64, than: SignedDuration) -> bool {
    i128::from(now - then) > than.as_millis()
}
