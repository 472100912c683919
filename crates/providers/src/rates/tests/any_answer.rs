//! Any response yields either a rate above zero that is not in the future, or a refusal.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::*;
use crate::rates::{alphavantage, coinbase, frankfurter};

/// Texts and figures for responses, including invalid ones.
const TEXTS: [&str; 19] = [
    "BTC",
    "USD",
    "EUR",
    "UTC",
    "America/New_York",
    "2026-11-20",
    "2026-11-21 15:59:01",
    "2026-11-21T15:59:03.5Z",
    "-9999-01-01",
    "9999-12-31 23:59:59",
    "90347.92000000",
    "0",
    "-1",
    "NaN",
    "-",
    "",
    "1e999",
    "99999999999999999999999999999",
    "25 requests per day",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(&TEXTS[..]).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!(1.0)),
        Just(json!(0.9512)),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop_oneof![
        4 => select(&["price", "bid", "ask", "time", "amount", "base", "date", "rates", "EUR", "message",
            "Realtime Currency Exchange Rate", "Error Message", "Information", "Note"][..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    leaf().prop_recursive(4, 64, 8, move |inner| {
        let object = prop::collection::btree_map(keys.clone(), inner.clone(), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

/// A response with one place replaced.
fn spoilt() -> impl Strategy<Value = String> {
    let places = [
        (ALPHAVANTAGE, "/Realtime Currency Exchange Rate"),
        (
            ALPHAVANTAGE,
            "/Realtime Currency Exchange Rate/1. From_Currency Code",
        ),
        (
            ALPHAVANTAGE,
            "/Realtime Currency Exchange Rate/5. Exchange Rate",
        ),
        (
            ALPHAVANTAGE,
            "/Realtime Currency Exchange Rate/6. Last Refreshed",
        ),
        (
            ALPHAVANTAGE,
            "/Realtime Currency Exchange Rate/7. Time Zone",
        ),
        (
            ALPHAVANTAGE,
            "/Realtime Currency Exchange Rate/9. Ask Price",
        ),
        (COINBASE, "/price"),
        (COINBASE, "/bid"),
        (COINBASE, "/time"),
        (FRANKFURTER, "/amount"),
        (FRANKFURTER, "/base"),
        (FRANKFURTER, "/date"),
        (FRANKFURTER, "/rates"),
        (FRANKFURTER, "/rates/EUR"),
    ];
    (select(places.to_vec()), any_json()).prop_map(|((body, place), value)| {
        let mut body: Value = serde_json::from_str(body).expect("an answer");
        *body.pointer_mut(place).expect("a place") = value;
        body.to_string()
    })
}

fn read_by_each(body: &[u8]) {
    let now: Timestamp = "2026-11-21T16:00:00Z".parse().expect("a moment");
    let (btc, usd) = (pair("BTC/USD"), pair("USD/EUR"));
    for told in [
        alphavantage::parse_quote(&btc, body, now),
        coinbase::parse_quote(&btc, body, now),
        frankfurter::parse_quote(&usd, body, now),
    ] {
        let Ok(quote) = told else { continue };
        let positive = |figure| figure > rust_decimal::Decimal::ZERO;
        assert!(positive(quote.rate), "{quote:?}");
        assert!(quote.bid.is_none_or(positive) && quote.ask.is_none_or(positive));
        assert!(quote.at <= now + SignedDuration::from_hours(1), "{quote:?}");
    }
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(json in any_json()) {
        read_by_each(json.to_string().as_bytes());
    }

    #[test]
    fn any_change_of_an_answer_is_read_or_refused(body in spoilt()) {
        read_by_each(body.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_by_each(&bytes);
    }

    #[test]
    fn any_part_of_an_answer_is_read_or_refused(end in 0..400_usize) {
        for body in [ALPHAVANTAGE, COINBASE, FRANKFURTER] {
            read_by_each(&body.as_bytes()[..end.min(body.len())]);
        }
    }
}
