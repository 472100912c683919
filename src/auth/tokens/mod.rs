//! Tokens for other programs: a short-lived one that opens, and a long-lived one that is good for one new
//! pair. All that come of one log-in are a family, which ends as a whole.

mod claims;
mod keys;

pub use keys::SigningKeys;

use jiff::SignedDuration;

use super::digest::{hash, random_code};
use super::{AuthError, Caller};
use crate::context::Ctx;
use claims::{Claims, Kind};
use domain::access::Scopes;
use domain::id::{ClientId, FamilyId};
use domain::secret::Secret;
use domain::user::User;
use store::{Family, Holder, NextRefresh, Rotation};

/// How long a token opens.
pub const ACCESS_LASTS: SignedDuration = SignedDuration::from_mins(30);
/// How long a pair can be exchanged for the next.
pub const REFRESH_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long tokens can be refreshed before the person has to log in again.
pub const FAMILY_LASTS: SignedDuration = SignedDuration::from_hours(365 * 24);
/// A client that asks twice at once is no thief.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// What a program is given when a person logs in through it.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// Opens for half an hour.
    pub access: Secret,
    /// Good for one new pair within seven days.
    pub refresh: Secret,
}

/// Begins a family for a person who has just proven who they are.
///
/// # Errors
/// [`AuthError::Mismatch`] when their password has been changed since; when the database or the machine's
/// randomness fails.
pub async fn issue(ctx: &Ctx, keys: &SigningKeys, user: &User) -> Result<TokenPair, AuthError> {
    let number = random_code().map_err(|_| AuthError::Busy)?;
    let now = ctx.clock.now();
    let after = |lasts| now.checked_add(lasts).unwrap_or(now).as_millisecond();
    let family = Family {
        id: FamilyId::generate(),
        ends_at: after(FAMILY_LASTS),
    };
    let begun = ctx
        .store
        .begin_family(
            &family,
            user,
            &hash(number.as_bytes()),
            now.as_millisecond(),
            after(REFRESH_LASTS),
        )
        .await?;
    if !begun {
        return Err(AuthError::Mismatch);
    }
    tracing::info!(user = %user.id, family = %family.id, "a program was given tokens");
    pair(ctx, keys, user, &family, &number).await
}

/// Exchanges a refresh token for the next pair, once.
///
/// # Errors
/// [`AuthError::BadToken`] when it is not good or its family has ended; a second use also ends its family, but for
/// a moment's grace.
pub async fn refresh(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
) -> Result<TokenPair, AuthError> {
    let (pair, _) = refresh_for(ctx, keys, token, None).await?;
    Ok(pair)
}

/// The same for an app, whose tokens nobody else can exchange; and for whom they are.
///
/// # Errors
/// As [`refresh`].
pub(super) async fn refresh_for(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
    client: Option<&ClientId>,
) -> Result<(TokenPair, Holder), AuthError> {
    let claims = claims::read(ctx, keys, token, Kind::Refresh).await?;
    let number = random_code().map_err(|_| AuthError::Busy)?;
    let now = ctx.clock.now();
    let at = |moment: Result<jiff::Timestamp, _>| moment.unwrap_or(now).as_millisecond();
    let next = NextRefresh {
        old: &hash(claims.jti.as_bytes()),
        new: &hash(number.as_bytes()),
        now: now.as_millisecond(),
        expires_at: at(now.checked_add(REFRESH_LASTS)),
        stolen_before: at(now.checked_sub(GRACE)),
        client,
    };
    match ctx.store.rotate_refresh(&next).await? {
        Rotation::Rotated(family, holder) => {
            let pair = pair(ctx, keys, &holder.user, &family, &number).await?;
            Ok((pair, holder))
        }
        Rotation::Refused => Err(AuthError::BadToken),
        Rotation::Revoked(family) => {
            tracing::warn!(family = %family, "a refresh token was used twice: its family has ended");
            Err(AuthError::BadToken)
        }
    }
}

