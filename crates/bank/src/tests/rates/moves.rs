//! Moving the market by `/misbehave/rates/…`.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{deed, good, rate, set};
use crate::tests::TestBank;

fn of(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// Returns a pair's entry in `/misbehave/rates/list`.
async fn listed(bank: &TestBank, pair: &str) -> Value {
    let all = bank
        .post("/misbehave/rates/list", json!({"pair": pair}))
        .await;
    all["rates"][0].clone()
}

#[tokio::test]
async fn a_rate_that_is_set_stands_still_and_all_others_agree() {
    let bank = TestBank::ready().await;
    set(&bank, "BTC/USD", "50000.25").await;
    set(&bank, "USD/JPY", "160").await;
    set(&bank, "btc-eur", "40000").await;
    for _ in 0..3 {
        assert_eq!(rate(&bank, "BTC", "EUR").await, of("40000"));
        assert_eq!(rate(&bank, "USD", "JPY").await, of("160"));
        assert_eq!(rate(&bank, "JPY", "USD").await, of("0.00625"));
        let ticker = good(&bank, "/products/BTC-EUR/ticker").await;
        assert_eq!(ticker["price"], "40000.00");
        bank.advance_secs(3600);
    }
    let (btc, eur) = (
        rate(&bank, "BTC", "USD").await,
        rate(&bank, "EUR", "USD").await,
    );
    assert!((btc - eur * of("40000")).abs() < of("0.001"), "{btc} {eur}");
    assert_eq!(listed(&bank, "BTC/EUR").await["stands_still"], true);
    assert_eq!(listed(&bank, "GBP/EUR").await["stands_still"], false);
}

#[tokio::test]
async fn a_rate_that_is_moved_goes_on_from_there() {
    let bank = TestBank::ready().await;
    let before = rate(&bank, "BTC", "USD").await;
    let body = json!({"pair": "BTC/USD", "per_cent": "-12.5"});
    deed(&bank, "rates/move", body).await;
    let after = rate(&bank, "BTC", "USD").await;
    assert!(
        (after - before * of("0.875")).abs() < of("0.0000001"),
        "{before} {after}"
    );
    bank.advance_secs(600);
    assert_ne!(rate(&bank, "BTC", "USD").await, after, "it moves by itself");
    let now = rate(&bank, "USD", "CAD").await;
    deed(
        &bank,
        "rates/move",
        json!({"pair": "USD/CAD", "per_cent": "25"}),
    )
    .await;
    let after = rate(&bank, "USD", "CAD").await;
    assert!(
        (after - now * of("1.25")).abs() < of("0.0000001"),
        "{now} {after}"
    );
    set(&bank, "EUR/USD", "1.2").await;
    deed(
        &bank,
        "rates/move",
        json!({"pair": "EUR/USD", "per_cent": "10"}),
    )
    .await;
    bank.advance_secs(600);
    assert_eq!(
        rate(&bank, "EUR", "USD").await,
        of("1.32"),
        "it still stands still"
    );
}

#[tokio::test]
async fn a_rate_that_is_let_go_moves_from_where_it_stands_or_on_its_own_figures() {
    let (bank, untouched) = (TestBank::ready().await, TestBank::ready().await);
    set(&bank, "BTC/EUR", "12345").await;
    bank.advance_days(2);
    untouched.advance_days(2);
    deed(&bank, "rates/free", json!({"pair": "BTC/EUR"})).await;
    let stood = rate(&bank, "BTC", "EUR").await;
    assert!(
        (stood - of("12345")).abs() < of("0.0000001"),
        "no jump: {stood}"
    );
    let is = listed(&bank, "BTC/EUR").await;
    assert_eq!(
        (&is["stands_still"], &is["is_moved"]),
        (&json!(false), &json!(true))
    );
    bank.advance_secs(600);
    untouched.advance_secs(600);
    assert_ne!(rate(&bank, "BTC", "EUR").await, stood);
    let freed = deed(&bank, "rates/free", json!({"reset": true})).await;
    assert_eq!(freed["freed"], 2);
    for (from, to) in [("BTC", "EUR"), ("BTC", "USD"), ("GBP", "JPY")] {
        assert_eq!(
            rate(&bank, from, to).await,
            rate(&untouched, from, to).await
        );
    }
    assert_eq!(listed(&bank, "BTC/EUR").await["is_moved"], false);
}

#[tokio::test]
async fn what_was_moved_is_still_so_after_a_restart() {
    let mut bank = TestBank::ready().await;
    set(&bank, "BTC/USD", "70000").await;
    deed(
        &bank,
        "rates/move",
        json!({"pair": "GBP/USD", "per_cent": "5"}),
    )
    .await;
    let pound = rate(&bank, "GBP", "USD").await;
    bank = bank.reopen().await;
    assert_eq!(rate(&bank, "BTC", "USD").await, of("70000"));
    assert_eq!(rate(&bank, "GBP", "USD").await, pound);
    let other = TestBank::ready().await;
    assert_eq!(
        rate(&other, "SEK", "USD").await,
        rate(&bank, "SEK", "USD").await,
        "one seed, one market"
    );
}

#[tokio::test]
async fn all_currencies_are_listed_in_dollars() {
    let bank = TestBank::ready().await;
    let all = bank.post("/misbehave/rates/list", json!({})).await;
    assert_eq!(all["now"], "2026-03-10T12:00:00Z");
    let all = all["rates"].as_array().expect("a list");
    assert_eq!(all.len(), 36);
    let coin = all
        .iter()
        .find(|one| one["pair"] == "BTC/USD")
        .expect("Bitcoin");
    let told = rate(&bank, "BTC", "USD").await;
    assert_eq!(coin["rate"], told.to_string());
    assert!(coin["bid"].is_string() && coin["ask"].is_string());
}

#[tokio::test]
async fn what_no_market_would_do_is_refused_and_changes_nothing() {
    let bank = TestBank::ready().await;
    let before = rate(&bank, "BTC", "USD").await;
    for (path, body) in [
        ("set", json!({"pair": "BTC/XXX", "rate": "1"})),
        ("set", json!({"pair": "BTC/BTC", "rate": "1"})),
        ("set", json!({"pair": "BTC", "rate": "1"})),
        ("set", json!({"pair": "B\0/USD", "rate": "1"})),
        ("set", json!({"pair": "x".repeat(10_000), "rate": "1"})),
        ("set", json!({"pair": "BTC/USD"})),
        ("set", json!({"pair": "BTC/USD", "rate": "0"})),
        ("set", json!({"pair": "BTC/USD", "rate": "-1"})),
        (
            "set",
            json!({"pair": "BTC/USD", "rate": "99999999999999999999"}),
        ),
        (
            "set",
            json!({"pair": "USD/BTC", "rate": "99999999999999999999"}),
        ),
        (
            "set",
            json!({"pair": "BTC/USD", "rate": "0.00000000000000000001"}),
        ),
        ("set", json!({"pair": "BTC/USD", "rate": 5})),
        ("move", json!({"pair": "BTC/USD", "per_cent": "-100"})),
        (
            "move",
            json!({"pair": "BTC/USD", "per_cent": "79228162514264337593543950335"}),
        ),
        ("move", json!({"pair": "BTC/USD", "per_cent": "much"})),
        ("free", json!({"pair": "nothing"})),
        ("limit", json!({"calls": -1})),
        ("list", json!({"pair": "nothing"})),
    ] {
        let refused = bank
            .refused(&format!("/misbehave/rates/{path}"), body.clone())
            .await;
        assert_eq!(refused.0, 400, "{path} {body}");
    }
    assert_eq!(
        bank.refused("/misbehave/rates/burn", json!({})).await.2,
        "NOT_FOUND"
    );
    assert_eq!(rate(&bank, "BTC", "USD").await, before);
}
