//! Codes become tokens, tokens the next ones, and both come to an end.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::OAuthError;
use super::authorize::named;
use crate::auth::digest::{hash, random_code};
use crate::auth::tokens::{self, ACCESS_LASTS, FAMILY_LASTS, REFRESH_LASTS, TokenPair};
use crate::auth::{AuthError, SigningKeys};
use crate::context::Ctx;
use domain::access::Scopes;
use domain::client::Client;
use domain::id::FamilyId;
use domain::secret::Secret;
use store::{Exchange, Family};

/// What an app is given.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The pair.
    pub pair: TokenPair,
    /// How long the access token opens, in seconds.
    pub expires_in: i64,
    /// What it may do.
    pub scopes: Scopes,
}

/// What there is to know of a token that is good (RFC 7662, 2.2).
#[derive(Clone, Debug)]
pub struct Introspection {
    /// What it may do.
    pub scopes: Scopes,
    /// The person's id.
    pub sub: String,
    /// What the person is called here, if they chose a name.
    pub username: Option<String>,
    /// When it was given and when it ends, in seconds since 1970.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// Whether it is the one that opens.
    pub is_access: bool,
}

/// Exchanges a code, once. A second time ends what the first has brought.
///
/// # Errors
/// [`OAuthError::InvalidGrant`]; when the database or the machine's randomness fails.
pub async fn exchange(
    ctx: &Ctx,
    keys: &SigningKeys,
    client: &Client,
    code: &Secret,
    redirect_uri: &str,
    verifier: &Secret,
) -> Result<Tokens, OAuthError> {
    let number = random_code().map_err(|_| AuthError::Busy)?;
    let now = ctx.clock.now();
    let after = |lasts| now.checked_add(lasts).unwrap_or(now).as_millisecond();
    let family = Family {
        id: FamilyId::generate(),
        ends_at: after(FAMILY_LASTS),
    };
    let proof = is_verifier(verifier.expose()).then(|| hash(verifier.expose().as_bytes()));
    let fits = |sent_to: &str, challenge: &str| {
        let proven = proof.as_deref().is_some_and(|proof| {
            verify_slices_are_equal(proof.as_bytes(), challenge.as_bytes()).is_ok()
        });
        sent_to == redirect_uri && proven
    };
    let exchanged = ctx
        .store
        .exchange_code(
            &hash(code.expose().as_bytes()),
            &client.id,
            fits,
            &family,
            &hash(number.as_bytes()),
            (now.as_millisecond(), after(REFRESH_LASTS)),
        )
        .await?;
    match exchanged {
        Exchange::Begun(user, scopes) => {
            let pair = tokens::pair(ctx, keys, &user, &family, &number).await?;
            tracing::info!(user = %user.id, client = %client.id, family = %family.id, "an app was given tokens");
            Ok(given(pair, scopes))
        }
        Exchange::Refused => Err(OAuthError::InvalidGrant),
        Exchange::Reused(family) => {
            tracing::warn!(client = %client.id, %family, "a code was used twice: its tokens have ended");
            Err(OAuthError::InvalidGrant)
        }
    }
}

/// 43 to 128 characters of those that need no escape (RFC 7636, 4.1).
fn is_verifier(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(plain)
}

/// Exchanges a refresh token of an app's for the next pair. `scope` may name scopes that were allowed; all of them are
/// given again, and named in the answer.
///
/// # Errors
/// [`OAuthError::InvalidGrant`]; [`OAuthError::InvalidScope`] for a scope that was not allowed (RFC 6749, 6), which
/// leaves the token good; when the database or the machine's randomness fails.
pub async fn refresh(
    ctx: &Ctx,
    keys: &SigningKeys,
    client: &Client,
    token: &Secret,
    scope: Option<&str>,
) -> Result<Tokens, OAuthError> {
    if let Some(scope) = scope {
        let wanted = named(scope).ok_or(OAuthError::InvalidScope)?;
        let known = tokens::known(ctx, keys, token).await?;
        if known.is_some_and(|known| !wanted.are_within(known.scopes)) {
            return Err(OAuthError::InvalidScope);
        }
    }
    match tokens::refresh_for(ctx, keys, token, Some(&client.id)).await {
        Ok((pair, holder)) => {
            let scopes = holder.grant.map(|grant| grant.scopes);
            Ok(given(pair, scopes.unwrap_or_default()))
        }
        Err(AuthError::BadToken) => Err(OAuthError::InvalidGrant),
        Err(error) => Err(error.into()),
    }
}

fn given(pair: TokenPair, scopes: Scopes) -> Tokens {
    Tokens {
        pair,
        expires_in: ACCESS_LASTS.as_secs(),
        scopes,
    }
}

/// Ends the family of a token, if it is this app's. Whether it was is nobody's business (RFC 7009, 2.2).
pub async fn revoke(
    ctx: &Ctx,
    keys: &SigningKeys,
    client: &Client,
    token: &Secret,
) -> Result<(), OAuthError> {
    if let Some(known) = tokens::known(ctx, keys, token).await?
        && known.client.as_ref() == Some(&client.id)
    {
        let now = ctx.clock.now().as_millisecond();
        ctx.store
            .revoke_family(&known.family, "client", now)
            .await?;
        tracing::info!(client = %client.id, family = %known.family, "an app gave its tokens back");
    }
    Ok(())
}

/// What a token of this app's is; `None` when it is good for nothing, or another's.
pub async fn introspect(
    ctx: &Ctx,
    keys: &SigningKeys,
    client: &Client,
    token: &Secret,
) -> Result<Option<Introspection>, OAuthError> {
    let known = tokens::known(ctx, keys, token).await?;
    let known = known.filter(|known| known.client.as_ref() == Some(&client.id) && known.is_good);
    Ok(known.map(|known| Introspection {
        scopes: known.scopes,
        sub: known.user.id.to_string(),
        username: known.user.user_name.map(|name| name.as_str().to_owned()),
        iat: known.iat,
        exp: known.exp,
        is_access: known.is_access,
    }))
}
