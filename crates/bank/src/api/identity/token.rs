//! The token endpoint of OpenID Connect (RFC 6749, 4.1.3 and 5; Core 1.0, 3.1.3).

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::answer::{self, challenge, oauth};
use super::asked::Asked;
use crate::bank::{Bank, BankError, Exchange, Grant, IdentityProvider, NoToken};

/// Answers a call.
pub(super) async fn answer(
    bank: &Bank,
    provider: IdentityProvider,
    issuer: &str,
    asked: &Asked,
    wrong: &str,
) -> Result<Response, BankError> {
    if !asked.has_good_form() {
        return Ok(bad(
            "invalid_request",
            "the body must be a form that says nothing twice",
        ));
    }
    let (client_id, client_secret) = match client(asked) {
        Ok(client) => client,
        Err(refusal) => return Ok(*refusal),
    };
    match asked.form("grant_type") {
        Some("authorization_code") => {}
        Some(_) => {
            return Ok(bad(
                "unsupported_grant_type",
                "only authorization_code is known",
            ));
        }
        None => return Ok(bad("invalid_request", "grant_type is missing")),
    }
    let (Some(code), Some(redirect_uri)) = (asked.form("code"), asked.form("redirect_uri")) else {
        return Ok(bad("invalid_request", "code or redirect_uri is missing"));
    };
    let call = Exchange {
        client_id: &client_id,
        client_secret: &client_secret,
        code,
        redirect_uri,
        code_verifier: asked.form("code_verifier"),
    };
    let change = |grant: &mut Grant| falsify(grant, wrong);
    match bank.exchange_code(provider, &call, change).await? {
        Ok((token, grant)) => given(bank, provider, issuer, &token, &grant, wrong).await,
        Err(NoToken::Secret) => Ok(unknown_client(asked)),
        Err(why) => Ok(bad("invalid_grant", words(why))),
    }
}

async fn given(
    bank: &Bank,
    provider: IdentityProvider,
    issuer: &str,
    token: &str,
    grant: &Grant,
    wrong: &str,
) -> Result<Response, BankError> {
    let mut told = json!({
        "access_token": token, "token_type": "Bearer", "expires_in": Bank::token_seconds(provider),
        "scope": scope(provider, &grant.scope),
    });
    if grant.has("openid") {
        let id_token = bank.id_token(provider, issuer, grant, token, wrong).await?;
        told["id_token"] = id_token.into();
    }
    Ok(answer::json(StatusCode::OK, &told))
}

/// Applies to the profile what a false ID token claims, so that all of the provider's endpoints agree.
pub(super) fn falsify(grant: &mut Grant, wrong: &str) {
    match wrong {
        "no_email" => grant.profile.email = None,
        "unverified" => grant.profile.is_verified = false,
        _ => {}
    }
}

/// Returns the client, authenticated by `Authorization: Basic` or by the form, but not by both (RFC 6749, 2.3).
fn client(asked: &Asked) -> Result<(String, String), Box<Response>> {
    let form = |name| asked.form(name).map(str::to_owned);
    let client = match (asked.basic(), form("client_id"), form("client_secret")) {
        (Some(_), _, Some(_)) => {
            let words = "the client may prove itself in one way only";
            return Err(Box::new(bad("invalid_request", words)));
        }
        // The client id alone proves nothing and may also be in the form, if it is the same.
        (Some(basic), id, None) => basic.filter(|basic| id.is_none_or(|id| id == basic.0)),
        (None, Some(id), Some(secret)) => Some((id, secret)),
        (None, ..) => None,
    };
    client
        .filter(|(id, secret)| !id.is_empty() && !secret.is_empty())
        .ok_or_else(|| Box::new(unknown_client(asked)))
}

fn unknown_client(asked: &Asked) -> Response {
    let words = "the client is not known, or its secret is wrong";
    let refusal = oauth(StatusCode::UNAUTHORIZED, "invalid_client", words);
    match asked.basic() {
        Some(_) => challenge(refusal, "Basic realm=\"token\""),
        None => refusal,
    }
}

fn bad(error: &str, words: &str) -> Response {
    oauth(StatusCode::BAD_REQUEST, error, words)
}

fn words(why: NoToken) -> &'static str {
    match why {
        NoToken::Unknown | NoToken::Secret => "the code is not known",
        NoToken::Used => "the code was used before; its access token has ended",
        NoToken::Expired => "the code has expired",
        NoToken::RedirectUri => "redirect_uri is not the one that the code was given for",
        NoToken::Verifier => "code_verifier is missing, wrong, or belongs to no code_challenge",
    }
}

/// Google returns the long names of two scopes.
fn scope(provider: IdentityProvider, scope: &str) -> String {
    let told = |one: &str| match (provider, one) {
        (IdentityProvider::Google, "email" | "profile") => {
            format!("https://www.googleapis.com/auth/userinfo.{one}")
        }
        _ => one.to_owned(),
    };
    scope
        .split_whitespace()
        .map(told)
        .collect::<Vec<_>>()
        .join(" ")
}
