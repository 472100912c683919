//! Writes that a program may send twice without their being done twice.

use super::digest::hash;
use super::{AuthError, log_in};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;
pub use store::Earlier;

/// How long an answer is kept, in milliseconds: a day.
const KEPT: i64 = 24 * 60 * 60 * 1000;

/// A write with a key of its own, under way.
#[derive(Clone, Debug)]
pub struct Write {
    key_hash: String,
}

/// Notes a write under its key, or tells what is known of it.
pub async fn begin(
    ctx: &Ctx,
    user: &User,
    key: &str,
    request: &[u8],
) -> Result<(Write, Earlier), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    let write = Write {
        key_hash: hash(key.as_bytes()),
    };
    let print = fingerprint(ctx, request);
    let earlier = ctx
        .store
        .begin_write(&user.id, &write.key_hash, &print, now, now - KEPT)
        .await?;
    Ok((write, earlier))
}

/// What a write of this key was answered before, if it was.
pub async fn answered(
    ctx: &Ctx,
    user: &User,
    key: &str,
    request: &[u8],
) -> Result<Option<(u16, String)>, AuthError> {
    let (key, request) = (hash(key.as_bytes()), fingerprint(ctx, request));
    let since = ctx.clock.now().as_millisecond() - KEPT;
    Ok(ctx
        .store
        .answered_write(&user.id, &key, &request, since)
        .await?)
}

/// What tells one request from another. Keyed, because a request may hold credentials. After a change of the key no
/// request is known again: one with a key that was used is refused, and never done twice.
fn fingerprint(ctx: &Ctx, request: &[u8]) -> String {
    ctx.vault.fingerprint(request)
}

/// A sign-up with a key of its own.
#[derive(Clone)]
pub struct SignUp {
    /// The key.
    pub key: String,
    /// Whom it signs up.
    pub email: String,
    /// Their password, which is compared with theirs and never with a copy.
    pub password: Secret,
    /// All else that was sent.
    pub rest: String,
}

/// Keeps what a sign-up was answered, with the person whom it made.
pub async fn remember(ctx: &Ctx, sent: &SignUp, answer: (u16, &str)) -> Result<(), AuthError> {
    let folded = sent.email.trim().to_lowercase();
    let Some((user, _)) = ctx.store.user_to_log_in(&folded).await? else {
        return Ok(());
    };
    let (write, _) = begin(ctx, &user, &sent.key, sent.rest.as_bytes()).await?;
    end(ctx, &user, &write, Some(answer)).await
}

/// What the very same sign-up was answered before, if its password is that of the person whom it made.
///
/// # Errors
/// When the database fails, and [`AuthError::Throttled`] when too many passwords were tried.
pub async fn same_sign_up(
    ctx: &Ctx,
    sent: &SignUp,
    visit: &Visit,
) -> Result<Option<(u16, String)>, AuthError> {
    let folded = sent.email.trim().to_lowercase();
    let Some((user, _)) = ctx.store.user_to_log_in(&folded).await? else {
        return Ok(None);
    };
    let earlier = answered(ctx, &user, &sent.key, sent.rest.as_bytes()).await?;
    let Some(answer) = earlier else {
        return Ok(None);
    };
    let (name, password) = (&sent.email, &sent.password);
    match log_in::recognise(ctx, name, password, visit, None, Event::NotLetIn).await {
        Ok(_) => Ok(Some(answer)),
        Err(AuthError::Mismatch) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps what a write was answered; `None` when it may be tried again.
pub async fn end(
    ctx: &Ctx,
    user: &User,
    write: &Write,
    answer: Option<(u16, &str)>,
) -> Result<(), AuthError> {
    Ok(ctx
        .store
        .end_write(&user.id, &write.key_hash, answer)
        .await?)
}
