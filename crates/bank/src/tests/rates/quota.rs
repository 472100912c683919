//! Alpha Vantage's daily limit of calls.

use serde_json::json;

use super::{alpha, deed, get, good};
use crate::tests::TestBank;

/// Whether a call with a key is answered.
async fn is_answered(bank: &TestBank, key: &str) -> bool {
    let told = good(bank, &alpha("BTC", "USD").replace("DEMO", key)).await;
    if let Some(words) = told["Information"].as_str() {
        assert!(
            words.contains(&format!("your API key as {key} ")),
            "{words}"
        );
        assert!(words.contains("25 requests per day"), "{words}");
    }
    told.get("Information").is_none()
}

#[tokio::test]
async fn calls_are_limited_only_when_asked_for_by_key_and_day_and_across_a_restart() {
    let mut bank = TestBank::ready().await;
    for _ in 0..30 {
        assert!(is_answered(&bank, "MINE").await);
    }
    deed(&bank, "rates/limit", json!({"calls": 25})).await;
    for call in 0..25 {
        assert!(is_answered(&bank, "MINE").await, "{call}");
    }
    assert!(!is_answered(&bank, "MINE").await);
    bank = bank.reopen().await;
    assert!(!is_answered(&bank, "MINE").await);
    assert!(is_answered(&bank, "YOURS").await);
    let coinbase = get(&bank, "/products/BTC-USD/ticker").await;
    assert_eq!(coinbase.status, 200, "of Alpha Vantage alone");
    bank.advance_secs(12 * 3600 - 1);
    assert!(!is_answered(&bank, "MINE").await);
    bank.advance_secs(1);
    assert!(is_answered(&bank, "MINE").await, "a new day in UTC");
    for _ in 0..25 {
        is_answered(&bank, "MINE").await;
    }
    assert!(!is_answered(&bank, "MINE").await);
    deed(&bank, "rates/limit", json!({"calls": 0})).await;
    assert!(is_answered(&bank, "MINE").await);
}
