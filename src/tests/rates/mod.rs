//! Exchange rates: fetched from sources that refuse, stored, read by programs and pushed to subscribers.

mod fetching;
mod metrics;
mod pages;
mod quotes;
mod secrets;
mod subscribing;

use std::sync::atomic::Ordering;

use domain::clock::Clock;
use domain::rate::{KeptQuote, Pair, RateStanding};
use passbook::rates::{self, RatesError};
use serde_json::{Value, json};

use crate::app::{START, TestApp, browsers, eventually};
use crate::bank::OwnBank;

/// The Alpha Vantage key.
const KEY: &str = "R4TEK3YCANARY";

/// A Passbook whose sources the test controls.
struct Market {
    bank: OwnBank,
    app: TestApp,
}

impl Market {
    /// Starts without an Alpha Vantage key.
    async fn open() -> Self {
        Self::with(&[]).await
    }

    /// Starts with an Alpha Vantage key.
    async fn with_key() -> Self {
        Self::with(&[("ALPHAVANTAGE_API_KEY", KEY)]).await
    }

    async fn with(more: &[(&str, &str)]) -> Self {
        let clock = Clock::settable(START.parse().expect("a moment"));
        let bank = OwnBank::open(&clock).await;
        let mut settings = vec![
            ("PASSBOOK_RATES", "live"),
            ("ALPHAVANTAGE_BASE_URL", &bank.url),
            ("COINBASE_BASE_URL", &bank.url),
            ("FRANKFURTER_BASE_URL", &bank.url),
            ("PASSBOOK_API_RATE", "0"),
        ];
        settings.extend(more);
        let app = TestApp::on_clock(&settings, clock.clone()).await;
        let market = Self { bank, app };
        // The program fetches at start, so the test's own fetches must wait for that.
        let begun = || async { market.has_begun().then_some(()) };
        eventually("the first fetches", begun).await;
        market
    }

    fn has_begun(&self) -> bool {
        let mut turns = self.app.ctx().rates.turns.values();
        turns.all(|turn| turn.ended.load(Ordering::Acquire) > 0)
    }

    /// Controls the sources through the bank's misbehave API.
    async fn lead(&self, call: &str, fields: Value) -> Value {
        let path = format!("/misbehave/{call}");
        let answer = self.bank.ask(&browsers(), &path, fields).await;
        assert_eq!(answer["error_code"], Value::Null, "{answer}");
        answer
    }

    /// Makes a source refuse until the fault is cleared.
    async fn refuse(&self, source: &str, fault: &str, code: Value) {
        let mut fields = json!({ "source": source, "fault": fault, "until_cleared": true });
        match &code {
            Value::Null => {}
            Value::Number(status) => fields["status"] = json!(status),
            code => fields["error_code"] = code.clone(),
        }
        self.lead("fault/add", fields).await;
    }

    async fn clear(&self, source: &str) {
        self.lead("fault/clear", json!({ "source": source })).await;
    }

    async fn set(&self, rate: &str) {
        self.lead("rates/set", json!({ "pair": "BTC/USD", "rate": rate }))
            .await;
    }

    /// Fetches BTC/USD now.
    async fn fetch(&self) -> Result<KeptQuote, RatesError> {
        rates::fetch(self.app.ctx(), &bitcoin()).await
    }

    /// Fetches BTC/USD now and returns the source.
    async fn source(&self) -> String {
        self.fetch().await.expect("a rate").quote.source
    }

    async fn standing(&self, source: &str) -> RateStanding {
        let all = rates::standings(self.app.ctx()).await.expect("it answers");
        let found = all.into_iter().find(|standing| standing.source == source);
        found.unwrap_or_else(|| panic!("{source} was never asked"))
    }

    async fn kept(&self) -> i64 {
        self.app.number("SELECT COUNT(*) FROM quote").await
    }
}

fn bitcoin() -> Pair {
    Pair::new("BTC", "USD").expect("a pair")
}
