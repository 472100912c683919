//! The browser's session: who is logged in, kept by an id in a cookie.

use tower_sessions::Session;

use super::AuthError;
use crate::context::Ctx;
use crate::domain::user::User;

/// Logs a person in on this browser, under a new session id.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin(_session: &Session, _user: &User) -> Result<(), AuthError> {
    Err(AuthError::Busy)
}

/// Logs the person out and forgets the session.
///
/// # Errors
/// When the session cannot be deleted.
pub async fn end(_session: &Session) -> Result<(), AuthError> {
    Err(AuthError::Busy)
}

/// Who is logged in on this browser.
///
/// # Errors
/// When the session cannot be read.
pub async fn viewer(_ctx: &Ctx, _session: &Session) -> Result<Option<User>, AuthError> {
    Ok(None)
}