/// Who comes with an access token.
///
/// # Errors
/// [`AuthError::BadToken`] when it is not good, or its family has ended.
pub async fn holder(ctx: &Ctx, keys: &SigningKeys, token: &Secret) -> Result<Caller, AuthError> {
    let claims = claims::read(ctx, keys, token, Kind::Access).await?;
    let family = FamilyId::parse(&claims.family).ok_or(AuthError::BadToken)?;
    let now = ctx.clock.now().as_millisecond();
    let holder = ctx.store.holder_of_family(&family, now).await?;
    let holder = holder
        .filter(|holder| holder.user.id.as_str() == claims.sub)
        .ok_or(AuthError::BadToken)?;
    Ok(Caller {
        user: holder.user,
        scopes: holder
            .grant
            .as_ref()
            .map_or_else(Scopes::all, |grant| grant.scopes),
        client: holder.grant.map(|grant| grant.client),
        counted_as: family.to_string(),
        family: Some(family),
    })
}

/// A token of either kind whose family has not ended.
#[derive(Debug)]
pub(super) struct Known {
    pub user: User,
    pub family: FamilyId,
    /// The app that it is for, if any.
    pub client: Option<ClientId>,
    pub scopes: Scopes,
    /// When it was given and when it ends, in seconds since 1970.
    pub iat: i64,
    pub exp: i64,
    pub is_access: bool,
    /// Whether it is good for anything: a refresh token that was exchanged is not.
    pub is_good: bool,
}

/// What a token is; `None` for one that has run out, and for what never was one.
pub(super) async fn known(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
) -> Result<Option<Known>, AuthError> {
    for kind in [Kind::Access, Kind::Refresh] {
        let claims = match claims::read(ctx, keys, token, kind).await {
            Ok(claims) => claims,
            Err(AuthError::BadToken) => continue,
            Err(error) => return Err(error),
        };
        let now = ctx.clock.now().as_millisecond();
        let Some(family) = FamilyId::parse(&claims.family) else {
            return Ok(None);
        };
        let holder = ctx.store.holder_of_family(&family, now).await?;
        let Some(holder) = holder.filter(|it| it.user.id.as_str() == claims.sub) else {
            return Ok(None);
        };
        let is_access = kind == Kind::Access;
        let number = hash(claims.jti.as_bytes());
        let is_good = is_access || ctx.store.is_refresh_unused(&number, now).await?;
        let (client, scopes) = match holder.grant {
            Some(grant) => (Some(grant.client), grant.scopes),
            None => (None, Scopes::all()),
        };
        return Ok(Some(Known {
            user: holder.user,
            family,
            client,
            scopes,
            iat: claims.iat,
            exp: claims.exp,
            is_access,
            is_good,
        }));
    }
    Ok(None)
}

/// Who came with an access token of a family that has been logged out since.
///
/// # Errors
/// [`AuthError::BadToken`] when it never was one, or would have run out.
pub async fn logged_out(ctx: &Ctx, keys: &SigningKeys, token: &Secret) -> Result<User, AuthError> {
    let claims = claims::read(ctx, keys, token, Kind::Access).await?;
    let family = FamilyId::parse(&claims.family).ok_or(AuthError::BadToken)?;
    let user = ctx.store.person_logged_out_of(&family).await?;
    user.ok_or(AuthError::BadToken)
}

/// Ends the family of a token: none of its tokens is good any more.
pub async fn log_out(ctx: &Ctx, family: &FamilyId) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    ctx.store.revoke_family(family, "log_out", now).await?;
    tracing::info!(family = %family, "a program logged out");
    Ok(())
}

/// Ends the tokens of all programs that a person logged in through, apps excepted; how many programs that were.
pub async fn revoke_all(ctx: &Ctx, user: &User) -> Result<u64, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    Ok(ctx.store.revoke_families_of(&user.id, now).await?)
}

/// How many programs that a person logged in through hold tokens of theirs, apps excepted.
pub async fn count(ctx: &Ctx, user: &User) -> Result<i64, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    Ok(ctx.store.programs_of(&user.id, now).await?)
}

pub(super) async fn pair(
    ctx: &Ctx,
    keys: &SigningKeys,
    user: &User,
    family: &Family,
    number: &str,
) -> Result<TokenPair, AuthError> {
    let claims = |kind: Kind, jti: &str| Claims::new(ctx, kind, user, family, jti);
    let access_number = random_code().map_err(|_| AuthError::Busy)?;
    Ok(TokenPair {
        access: claims::sign(ctx, keys, &claims(Kind::Access, &access_number)).await?,
        refresh: claims::sign(ctx, keys, &claims(Kind::Refresh, number)).await?,
    })
}
