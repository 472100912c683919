//! The wires of identity providers below `/identity`: Google's and any other OpenID Connect provider's, and Facebook's.
//! Where a browser signs in is a page, in the room `identity` at the top.
//!
//! Any client id and secret are let in that are not empty. An issuer is the address that it was asked at, because only its
//! caller knows how this bank is reached.

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
use crate::bank::{Ailment, Bank, BankError, IdentityProvider};
use asked::Asked;

/// The provider that a call is for. `/identity/get` and its like are Plaid's.
pub(super) fn is_for(path: &str) -> Option<IdentityProvider> {
    let name = path.strip_prefix("/identity/")?.split('/').next()?;
    IdentityProvider::named(name)
}

/// Answers a call, or does it wrong when that was ordered.
pub(super) async fn serve(bank: &Bank, provider: IdentityProvider, request: Request) -> Response {
    let Some(asked) = Asked::read(provider, request).await else {
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
        .filter(|_| fault.ailment == Ailment::IdToken);
    let answer = good(bank, provider, &asked, wrong.unwrap_or_default()).await;
    if fault.ailment == Ailment::Lost {
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
