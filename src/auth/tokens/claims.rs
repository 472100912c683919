//! The claims of a token, signed with HS256 and no other algorithm.

use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use super::{ACCESS_LASTS, REFRESH_LASTS, SigningKeys};
use crate::auth::AuthError;
use crate::context::Ctx;
use domain::secret::Secret;
use domain::user::User;
use store::Family;

/// The longest token that is read, in bytes. Ours have about 600 characters.
const LONGEST: usize = 2048;
/// How far the clock may be set back while an access token stays valid, in seconds. A token issued further in the
/// future would be valid for too long; its refresh token gets a new one at once.
const SET_BACK: i64 = 60;
const AUDIENCE: &str = "passbook-api";
const ISSUER: &str = "passbook";

/// The kind of a token. One never passes for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Access,
    Refresh,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    token_type: Kind,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) jti: String,
    user_id: String,
    pub(super) sub: String,
    iss: String,
    aud: String,
    pub(super) family: String,
}

impl Claims {
    /// Makes claims that last as long as the token's kind does, but no longer than its family.
    pub(super) fn new(ctx: &Ctx, kind: Kind, user: &User, family: &Family, jti: &str) -> Self {
        let now = ctx.clock.now().as_second();
        let lasts: SignedDuration = match kind {
            Kind::Access => ACCESS_LASTS,
            Kind::Refresh => REFRESH_LASTS,
        };
        Self {
            token_type: kind,
            exp: (now + lasts.as_secs()).min(family.ends_at / 1_000),
            iat: now,
            jti: jti.to_owned(),
            user_id: user.id.to_string(),
            sub: user.id.to_string(),
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            family: family.id.to_string(),
        }
    }
}

/// Signs with the newest key.
pub(super) async fn sign(
    ctx: &Ctx,
    keys: &SigningKeys,
    claims: &Claims,
) -> Result<Secret, AuthError> {
    let key = keys.newest(ctx).await?;
    let header = Header {
        kid: Some(key.id.to_string()),
        ..Header::new(Algorithm::HS256)
    };
    let token = encode(&header, claims, &key.signs).map_err(|_| AuthError::Busy)?;
    Ok(Secret::new(token))
}

/// Reads a token of this kind that one of our keys has signed and that has not expired. The clock that issued it also
/// checks it, so no leeway is needed.
pub(super) async fn verify(
    ctx: &Ctx,
    keys: &SigningKeys,
    token: &Secret,
    kind: Kind,
) -> Result<Claims, AuthError> {
    let token = token.expose();
    if token.len() > LONGEST {
        return Err(AuthError::BadToken);
    }
    let header = decode_header(token).map_err(|_| AuthError::BadToken)?;
    let kid = header.kid.ok_or(AuthError::BadToken)?;
    let key = keys.named(ctx, &kid).await?.ok_or(AuthError::BadToken)?;
    // The header must not choose the algorithm.
    let mut wanted = Validation::new(Algorithm::HS256);
    wanted.set_audience(&[AUDIENCE]);
    wanted.set_issuer(&[ISSUER]);
    wanted.set_required_spec_claims(&["exp", "sub", "aud", "iss"]);
    wanted.validate_exp = false;
    let claims = decode::<Claims>(token, &key.checks, &wanted)
        .map_err(|_| AuthError::BadToken)?
        .claims;
    let now = ctx.clock.now().as_second();
    let too_early = kind == Kind::Access && claims.iat > now + SET_BACK;
    if claims.token_type != kind || claims.exp <= now || too_early {
        return Err(AuthError::BadToken);
    }
    Ok(claims)
}
