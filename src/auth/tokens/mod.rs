//! Tokens for other programs: a short-lived access token, and a long-lived refresh token that is exchanged once for the
//! next pair. All tokens that come from one log-in form a family, which ends as a whole.

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

/// The lifetime of an access token.
pub const ACCESS_LASTS: SignedDuration = SignedDuration::from_mins(30);
/// The lifetime of a refresh token.
pub const REFRESH_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long tokens can be refreshed before the person has to log in again.
pub const FAMILY_LASTS: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long a refresh token may be used twice: a client that sends two requests at once is no thief.
const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// The tokens that a program receives when a person logs in through it.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// The access token, valid for half an hour.
    pub access: Secret,
    /// The refresh token, good for one new pair within seven days.
    pub refresh: Secret,
}

/// Begins a family for a person who has just proven who they are.
///
/// # Errors
/// [`AuthError::Mismatch`] when their password has been changed since; when the machine's randomness fails.
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
/// [`AuthError::BadToken`] when the token is not valid or its family has ended. A second use also ends the family,
/// except within a moment's grace.
pub async fn refresh(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
) -> Result<TokenPair, AuthError> {
    let (pair, _) = refresh_for(ctx, keys, token, None).await?;
    Ok(pair)
}

/// Refreshes a token that belongs to this app (`None`: to a program without one); no other app can exchange it. Also
/// returns the token's holder.
///
/// # Errors
/// The errors of [`refresh`].
pub(super) async fn refresh_for(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
    client: Option<&ClientId>,
) -> Result<(TokenPair, Holder), AuthError> {
    let claims = claims::verify(ctx, keys, token, Kind::Refresh).await?;
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

/// Returns the caller that an access token belongs to.
///
/// # Errors
/// [`AuthError::BadToken`] when the token is not valid, or its family has ended; [`AuthError::TwoStepMissing`] for a token
/// that the password alone got, where that is not enough.
pub async fn holder(ctx: &Ctx, keys: &SigningKeys, token: &Secret) -> Result<Caller, AuthError> {
    let claims = claims::verify(ctx, keys, token, Kind::Access).await?;
    let family = FamilyId::parse(&claims.family).ok_or(AuthError::BadToken)?;
    let now = ctx.clock.now().as_millisecond();
    let holder = ctx.store.holder_of_family(&family, now).await?;
    let holder = holder
        .filter(|holder| holder.user.id.as_str() == claims.sub)
        .ok_or(AuthError::BadToken)?;
    if holder.grant.is_none() && holder.user.lacks_two_step(ctx.config.two_step_required) {
        return Err(AuthError::TwoStepMissing);
    }
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
    /// The app that it was issued to, if any.
    pub client: Option<ClientId>,
    pub scopes: Scopes,
    /// When it was issued, in Unix seconds. `exp` is when it expires.
    pub iat: i64,
    pub exp: i64,
    pub is_access: bool,
    /// Whether it is still active; a refresh token that was exchanged is not.
    pub is_good: bool,
}

/// Describes a token; `None` for one that has expired or was never valid.
pub(super) async fn known(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
) -> Result<Option<Known>, AuthError> {
    for kind in [Kind::Access, Kind::Refresh] {
        let claims = match claims::verify(ctx, keys, token, kind).await {
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

/// Returns the person of an access token whose family has since been logged out.
///
/// # Errors
/// [`AuthError::BadToken`] when it was never valid, or has expired.
pub async fn logged_out(ctx: &Ctx, keys: &SigningKeys, token: &Secret) -> Result<User, AuthError> {
    let claims = claims::verify(ctx, keys, token, Kind::Access).await?;
    let family = FamilyId::parse(&claims.family).ok_or(AuthError::BadToken)?;
    let user = ctx.store.person_logged_out_of(&family).await?;
    user.ok_or(AuthError::BadToken)
}

/// Ends a family: all its tokens become invalid.
pub async fn log_out(ctx: &Ctx, family: &FamilyId) -> Result<(), AuthError> {
    let now = ctx.clock.now().as_millisecond();
    ctx.store.revoke_family(family, "log_out", now).await?;
    tracing::info!(family = %family, "a program logged out");
    Ok(())
}

/// Revokes the tokens of every program that a person logged in through, except apps. Returns the number of programs.
pub async fn revoke_all(ctx: &Ctx, user: &User) -> Result<u64, AuthError> {
    let now = ctx.clock.now().as_millisecond();
    Ok(ctx.store.revoke_families_of(&user.id, now).await?)
}

/// Returns how many programs, apart from apps, hold tokens of a person.
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
