//! Verifies ID tokens (OpenID Connect Core 1.0, 3.1.3.7).

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};
use url::Url;

use super::http::Http;
use super::keys::Keys;
use super::oauth::Tokens;
use super::oidc::GOOGLE;
use super::profile::text;
use domain::identity::SignInError;
use domain::secret::Secret;

/// The tolerated difference between an issuer's clock and ours, in seconds.
const LEEWAY: i64 = 60;

/// What a token must match.
pub(super) struct Expected<'a> {
    /// The issuer.
    pub(super) issuer: &'a str,
    /// The audience: our client id.
    pub(super) client_id: &'a str,
    /// The nonce that was sent when the sign-in began.
    pub(super) nonce: &'a Secret,
    /// The URL of the issuer's keys.
    pub(super) keys_at: &'a Url,
    /// The current time.
    pub(super) now: Timestamp,
}

/// Verifies the ID token and returns its claims.
pub(super) async fn verified(
    http: &Http,
    keys: &Keys,
    tokens: &Tokens,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, SignInError> {
    let token = tokens.id_token.as_ref();
    let token = token.ok_or(untrusted("there is no ID token"))?.expose();
    let header = decode_header(token).map_err(|_| untrusted("the ID token cannot be read"))?;
    if !is_asymmetric(header.alg) {
        return Err(untrusted("the ID token has a symmetric signature or none"));
    }
    let key = keys
        .find(http, expected.keys_at, header.kid.as_deref())
        .await?;
    let key = DecodingKey::from_jwk(&key).map_err(|_| untrusted("its key cannot be used"))?;
    let mut wanted = Validation::new(header.alg);
    wanted.set_issuer(issuers(&expected.issuer));
    wanted.set_audience(&[expected.client_id]);
    wanted.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // It would use the machine's clock instead of ours.
    wanted.validate_exp = false;
    let claims = decode::<Map<String, Value>>(token, &key, &wanted);
    let claims = claims.map_err(|error| untrusted(why(&error)))?.claims;
    is_of_now(&claims, expected.now)?;
    is_for_us(&claims, expected)?;
    at_hash_matches(&claims, &header, &tokens.access)?;
    Ok(claims)
}

/// Returns the names that an issuer uses for itself in its tokens. Google leaves out the scheme in some.
fn issuers<'a>(issuer: &'a &'a str) -> &'a [&'a str] {
    match *issuer {
        GOOGLE => &[GOOGLE, "accounts.google.com"],
        _ => std::slice::from_ref(issuer),
    }
}

/// Whether an algorithm is asymmetric. Excludes `none`, and symmetric algorithms, whose key is the secret that every
/// instance of the client has.
fn is_asymmetric(algorithm: Algorithm) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    [
        RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA,
    ]
    .contains(&algorithm)
}

/// Checks that the token has not expired and was not issued in the future.
fn is_of_now(claims: &Map<String, Value>, now: Timestamp) -> Result<(), SignInError> {
    let second = |name| claims.get(name).and_then(Value::as_i64);
    let now = now.as_second();
    if second("exp").is_none_or(|exp| exp <= now - LEEWAY) {
        return Err(untrusted("it has expired"));
    }
    match second("iat") {
        Some(made) if made > now + LEEWAY => Err(untrusted("it is from a time to come")),
        _ => Ok(()),
    }
}

/// Checks that the token belongs to this sign-in and was issued to us alone.
fn is_for_us(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), SignInError> {
    if text(claims, "nonce") != Some(expected.nonce.expose()) {
        return Err(untrusted("its nonce is another sign-in’s"));
    }
    let others = claims.get("aud").and_then(Value::as_array);
    let party = text(claims, "azp");
    if others.is_some_and(|all| all.len() > 1) && party != Some(expected.client_id) {
        return Err(untrusted("it was made for another program"));
    }
    Ok(())
}

/// Checks that the access token is the one that came with the ID token (3.1.3.8), if the issuer includes its hash.
fn at_hash_matches(
    claims: &Map<String, Value>,
    header: &Header,
    access: &Secret,
) -> Result<(), SignInError> {
    let Some(said) = text(claims, "at_hash") else {
        return Ok(());
    };
    let algorithm = match header.alg {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => &SHA384,
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => &SHA512,
        _ => &SHA256,
    };
    let hash = digest(algorithm, access.expose().as_bytes());
    let (half, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    match said.trim_end_matches('=') == URL_SAFE_NO_PAD.encode(half) {
        true => Ok(()),
        false => Err(untrusted("it goes with another access token")),
    }
}

fn why(error: &jsonwebtoken::errors::Error) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidIssuer => "it is another issuer’s",
        ErrorKind::InvalidAudience => "it was made for another program",
        ErrorKind::InvalidSignature => "its signature is not right",
        ErrorKind::MissingRequiredClaim(_) => "a claim is missing",
        _ => "the ID token is not right",
    }
}

fn untrusted(why: &'static str) -> SignInError {
    SignInError::InvalidResponse(why)
}
