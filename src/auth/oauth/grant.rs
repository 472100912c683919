//! Exchanges codes and refresh tokens for token pairs, and revokes and introspects tokens.

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

/// A token response to an app.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The pair.
    pub pair: TokenPair,
    /// The lifetime of the access token, in seconds.
    pub expires_in: i64,
    /// The scopes that it grants.
    pub scopes: Scopes,
}

/// The introspection of an active token (RFC 7662, 2.2).
#[derive(Clone, Debug)]
pub struct Introspection {
    /// The scopes that it grants.
    pub scopes: Scopes,
    /// The person's id.
    pub sub: String,
    /// The person's user name, if they chose one.
    pub username: Option<String>,
    /// When it was issued, in Unix seconds.
    pub iat: i64,
    /// When it expires, in Unix seconds.
    pub exp: i64,
    /// Whether it is an access token.
    pub is_access: bool,
}

/// Exchanges a code once. A second attempt revokes the tokens of the first.
///
/// # Errors
/// [`OAuthError::InvalidGrant`], or an error when the system's random number generator fails.
pub async fn exchange(
    ctx: &Ctx,
    keys: &SigningKeys,
    client: &Client,
    code: &Secret,
    redirect_uri: &str,
    verifier: &Secret,
) -> Result<Tokens, OAuthError> {
    let refresh_code = random_code().map_err(|_| AuthError::Busy)?;
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
            &hash(refresh_code.as_bytes()),
            (now.as_millisecond(), after(REFRESH_LASTS)),
        )
        .await?;
    match exchanged {
        Exchange::Begun(user, scopes) => {
            let pair = tokens::pair(ctx, keys, &user, &family, &refresh_code).await?;
            tracing::info!(user = %user.id, client = %client.id, family = %family.id, "an app received tokens");
            Ok(given(pair, scopes))
        }
        Exchange::Refused => Err(OAuthError::InvalidGrant),
        Exchange::Reused(family) => {
            tracing::warn!(client = %client.id, %family, "an authorization code was used twice: its tokens were revoked");
            Err(OAuthError::InvalidGrant)
        }
    }
}

/// Whether a text is 43 to 128 unreserved characters (RFC 7636, 4.1).
fn is_verifier(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(plain)
}

/// Exchanges an app's refresh token for the next pair. `scope` may list any of the granted scopes, but doesn't narrow
/// the grant: the new tokens and the response always carry all of them.
///
/// # Errors
/// [`OAuthError::InvalidGrant`]; [`OAuthError::InvalidScope`] for a scope that was not granted (RFC 6749, 6), which
/// leaves the token valid; or an error when the system's random number generator fails.
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

/// Revokes the family of a token if it belongs to this app. The caller does not learn whether it did (RFC 7009, 2.2).
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
        tracing::info!(client = %client.id, family = %known.family, "an app revoked its tokens");
    }
    Ok(())
}

/// Describes a token of this app; `None` when it is not active or belongs to another app.
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
