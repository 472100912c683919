//! The wires of exchange-rate sources: Alpha Vantage, Coinbase Exchange and Frankfurter v1, each under its own paths.
//! They all report the same market.

mod alpha_vantage;
mod answer;
mod asked;
mod candles;
mod coinbase;
mod frankfurter;
mod told;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;

use super::misbehave::trouble_for_rates;
use crate::bank::{Bank, BankError, FaultKind, Source};
use asked::Asked;

/// Returns the source that a call is for.
pub(super) fn is_for(method: &Method, path: &str) -> Option<Source> {
    let first = path.strip_prefix('/')?.split('/').next()?;
    let source = match first {
        "query" => Source::AlphaVantage,
        "products" => Source::Coinbase,
        "v1" => Source::Frankfurter,
        _ => return None,
    };
    (method == Method::GET).then_some(source)
}

/// Answers a call, applying a fault where one matches.
pub(super) async fn serve(bank: &Bank, source: Source, request: Request) -> Response {
    let asked = Asked::from_request(&request);
    let Some(fault) = trouble_for_rates(bank, source, &asked.path) else {
        return good(bank, source, &asked, None).await;
    };
    fault.wait(bank).await;
    if fault.instead() {
        return fault.spoil(answer::failed(&fault, source, &asked)).await;
    }
    let wrong = fault.code.as_deref();
    let answer = good(
        bank,
        source,
        &asked,
        wrong.filter(|_| fault.kind == FaultKind::Figures),
    )
    .await;
    if fault.kind == FaultKind::Lost {
        return answer::failed(&fault, source, &asked);
    }
    fault.spoil(answer).await
}

async fn good(bank: &Bank, source: Source, asked: &Asked, wrong: Option<&str>) -> Response {
    let result: Result<Response, BankError> = match source {
        Source::AlphaVantage => alpha_vantage::answer(bank, asked, wrong).await,
        Source::Coinbase => Ok(coinbase::answer(bank, asked, wrong)),
        Source::Frankfurter => Ok(frankfurter::answer(bank, asked, wrong).await),
    };
    result.unwrap_or_else(|error| {
        tracing::error!(%error, "the built-in bank failed");
        answer::broken(source)
    })
}
