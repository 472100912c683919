//! Idempotency keys: a program may send a write twice, and it is carried out once.

use super::digest::hash;
use super::{AuthError, log_in};
use crate::context::Ctx;
use domain::activity::{Event, Visit};
use domain::secret::Secret;
use domain::user::User;
pub use store::Earlier;

/// How long a response is kept, in milliseconds: a day.
const KEPT: i64 = 24 * 60 * 60 * 1000;

/// A write with an idempotency key, in progress.
#[derive(Clone, Debug)]
pub struct Write {
    key_hash: String,
}

/// Starts a write under its idempotency key, or returns what is known of the earlier one.
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

/// Returns the response that an earlier write with this key received, if there was one.
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

/// Fingerprints a request, to tell whether two are the same. It is keyed, because a request may hold credentials. After
/// a change of the key no earlier request is recognized: one that reuses its idempotency key is refused, and never
/// carried out twice.
fn fingerprint(ctx: &Ctx, request: &[u8]) -> String {
    ctx.vault.fingerprint(request)
}

/// A sign-up with an idempotency key.
#[derive(Clone)]
pub struct SignUp {
    /// The idempotency key.
    pub key: String,
    /// The e-mail address that is signed up.
    pub email: String,
    /// The password. It is checked against the person's stored hash; no copy of it is kept.
    pub password: Secret,
    /// The rest of the request.
    pub rest: String,
}

/// Keeps the response to a sign-up, with the person it created.
pub async fn remember(ctx: &Ctx, sent: &SignUp, answer: (u16, &str)) -> Result<(), AuthError> {
    let folded = sent.email.trim().to_lowercase();
    let Some((user, _)) = ctx.store.user_to_log_in(&folded).await? else {
        return Ok(());
    };
    let (write, _) = begin(ctx, &user, &sent.key, sent.rest.as_bytes()).await?;
    end(ctx, &user, &write, Some(answer)).await
}

/// Returns the response to the same sign-up sent earlier, if its password is that of the person it created.
///
/// # Errors
/// [`AuthError::Throttled`] when too many passwords were tried.
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
    match log_in::recognise(ctx, name, password, visit, None, Event::LoginFailed).await {
        Ok(_) => Ok(Some(answer)),
        Err(AuthError::Mismatch) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps the response to a write; `None` lets the program try it again.
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
