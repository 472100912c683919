//! Keys that people make for their programs: shown once, kept as a hash.

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

/// What every key begins with, so that people and scanners know one when they see it.
pub const PREFIX: &str = "pbk_";
/// How many letters of a key its owner sees again.
const SHOWN: usize = 8;
/// More are a mistake.
const MOST: usize = 50;
/// How often a use is written down, in milliseconds.
const NOTED_EVERY: i64 = 60_000;

/// Makes a key; it is told here and never again.
///
/// # Errors
/// [`AuthError::Form`] with all that is wrong with its name, its scopes and its lifetime, which is `None` when none
/// of those offered was chosen.
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

/// A person's keys, expired ones too.
pub async fn list(ctx: &Ctx, user: &User) -> Result<Vec<ApiKey>, AuthError> {
    Ok(ctx.store.api_keys(&user.id).await?)
}

/// Ends a key; `false` when the person has no such key.
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

/// Who comes with a key. It is looked up by its hash, whose bits a guess does not steer: comparing them
/// tells nothing about the key.
pub(super) async fn holder(ctx: &Ctx, key: &Secret) -> Result<Caller, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    let found = ctx
        .store
        .holder_of_api_key(&hash(key.expose().as_bytes()), now)
        .await?;
    let (id, user, scopes, noted) = found.ok_or(AuthError::BadToken)?;
    if noted.is_none_or(|at| !(0..NOTED_EVERY).contains(&(now - at))) {
        ctx.store.note_use_of_api_key(&id, now).await?;
    }
    Ok(Caller {
        user,
        scopes,
        counted_as: id.to_string(),
        client: None,
        family: None,
    })
}
