//! OpenID Connect: discovery (Discovery 1.0), keys and the UserInfo endpoint (Core 1.0, 5.3). Google also has its
//! People API.

use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{self, challenge, oauth};
use super::asked::Asked;
use super::{people, token};
use crate::bank::{Bank, BankError, Grant, IdentityProvider};

/// How long the discovery document and the keys may be cached, in seconds.
const KEPT_SECONDS: u32 = 3600;

/// Answers a call.
pub(super) async fn answer(
    bank: &Bank,
    provider: IdentityProvider,
    asked: &Asked,
    wrong: &str,
) -> Result<Response, BankError> {
    let Some(issuer) = asked.issuer() else {
        return Ok(oauth(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "the Host header is missing",
        ));
    };
    let is = |method: Method| asked.method == method;
    match asked.parts()[..] {
        [".well-known", "openid-configuration"] if is(Method::GET) => Ok(answer::cacheable_json(
            &configuration(bank, provider, &issuer),
            KEPT_SECONDS,
        )),
        ["jwks"] if is(Method::GET) => keys(bank, provider).await,
        ["token"] if is(Method::POST) => token::answer(bank, provider, &issuer, asked, wrong).await,
        ["userinfo"] if is(Method::GET) || is(Method::POST) => {
            user_info(bank, provider, asked).await
        }
        ["v1", "people", "me"] if is(Method::GET) && provider == IdentityProvider::Google => {
            people::answer(bank, asked).await
        }
        [".well-known", "openid-configuration"] | ["jwks"] => Ok(answer::wrong_method("GET")),
        ["token"] => Ok(answer::wrong_method("POST")),
        ["userinfo"] => Ok(answer::wrong_method("GET, POST")),
        _ => Ok(answer::not_found()),
    }
}

fn configuration(bank: &Bank, provider: IdentityProvider, issuer: &str) -> Value {
    let pages = bank.faces_url().as_str().trim_end_matches('/');
    let mut claims = vec![
        "aud",
        "azp",
        "at_hash",
        "auth_time",
        "email",
        "email_verified",
        "exp",
        "family_name",
        "given_name",
        "iat",
        "iss",
        "name",
        "nonce",
        "picture",
        "sub",
    ];
    if provider == IdentityProvider::Oidc {
        claims.push("birthdate");
    }
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{pages}/identity/{}/authorize", provider.name()),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "scopes_supported": ["openid", "email", "profile"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": claims,
    })
}

/// Returns the JWK set (RFC 7517, 5).
async fn keys(bank: &Bank, provider: IdentityProvider) -> Result<Response, BankError> {
    let all = bank.identity_keys(provider).await?;
    let keys: Vec<Value> = all
        .iter()
        .map(|key| json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid, "n": key.n, "e": key.e}))
        .collect();
    Ok(answer::cacheable_json(
        &json!({ "keys": keys }),
        KEPT_SECONDS,
    ))
}

async fn user_info(
    bank: &Bank,
    provider: IdentityProvider,
    asked: &Asked,
) -> Result<Response, BankError> {
    // A POST may carry the token in its form (RFC 6750, 2.2).
    let Some(token) = asked.bearer().or_else(|| asked.form("access_token")) else {
        let refusal = oauth(
            StatusCode::UNAUTHORIZED,
            "invalid_request",
            "an access token is missing",
        );
        return Ok(challenge(refusal, "Bearer"));
    };
    match bank.grant_of(provider, token, None).await? {
        Ok(grant) => Ok(user_info_response(bank, provider, &grant)),
        Err(_) => {
            let refusal = oauth(
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the access token is unknown or expired",
            );
            Ok(challenge(refusal, "Bearer error=\"invalid_token\""))
        }
    }
}

fn user_info_response(bank: &Bank, provider: IdentityProvider, grant: &Grant) -> Response {
    if !grant.has("openid") && !grant.has("email") && !grant.has("profile") {
        let refusal = oauth(
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "the access token has none of the scopes that this needs",
        );
        return challenge(
            refusal,
            "Bearer error=\"insufficient_scope\", scope=\"openid\"",
        );
    }
    answer::json(StatusCode::OK, &Value::Object(bank.claims(provider, grant)))
}
