//! API keys that people make for their programs: shown once, stored as a hash.

use jiff::SignedDuration;

use super::digest::{hash, random_code};
use super::{AuthError, Caller, FieldProblem};
use crate::context::Ctx;
use domain::access::{KeyLifetime, Scopes};
use domain::id::ApiKeyId;
use domain::secret::Secret;
use domain::text;
use domain::user::User;
pub use store::ApiKey;

/// The prefix of every key, by which people and secret scanners recognize one.
pub const PREFIX: &str = "pbk_";
/// How many leading characters of a key its owner can see later.
const SHOWN: usize = 8;
/// The most keys a person can have; more would be a mistake.
const MOST: usize = 50;
/// The shortest time between two recorded uses of a key, in milliseconds.
const NOTED_EVERY: i64 = 60_000;

/// Makes a key. The full key is returned only here.
///
/// # Errors
/// [`AuthError::Form`] with every problem of its name, scopes and lifetime. `lifetime` is `None` when the person chose
/// none of the lifetimes offered.
pub async fn make(
    ctx: &Ctx,
    user: &User,
    name: &str,
    scopes: Scopes,
    lasts: Option<KeyLifetime>,
) -> Result<Secret, AuthError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut problems = Vec::new();
    let mut complain = |field: &'static str, message: &str| {
        problems.push(FieldProblem {
            field,
            message: message.to_owned(),
        });
    };
    if name.is_empty() {
        complain("name", "Enter a name, so you can recognize the key.");
    } else if name.chars().count() > 60 || name.chars().any(text::is_control) {
        complain("name", "Enter a name of at most 60 characters.");
    }
    if scopes.is_empty() {
        complain("scopes", "Choose at least one permission.");
    }
    if lasts.is_none() {
        complain("lasts", "Choose when the key expires.");
    }
    if ctx.store.api_keys(&user.id).await?.len() >= MOST {
        complain(
            "",
            "You have fifty keys. Delete one that you no longer use.",
        );
    }
    if !problems.is_empty() {
        return Err(AuthError::Form(problems));
    }
    let key = format!("{PREFIX}{}", random_code().map_err(|_| AuthError::Busy)?);
    let now = ctx.clock.now();
    let days = lasts.and_then(KeyLifetime::days);
    let end = |days: i64| now.checked_add(SignedDuration::from_hours(24 * days));
    let kept = ApiKey {
        id: ApiKeyId::generate(),
        name,
        scopes,
        beginning: key.chars().take(SHOWN).collect(),
        created_at: now,
        last_used_at: None,
        expires_at: days.map(end).transpose().map_err(|_| AuthError::Busy)?,
    };
    ctx.store
        .add_api_key(&user.id, &kept, &hash(key.as_bytes()))
        .await?;
    tracing::info!(user = %user.id, key = %kept.id, scopes = %kept.scopes.words(), "a key was made");
    Ok(Secret::new(key))
}

/// Returns a person's keys, expired ones included.
pub async fn list(ctx: &Ctx, user: &User) -> Result<Vec<ApiKey>, AuthError> {
    Ok(ctx.store.api_keys(&user.id).await?)
}

/// Revokes a key; `false` when the person has no such key.
pub async fn revoke(ctx: &Ctx, user: &User, id: &str) -> Result<bool, AuthError> {
    let Some(id) = ApiKeyId::parse(id) else {
        return Ok(false);
    };
    let now = ctx.clock.now();
    let revoked = ctx.store.revoke_api_key(&user.id, &id, now).await?;
    if revoked {
        tracing::info!(user = %user.id, key = %id, "a key was revoked");
    }
    Ok(revoked)
}

/// Returns the caller that a key belongs to. The lookup is by the key's hash, which a guess cannot steer bit by bit, so
/// its timing reveals nothing about the key.
pub(super) async fn holder(ctx: &Ctx, key: &Secret) -> Result<Caller, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    let found = ctx
        .store
        .holder_of_api_key(&hash(key.expose().as_bytes()), now)
        .await?;
    let (id, user, scopes, noted) = found.ok_or(AuthError::BadToken)?;
    if noted.is_none_or(|at| !(0..NOTED_EVERY).contains(&(now - at))) {
        ctx.store.record_use_of_api_key(&id, now).await?;
    }
    Ok(Caller {
        user,
        scopes,
        counted_as: id.to_string(),
        client: None,
        family: None,
    })
}
