//! Exchange rates: fetched from sources that refuse, stored, read by programs and pushed to subscribers.

mod fetching;
mod metrics;
mod pages;
mod quotes;
mod secrets;
mod subscribing;

use std::sync::atomic::Ordering;

use domain::rate::{KeptQuote, Pair, RateStanding};
use passbook::rates::{self, RatesError};
use serde_json::{Value, json};

use crate::app::{TestApp, eventually, named};

/// The Alpha Vantage key.
const KEY: &str = "R4TEK3YCANARY";

/// Starts a Passbook whose sources the test controls, without an Alpha Vantage key.
async fn start() -> TestApp {
    start_with(&[]).await
}

/// Starts one with an Alpha Vantage key.
async fn start_with_key() -> TestApp {
    start_with(&[("ALPHAVANTAGE_API_KEY", KEY)]).await
}

/// Starts one with additional settings.
async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    let built = TestApp::build().with_bank(|bank| {
        named(&[
            ("PASSBOOK_RATES", "live"),
            ("ALPHAVANTAGE_BASE_URL", &bank.url),
            ("COINBASE_BASE_URL", &bank.url),
            ("FRANKFURTER_BASE_URL", &bank.url),
            ("PASSBOOK_API_RATE", "0"),
        ])
    });
    let app = built.settings(settings).start().await;
    // The program fetches at start, so the test's own fetches must wait for that.
    let begun = || async { has_begun(&app).then_some(()) };
    eventually("the first fetches", begun).await;
    app
}

/// Returns whether every pair was fetched once, as at the start.
fn has_begun(app: &TestApp) -> bool {
    let mut turns = app.ctx().rates.turns.values();
    turns.all(|turn| turn.ended.load(Ordering::Acquire) > 0)
}

/// Makes a source refuse until the fault is cleared.
async fn refuse(app: &TestApp, source: &str, fault: &str, code: Value) {
    let mut fields = json!({ "source": source, "fault": fault, "until_cleared": true });
    match &code {
        Value::Null => {}
        Value::Number(status) => fields["status"] = json!(status),
        code => fields["error_code"] = code.clone(),
    }
    app.bank().misbehave("fault/add", fields).await;
}

/// Ends a source’s refusals.
async fn clear(app: &TestApp, source: &str) {
    app.bank()
        .misbehave("fault/clear", json!({ "source": source }))
        .await;
}

/// Sets the rate of BTC/USD.
async fn set(app: &TestApp, rate: &str) {
    app.bank()
        .misbehave("rates/set", json!({ "pair": "BTC/USD", "rate": rate }))
        .await;
}

/// Fetches BTC/USD now.
async fn fetch(app: &TestApp) -> Result<KeptQuote, RatesError> {
    rates::fetch(app.ctx(), &bitcoin()).await
}

/// Fetches BTC/USD now and returns the source.
async fn source(app: &TestApp) -> String {
    fetch(app).await.expect("a rate").quote.source
}

/// Returns how a source stands.
async fn standing_of(app: &TestApp, source: &str) -> RateStanding {
    let all = rates::standings(app.ctx()).await.expect("it answers");
    let found = all.into_iter().find(|standing| standing.source == source);
    found.unwrap_or_else(|| panic!("{source} was never asked"))
}

/// Returns how many rates are stored.
async fn kept_quotes(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM quote").await
}

fn bitcoin() -> Pair {
    Pair::new("BTC", "USD").expect("a pair")
}
