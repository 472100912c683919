//! Writes that a program may send twice without their being done twice.

use super::AuthError;
use super::digest::hash;
use crate::context::Ctx;
use crate::domain::user::User;
pub use crate::store::Earlier;

/// How long an answer is kept, in milliseconds: a day.
const KEPT: i64 = 24 * 60 * 60 * 1000;

/// A write with a key of its own, under way.
#[derive(Clone, Debug)]
pub struct Write {
    key_hash: String,
}

/// Notes a write under its key, or tells what is known of it.
///
/// # Errors
/// When the database fails.
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
    let earlier = ctx
        .store
        .begin_write(&user.id, &write.key_hash, &hash(request), now, now - KEPT)
        .await?;
    Ok((write, earlier))
}

/// Keeps what a write was answered; `None` when it may be tried again.
///
/// # Errors
/// When the database fails.
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
