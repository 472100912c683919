//! Tests every way in which Alpha Vantage refuses with status 200, in the texts that clients have recorded.

use super::*;

/// A text with `KEY` in place of our key, its meaning, and the number of calls it causes.
const ROWS: [(&str, RateRefusal, usize); 14] = [
    (
        r#"{"Error Message": "the parameter apikey is invalid or missing: KEY. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds."}"#,
        RateRefusal::Key,
        1,
    ),
    (
        r#"{"Information": "The parameter apikey is invalid or missing. KEY (25 requests per day)"}"#,
        RateRefusal::Key,
        1,
    ),
    (
        r#"{"Information": "The **demo** API key is for demo purposes only. Please claim your free API key, not KEY."}"#,
        RateRefusal::Key,
        1,
    ),
    (
        r#"{"Information": "Thank you for using Alpha Vantage, KEY! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints"}"#,
        RateRefusal::Burst,
        2,
    ),
    (
        r#"{"Information": "Burst pattern detected for KEY. Please consider spreading out your API requests more evenly and query no more than 30 requests per second."}"#,
        RateRefusal::Burst,
        2,
    ),
    (
        r#"{"Information": "We have detected your API key as KEY and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans to instantly remove all daily rate limits."}"#,
        RateRefusal::Quota,
        1,
    ),
    (
        r#"{"Note": "Thank you, KEY! Our standard API call frequency is 5 calls per minute and 500 calls per day. Please visit https://www.alphavantage.co/premium/"}"#,
        RateRefusal::Quota,
        1,
    ),
    (
        r#"{"Information": "Thank you for using Alpha Vantage, KEY! This is a premium endpoint. You may subscribe to any of the premium plans"}"#,
        RateRefusal::Plan,
        1,
    ),
    (
        r#"{"Error Message": "Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for CURRENCY_EXCHANGE_RATE. KEY"}"#,
        RateRefusal::NotOffered,
        1,
    ),
    (
        r#"{"Information": "Something new about KEY"}"#,
        RateRefusal::Away(None),
        1,
    ),
    (r#"{"KEY": "KEY"}"#, RateRefusal::Away(None), 1),
    ("{}", RateRefusal::Away(None), 1),
    (
        r#"{"Realtime Currency Exchange Rate": null, "Note": "100 calls per day, KEY"}"#,
        RateRefusal::Quota,
        1,
    ),
    (
        r#"{"Realtime Currency Exchange Rate": {}, "Note": "100 calls per day, KEY"}"#,
        RateRefusal::Away(None),
        1,
    ),
];

/// Returns the rows with our key filled in.
pub(super) fn rows() -> impl Iterator<Item = (String, RateRefusal, usize)> {
    ROWS.into_iter()
        .map(|(body, refusal, calls)| (body.replace("KEY", KEY), refusal, calls))
}

#[tokio::test]
async fn every_refusal_is_known_by_its_words_and_only_a_burst_is_asked_again() {
    let loopback = Loopback::start().await;
    let source = loopback.alphavantage();
    for (body, refusal, calls) in rows() {
        loopback.on(200, &[], &body);
        let told = source.latest(&pair("BTC/USD")).await;
        assert_eq!(told, Err(refusal), "{body}");
        assert_eq!(loopback.seen().len(), calls, "{body}");
    }
}

#[tokio::test]
async fn what_is_said_beside_a_rate_does_not_matter() {
    let loopback = Loopback::start().await;
    let beside = r#"{"Note": "100 calls per day", "Information": 7, "#;
    loopback.on(200, &[], &ALPHAVANTAGE.replacen('{', beside, 1));
    let told = loopback.alphavantage().latest(&pair("BTC/USD")).await;
    assert!(told.is_ok(), "{told:?}");
}

#[tokio::test]
async fn a_burst_that_passes_is_not_noticed() {
    let loopback = Loopback::start().await;
    loopback.on(200, &[], &rows().nth(3).expect("a burst").0);
    loopback.then(200, &[], ALPHAVANTAGE);
    let told = loopback.alphavantage().latest(&pair("BTC/USD")).await;
    assert!(told.is_ok(), "{told:?}");
    assert_eq!(loopback.seen().len(), 2);
}
