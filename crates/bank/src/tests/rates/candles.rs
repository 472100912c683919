//! Coinbase's candles.

use serde_json::json;

use super::{decimal, get, good};
use crate::tests::TestBank;

fn path(granularity: &str, start: &str, end: &str) -> String {
    format!("/products/BTC-USD/candles?granularity={granularity}&start={start}&end={end}")
}

#[tokio::test]
async fn candles_are_six_numbers_each_newest_first() {
    let bank = TestBank::ready().await;
    let all = good(
        &bank,
        &path("86400", "2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z"),
    )
    .await;
    let all = all.as_array().expect("a list");
    assert_eq!(all.len(), 10);
    for (candle, older) in all.iter().zip(all.iter().skip(1)) {
        let numbers: Vec<f64> = (0..6)
            .map(|at| candle[at].as_f64().expect("a number"))
            .collect();
        let [time, low, high, open, close, volume] = numbers[..] else {
            panic!("{candle}");
        };
        assert!(
            low <= open.min(close) && high >= open.max(close) && volume > 0.0,
            "{candle}"
        );
        assert_eq!(time - older[0].as_f64().expect("a number"), 86_400.0);
        assert_eq!(candle[3], older[4], "one opens as the one before closes");
    }
    let ticker = good(&bank, "/products/BTC-USD/ticker").await;
    let newest = &all[0];
    assert_eq!(
        newest[4].to_string(),
        decimal(&ticker["price"]).normalize().to_string()
    );
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_refused() {
    let bank = TestBank::ready().await;
    let day = "2026-03-01T00:00:00Z";
    for (path, words) in [
        (path("61", day, day), "Unsupported granularity"),
        (path("", day, day), "Unsupported granularity"),
        (path("60", "soon", day), "Invalid start"),
        (path("60", day, "later"), "Invalid end"),
        (
            path("86400", "2025-01-01T00:00:00Z", "2025-12-31T00:00:00Z"),
            "granularity too small for the requested time range. Count of aggregations requested exceeds 300",
        ),
    ] {
        let answer = get(&bank, &path).await;
        assert_eq!(
            (answer.status, answer.json()),
            (400, json!({"message": words})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn intervals_that_are_to_come_or_before_the_first_trade_are_absent() {
    let bank = TestBank::ready().await;
    for (path, count) in [
        (path("86400", "2026-03-09", "2026-03-20"), 2),
        (
            path("86400", "2015-07-18T00:00:00Z", "2015-07-21T00:00:00Z"),
            2,
        ),
        (path("3600", "1773140400", "1773144000"), 2),
        (
            path("60", "2026-03-10T00:00:00Z", "2026-03-09T00:00:00Z"),
            0,
        ),
        (path("86400", "2030-01-01", "2030-02-01"), 0),
        ("/products/BTC-USD/candles?granularity=60".to_owned(), 300),
        ("/products/BTC-USD/candles?start=2020-01-01".to_owned(), 300),
    ] {
        let all = good(&bank, &path).await;
        assert_eq!(all.as_array().map(Vec::len), Some(count), "{path}");
    }
}
