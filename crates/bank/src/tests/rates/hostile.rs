//! Invalid calls are answered as the real source would answer them.

use serde_json::json;

use super::{alpha, deed, get, good, keys};
use crate::tests::TestBank;

/// Texts that are no currency codes, percent-encoded for a URL.
fn codes() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        "XXX",
        "B%00C",
        "%00",
        "%FF%FE",
        "..%2F..%2Fetc",
        "%3Cscript%3E",
        "BTC%0D%0A",
        "%E2%80%AEDSU",
    ]
    .map(str::to_owned)
    .into();
    all.push("A".repeat(10_000));
    all
}

#[tokio::test]
async fn unknown_pairs_are_refused_by_each_source_in_its_way() {
    let bank = TestBank::ready().await;
    for code in codes() {
        for path in [alpha(&code, "USD"), alpha("BTC", &code)] {
            let told = good(&bank, &path).await;
            let words = told["Error Message"].as_str().unwrap_or_default();
            assert!(words.starts_with("Invalid API call."), "{path}: {told}");
        }
        for what in ["ticker", "candles"] {
            let answer = get(&bank, &format!("/products/BTC-{code}/{what}")).await;
            assert_eq!(
                (answer.status, answer.json()),
                (404, json!({"message": "NotFound"})),
                "{code}"
            );
        }
        for path in [
            format!("/v1/latest?base=USD&symbols={code}"),
            format!("/v1/2024-01-01..?base={code}&symbols=USD"),
            format!("/v1/{code}"),
        ] {
            let answer = get(&bank, &path).await;
            assert_eq!(
                (answer.status, answer.json()),
                (404, json!({"message": "not found"})),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn calls_that_are_none_are_refused_by_alpha_vantage() {
    let bank = TestBank::ready().await;
    for (path, words) in [
        (
            "/query".to_owned(),
            "the parameter apikey is invalid or missing",
        ),
        (
            alpha("BTC", "USD").replace("DEMO", ""),
            "the parameter apikey is invalid or missing",
        ),
        (
            "/query?apikey=a".to_owned(),
            "This API function () does not exist.",
        ),
        (
            "/query?apikey=a&function=%00".to_owned(),
            "This API function (\0) does not exist.",
        ),
        (alpha("USD", "USD"), "Invalid API call."),
        (
            "/query?apikey=a&function=CURRENCY_EXCHANGE_RATE".to_owned(),
            "Invalid API call.",
        ),
        ("/query/more?apikey=a".to_owned(), "Invalid API call."),
    ] {
        let told = good(&bank, &path).await;
        let text = told["Error Message"].as_str().unwrap_or_default();
        assert!(text.starts_with(words), "{path}: {told}");
    }
    let told = good(&bank, "/query?apikey=a&function=FX_INTRADAY").await;
    let text = told["Information"].as_str().expect("text");
    assert!(text.contains("premium endpoint"));
}

#[tokio::test]
async fn any_key_is_good_and_told_back_as_text() {
    let bank = TestBank::ready().await;
    for (key, is) in [
        ("%00", "\0".to_owned()),
        ("%22%7D%5C", "\"}\\".to_owned()),
        ("%E2%80%AE", "\u{202e}".to_owned()),
        (&*"k".repeat(10_000), "k".repeat(10_000)),
    ] {
        let path = alpha("BTC", "USD").replace("DEMO", key);
        let told = good(&bank, &path).await;
        assert_eq!(keys(&told), ["Realtime Currency Exchange Rate"]);
        let order = json!({"source": "alphavantage", "fault": "error", "error_code": "quota"});
        deed(&bank, "fault/add", order).await;
        let told = good(&bank, &path).await;
        let text = told["Information"].as_str().expect("text");
        assert!(text.contains(&is));
    }
}

#[tokio::test]
async fn moments_at_the_ends_of_time_are_no_trouble() {
    let bank = TestBank::ready().await;
    for (start, end) in [
        ("-9223372036854775808", "9223372036854775807"),
        ("-009999-01-01T00:00:00Z", "9999-12-30T00:00:00Z"),
        ("9999-12-30", "9999-12-30"),
        ("%00", "A"),
    ] {
        let path = format!("/products/BTC-USD/candles?granularity=60&start={start}&end={end}");
        let status = get(&bank, &path).await.status;
        assert!(matches!(status, 200 | 400), "{path}: {status}");
    }
    for path in [
        "/v1/0000-01-01..9999-12-31?symbols=SEK",
        "/v1/9999-12-31..9999-12-31",
        "/v1/0000-00-00",
    ] {
        let status = get(&bank, path).await.status;
        assert!(matches!(status, 200 | 404 | 422), "{path}: {status}");
    }
}
