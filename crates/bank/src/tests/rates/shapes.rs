//! The format of each response, as its source documents it.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{alpha, decimal, get, good, keys, send};
use crate::tests::TestBank;

#[tokio::test]
async fn alpha_vantage_tells_a_rate_in_nine_numbered_texts() {
    let bank = TestBank::ready().await;
    let answer = get(&bank, &alpha("BTC", "USD")).await;
    let kind = answer.headers["content-type"].to_str().expect("text");
    assert!(kind.starts_with("application/json"));
    let told = answer.json();
    assert_eq!(keys(&told), ["Realtime Currency Exchange Rate"]);
    let told = &told["Realtime Currency Exchange Rate"];
    assert_eq!(
        keys(told),
        [
            "1. From_Currency Code",
            "2. From_Currency Name",
            "3. To_Currency Code",
            "4. To_Currency Name",
            "5. Exchange Rate",
            "6. Last Refreshed",
            "7. Time Zone",
            "8. Bid Price",
            "9. Ask Price",
        ]
    );
    assert_eq!(told["1. From_Currency Code"], "BTC");
    assert_eq!(told["2. From_Currency Name"], "Bitcoin");
    assert_eq!(told["4. To_Currency Name"], "United States Dollar");
    assert_eq!(told["6. Last Refreshed"], "2026-03-10 12:00:00");
    assert_eq!(told["7. Time Zone"], "UTC");
    let figures = ["8. Bid Price", "5. Exchange Rate", "9. Ask Price"].map(|name| &told[name]);
    for figure in figures {
        let text = figure.as_str().expect("text");
        assert_eq!(text.split_once('.').expect("decimals").1.len(), 8, "{text}");
    }
    let [bid, price, ask] = figures.map(decimal);
    assert!(bid < price && price < ask);
}

#[tokio::test]
async fn alpha_vantage_knows_every_pair_and_keeps_digits_of_small_ones() {
    let bank = TestBank::ready().await;
    for (from, to) in [
        ("eur", "usd"),
        ("USD", "JPY"),
        ("IDR", "BTC"),
        ("ETH", "DOGE"),
        ("SEK", "NOK"),
    ] {
        let told = good(&bank, &alpha(from, to)).await;
        let price = decimal(&told["Realtime Currency Exchange Rate"]["5. Exchange Rate"]);
        assert!(price.mantissa() >= 100_000, "{from}/{to}: {price}");
    }
}

#[tokio::test]
async fn coinbase_tells_a_ticker_in_seven_fields() {
    let bank = TestBank::ready().await;
    let told = good(&bank, "/products/BTC-USD/ticker").await;
    assert_eq!(
        keys(&told),
        ["ask", "bid", "price", "size", "time", "trade_id", "volume"]
    );
    assert!(told["trade_id"].is_u64());
    assert_eq!(told["time"], "2026-03-10T12:00:00.000000Z");
    let [bid, price, ask] = ["bid", "price", "ask"].map(|name| decimal(&told[name]));
    assert!(bid < price && price < ask);
    assert_eq!(price.scale(), 2);
    assert!(decimal(&told["size"]) < decimal(&told["volume"]));
    bank.advance_secs(1);
    let next = good(&bank, "/products/BTC-USD/ticker").await;
    assert!(next["trade_id"].as_u64() > told["trade_id"].as_u64());
}

#[tokio::test]
async fn coinbase_asks_for_a_user_agent_and_knows_its_products_only() {
    let bank = TestBank::ready().await;
    let nameless = Request::get("/products/BTC-USD/ticker").body(Body::empty());
    assert_eq!(send(&bank, nameless.expect("a request")).await.status, 400);
    for path in [
        "/products",
        "/products/BTC-USD",
        "/products/EUR-USD/ticker",
        "/products/BTC-USD/book",
        "/products/BTC-USD/ticker/x",
    ] {
        let answer = get(&bank, path).await;
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({"message": "NotFound"})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn all_sources_tell_of_the_same_market() {
    let bank = TestBank::ready().await;
    let told = good(&bank, &alpha("BTC", "EUR")).await;
    let alpha = decimal(&told["Realtime Currency Exchange Rate"]["5. Exchange Rate"]);
    let ticker = good(&bank, "/products/BTC-EUR/ticker").await;
    assert_eq!(decimal(&ticker["price"]), alpha.round_dp(2));
    bank.advance_secs(3 * 3600);
    let euro = super::rate(&bank, "EUR", "USD").await;
    let daily = get(&bank, "/v1/latest?symbols=USD").await;
    let expected = format!("\"USD\":{}", euro.round_dp(4).normalize());
    let text = daily.text.expect("text");
    assert!(text.contains(&expected), "{text} {expected}");
}

#[tokio::test]
async fn the_paths_of_the_other_faces_stay_theirs() {
    let bank = TestBank::ready().await;
    for path in ["/query", "/products/BTC-USD/ticker", "/v1/latest"] {
        let refused = bank.refused(path, json!({})).await;
        assert_eq!(refused.2, "NOT_FOUND", "POST {path}");
    }
    for path in [
        "/queryx",
        "/product",
        "/v10/latest",
        "/users",
        "/institutions",
    ] {
        let told = get(&bank, path).await.json();
        assert!(told.get("message").is_none(), "{path}: {told}");
        assert_ne!(told, Value::Null, "{path}");
    }
}
