//! The wires of identity providers below `/identity`: Google and any other OpenID Connect provider, and Facebook. The
//! pages where a person signs in are in the top-level module `identity`.
//!
//! Any non-empty client id and secret are accepted. The issuer is the address that the call came to, because only the
//! caller knows how it reaches this bank.

mod answer;
mod asked;
mod facebook;
mod oidc;
mod people;
mod token;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

use super::misbehave::trouble_for_identity;
use crate::bank::{Bank, BankError, FaultKind, IdentityProvider};
use asked::Asked;

/// Returns the provider that a call is for. `/identity/get` and the like belong to Plaid's wire.
pub(super) fn is_for(path: &str) -> Option<IdentityProvider> {
    let name = path.strip_prefix("/identity/")?.split('/').next()?;
    IdentityProvider::named(name)
}

/// Answers a call, applying a fault where one matches.
pub(super) async fn serve(bank: &Bank, provider: IdentityProvider, request: Request) -> Response {
    let Some(asked) = Asked::parse_request(provider, request).await else {
        return answer::oauth(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "the call cannot be read",
        );
    };
    let tells = match asked.gives_token() {
        true => provider.false_tokens(),
        false => Vec::new(),
    };
    let fault = trouble_for_identity(bank, provider, &asked.method, &asked.path, &tells);
    let Some(fault) = fault else {
        return good(bank, provider, &asked, "").await;
    };
    fault.wait(bank).await;
    if fault.instead() {
        return fault.spoil(answer::failed(&fault, provider)).await;
    }
    let wrong = fault
        .code
        .as_deref()
        .filter(|_| fault.kind == FaultKind::IdToken);
    let answer = good(bank, provider, &asked, wrong.unwrap_or_default()).await;
    if fault.kind == FaultKind::Lost {
        return answer::failed(&fault, provider);
    }
    fault.spoil(answer).await
}

async fn good(bank: &Bank, provider: IdentityProvider, asked: &Asked, wrong: &str) -> Response {
    let result: Result<Response, BankError> = match provider {
        IdentityProvider::Facebook => facebook::answer(bank, asked, wrong).await,
        _ => oidc::answer(bank, provider, asked, wrong).await,
    };
    result.unwrap_or_else(|error| {
        tracing::error!(%error, "the built-in bank failed");
        answer::broken(provider)
    })
}
