//! Refusals on demand, and wrong figures.

use std::time::{Duration, Instant};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{alpha, decimal, deed, get, good, keys};
use crate::tests::TestBank;

/// A valid call of each source.
fn calls() -> [(&'static str, String); 3] {
    [
        ("alphavantage", alpha("BTC", "USD")),
        ("coinbase", "/products/BTC-USD/ticker".to_owned()),
        ("frankfurter", "/v1/latest?base=USD&symbols=EUR".to_owned()),
    ]
}

#[tokio::test]
async fn alpha_vantage_refuses_in_each_of_its_words_with_200() {
    let bank = TestBank::ready().await;
    for (code, field, words) in [
        (
            "bad_key",
            "Error Message",
            "the parameter apikey is invalid or missing",
        ),
        (
            "burst",
            "Information",
            "more sparingly (1 request per second)",
        ),
        (
            "quota",
            "Information",
            "your API key as DEMO and our standard API rate limit is 25 requests per day",
        ),
        (
            "quota_note",
            "Note",
            "5 calls per minute and 500 calls per day",
        ),
        ("premium", "Information", "This is a premium endpoint"),
        ("invalid_call", "Error Message", "Invalid API call."),
        ("Something else.", "Information", "Something else."),
    ] {
        let order = json!({"source": "alphavantage", "fault": "error", "error_code": code});
        deed(&bank, "fault/add", order).await;
        let told = good(&bank, &alpha("BTC", "USD")).await;
        assert_eq!(keys(&told), [field], "{code}");
        let text = told[field].as_str().expect("text");
        assert!(text.contains(words), "{code}: {text}");
        let next = good(&bank, &alpha("BTC", "USD")).await;
        assert_eq!(keys(&next), ["Realtime Currency Exchange Rate"], "once");
    }
}

#[tokio::test]
async fn every_source_fails_in_every_way_and_then_works_again() {
    let bank = TestBank::ready().await;
    for (source, path) in calls() {
        for (order, status) in [
            (json!({"fault": "rate_limit", "retry_after": 9}), 429),
            (json!({"fault": "server_error"}), 500),
            (json!({"fault": "bad_gateway"}), 502),
            (
                json!({"fault": "error", "status": 503, "retry_after": 9}),
                503,
            ),
            (
                json!({"fault": "error", "status": 500, "body": "html"}),
                500,
            ),
            (
                json!({"fault": "error", "status": 403, "body": "empty"}),
                403,
            ),
            (json!({"fault": "html"}), 200),
            (json!({"fault": "empty"}), 200),
            (json!({"fault": "truncated"}), 200),
            (json!({"fault": "cut"}), 200),
            (json!({"fault": "lost"}), 500),
            (json!({"fault": "wrong_types"}), 200),
            (json!({"fault": "nulls"}), 200),
            (json!({"fault": "hang", "delay_ms": 1}), 200),
        ] {
            let before = good(&bank, &path).await;
            let mut order = order;
            order["source"] = source.into();
            deed(&bank, "fault/add", order.clone()).await;
            let answer = get(&bank, &path).await;
            assert_eq!(answer.status, status, "{order}");
            assert_ne!(answer.json(), before, "{order}");
            let broken = matches!(order["fault"].as_str(), Some("cut" | "hang"));
            assert_eq!(answer.text.is_none(), broken, "{order}");
            let wait = answer.headers.get("retry-after");
            assert_eq!(
                wait.is_some(),
                order.get("retry_after").is_some(),
                "{order}"
            );
            assert_eq!(good(&bank, &path).await, before, "{order}");
        }
    }
}

#[tokio::test]
async fn a_slow_source_says_what_it_would_have_said() {
    let bank = TestBank::ready().await;
    let order = json!({"source": "coinbase", "fault": "slow", "delay_ms": 30});
    deed(&bank, "fault/add", order).await;
    let begun = Instant::now();
    let told = good(&bank, "/products/BTC-USD/ticker").await;
    assert!(begun.elapsed() >= Duration::from_millis(30));
    assert_eq!(keys(&told).len(), 7);
}

/// Returns price, bid and ask of Bitcoin from one of two sources, unparsed.
async fn figures(bank: &TestBank, source: &str) -> [Value; 3] {
    let (path, names) = match source {
        "coinbase" => (
            "/products/BTC-USD/ticker".to_owned(),
            ["price", "bid", "ask"],
        ),
        _ => (
            alpha("BTC", "USD"),
            ["5. Exchange Rate", "8. Bid Price", "9. Ask Price"],
        ),
    };
    let told = good(bank, &path).await;
    let told = told.get("Realtime Currency Exchange Rate").unwrap_or(&told);
    names.map(|name| told[name].clone())
}

#[tokio::test]
async fn figures_are_wrong_in_every_way() {
    let bank = TestBank::ready().await;
    for source in ["alphavantage", "coinbase"] {
        let order = async |code: &str| {
            let order = json!({"source": source, "fault": "figures", "error_code": code});
            deed(&bank, "fault/add", order).await;
            figures(&bank, source).await
        };
        let [price, bid, ask] = figures(&bank, source).await;
        assert_eq!(
            order("missing").await,
            [price.clone(), Value::Null, Value::Null]
        );
        assert_eq!(order("dash").await, [price.clone(), json!("-"), json!("-")]);
        for zero in order("zero").await {
            assert_eq!(decimal(&zero), Decimal::ZERO);
        }
        let minus = |one: &Value| json!(format!("-{}", one.as_str().expect("text")));
        assert_eq!(order("negative").await, [&price, &bid, &ask].map(minus));
        let [other, ..] = order("wrong_pair").await;
        assert!(
            decimal(&other) < Decimal::ONE,
            "dollars in Bitcoin: {other}"
        );
        assert_eq!(figures(&bank, source).await, [price, bid, ask], "once each");
    }
    let future = json!({"source": "any", "fault": "figures", "error_code": "future", "times": 3});
    deed(&bank, "fault/add", future).await;
    let told = good(&bank, &alpha("BTC", "USD")).await;
    let at = &told["Realtime Currency Exchange Rate"]["6. Last Refreshed"];
    assert_eq!(at, "2026-03-12 12:00:00");
    let told = good(&bank, "/products/BTC-USD/ticker").await;
    assert_eq!(told["time"], "2026-03-12T12:00:00.000000Z");
    let told = good(&bank, "/v1/latest").await;
    assert_eq!(told["date"], "2026-03-16");
}

#[tokio::test]
async fn frankfurters_figures_are_wrong_in_every_way() {
    let bank = TestBank::ready().await;
    for path in [
        "/v1/latest?base=USD&symbols=EUR",
        "/v1/2026-03-02..?base=USD&symbols=EUR",
    ] {
        for (code, expected) in [
            ("missing", "{}"),
            ("dash", "{\"EUR\":\"-\"}"),
            ("zero", "{\"EUR\":0.0"),
            ("negative", "{\"EUR\":-0."),
            ("wrong_pair", "\"base\":\"EUR\""),
        ] {
            let order = json!({"source": "frankfurter", "fault": "figures", "error_code": code});
            deed(&bank, "fault/add", order).await;
            let answer = get(&bank, path).await;
            let text = answer.text.unwrap_or_default();
            assert!(text.contains(expected), "{path} {code}: {text}");
        }
    }
}

#[tokio::test]
async fn a_fault_of_one_source_or_of_banks_is_of_no_other() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let all = json!({"fault": "server_error", "until_cleared": true});
    deed(&bank, "fault/add", all).await;
    for (_, path) in calls() {
        assert_eq!(get(&bank, &path).await.status, 200, "{path}");
    }
    deed(&bank, "fault/clear", json!({})).await;
    let one = json!({"source": "coinbase", "fault": "server_error", "until_cleared": true});
    deed(&bank, "fault/add", one).await;
    let paths = json!({"endpoint": "/v1/latest", "fault": "server_error"});
    deed(&bank, "fault/add", paths).await;
    bank.post("/accounts/get", json!({"access_token": token}))
        .await;
    for _ in 0..2 {
        assert_eq!(get(&bank, "/products/ETH-USD/ticker").await.status, 500);
    }
    assert_eq!(get(&bank, &alpha("BTC", "USD")).await.status, 200);
    assert_eq!(
        get(&bank, "/v1/2026-03-02").await.status,
        200,
        "another path"
    );
    assert_eq!(get(&bank, "/v1/latest").await.status, 500);
    let waiting = bank.post("/misbehave/fault/list", json!({})).await;
    assert_eq!(waiting["faults"][0]["source"], "coinbase");
    let cleared = deed(&bank, "fault/clear", json!({"source": "frankfurter"})).await;
    assert_eq!(cleared["cleared"], 0);
    let cleared = deed(&bank, "fault/clear", json!({"source": "coinbase"})).await;
    assert_eq!(cleared["cleared"], 1);
    assert_eq!(get(&bank, "/products/ETH-USD/ticker").await.status, 200);
    for wrong in [
        json!({"source": "kraken", "fault": "empty"}),
        json!({"source": "coinbase", "fault": "figures"}),
        json!({"source": "coinbase", "fault": "figures", "error_code": "odd"}),
    ] {
        let refused = bank.refused("/misbehave/fault/add", wrong.clone()).await;
        assert_eq!(refused.2, "INVALID_FIELD", "{wrong}");
    }
}
