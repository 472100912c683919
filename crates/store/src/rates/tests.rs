use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::Store;
use domain::rate::{KeptQuote, Pair, Quote, RateRefusal};

const NOON: &str = "2026-11-21T12:00:00Z";

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("passbook.db")).await;
    (folder, store.expect("a database"))
}

fn noon() -> Timestamp {
    NOON.parse().expect("a time")
}

fn minute(n: i64) -> Timestamp {
    noon() + n.minutes()
}

fn pair() -> Pair {
    Pair::new("BTC", "USD").expect("a pair")
}

fn quote(source: &str, at: Timestamp, rate: &str) -> Quote {
    Quote {
        pair: pair(),
        source: source.into(),
        rate: rate.parse().expect("a decimal"),
        bid: Some("67000.12345678".parse().expect("a decimal")),
        ask: None,
        at,
    }
}

async fn all(store: &Store) -> Vec<KeptQuote> {
    let places = store.quote_places(&pair(), None, None).await;
    let Some((first, last)) = places.expect("places") else {
        return Vec::new();
    };
    let rows = store.quotes_between(&pair(), first, last).await;
    rows.expect("rows")
}

#[tokio::test]
async fn the_same_again_is_the_same_row_with_the_time_of_the_last_fetch() {
    let (_folder, store) = store().await;
    let one = quote("coinbase", noon(), "67000.10");
    let first = store.keep_quote(&one, minute(1)).await.expect("kept");
    let again = store.keep_quote(&one, minute(2)).await.expect("kept");
    assert_eq!((first.place, again.place), (1, 1));
    assert_eq!(first.fetched_at, minute(1));
    assert_eq!((again.kept_at, again.fetched_at), (minute(1), minute(2)));
    // Another source at the same time, and the same source at another time, are rows of their own.
    let other = quote("alphavantage", noon(), "67001");
    assert_eq!(
        store
            .keep_quote(&other, minute(3))
            .await
            .expect("kept")
            .place,
        2
    );
    let later = quote("coinbase", minute(3), "67002");
    assert_eq!(
        store
            .keep_quote(&later, minute(4))
            .await
            .expect("kept")
            .place,
        3
    );
    // A source may change today's figure until it is final.
    let corrected = quote("coinbase", noon(), "67000.20");
    let kept = store.keep_quote(&corrected, minute(5)).await.expect("kept");
    assert_eq!((kept.place, kept.quote), (1, corrected));
    let places: Vec<i64> = all(&store).await.iter().map(|row| row.place).collect();
    assert_eq!(places, [3, 2, 1]);
}

#[tokio::test]
async fn every_digit_is_kept() {
    let (_folder, store) = store().await;
    for (n, rate) in [
        "0.00000001",
        "67000.10000000",
        "1",
        "79228162514264337593543950335",
    ]
    .into_iter()
    .enumerate()
    {
        let quote = quote("alphavantage", minute(n as i64), rate);
        let kept = store.keep_quote(&quote, noon()).await.expect("kept");
        let newest = store.newest_quote(&pair(), minute(60)).await;
        assert_eq!(newest.expect("read"), Some(kept.clone()));
        assert_eq!(kept.quote.rate.to_string(), rate);
        assert_eq!(
            kept.quote.bid.map(|bid| bid.to_string()).as_deref(),
            Some("67000.12345678")
        );
        assert_eq!(kept.quote.ask, None);
    }
}

#[tokio::test]
async fn the_newest_is_the_one_with_the_latest_time_of_its_source() {
    let (_folder, store) = store().await;
    for (source, at) in [
        ("alphavantage", 10),
        ("frankfurter", -600),
        ("coinbase", 500),
    ] {
        let quote = quote(source, minute(at), "1.5");
        store.keep_quote(&quote, minute(11)).await.expect("kept");
    }
    let newest = store.newest_quote(&pair(), minute(71)).await.expect("read");
    assert_eq!(newest.expect("one").quote.source, "alphavantage");
    let other = Pair::new("EUR", "USD").expect("a pair");
    assert_eq!(
        store.newest_quote(&other, minute(71)).await.expect("read"),
        None
    );
    let last = store.quote_last_fetched(&pair(), "frankfurter").await;
    assert_eq!(last.expect("read"), Some(minute(11)));
    let never = store.quote_last_fetched(&pair(), "nobody").await;
    assert_eq!(never.expect("read"), None);
}

#[tokio::test]
async fn a_span_of_time_is_a_span_of_places_even_when_the_clock_was_set_back() {
    let (_folder, store) = store().await;
    for (n, fetched) in [0, 1, 2, -30, -29, 3].into_iter().enumerate() {
        let quote = quote("coinbase", minute(n as i64), "1");
        store
            .keep_quote(&quote, minute(fetched))
            .await
            .expect("kept");
    }
    let places = async |from: Option<i64>, to: Option<i64>| {
        let (from, to) = (from.map(minute), to.map(minute));
        store.quote_places(&pair(), from, to).await.expect("read")
    };
    assert_eq!(places(None, None).await, Some((1, 6)));
    assert_eq!(places(Some(1), None).await, Some((2, 6)));
    assert_eq!(places(Some(1), Some(3)).await, Some((2, 5)));
    assert_eq!(places(Some(3), Some(4)).await, Some((6, 6)));
    assert_eq!(places(None, Some(0)).await, None);
    assert_eq!(places(Some(4), None).await, None);
    assert_eq!(places(Some(3), Some(3)).await, None);
}

#[tokio::test]
async fn a_clock_that_was_far_ahead_is_forgotten_and_the_order_stays() {
    let (_folder, store) = store().await;
    let year = 365 * 24 * 60;
    for (n, fetched) in [0, 1, year, year + 1, 2, 3].into_iter().enumerate() {
        let quote = quote("coinbase", minute(n as i64), "1");
        store
            .keep_quote(&quote, minute(fetched))
            .await
            .expect("kept");
    }
    let mut rows = all(&store).await;
    rows.reverse();
    let kept: Vec<i64> = rows
        .iter()
        .map(|row| row.kept_at.duration_since(noon()).as_mins())
        .collect();
    assert_eq!(kept, [0, 1, 2, 2, 2, 3]);
}

#[tokio::test]
async fn the_last_fetch_is_known_though_the_source_s_time_went_back() {
    let (_folder, store) = store().await;
    for (at, fetched) in [(50, 0), (10, 12)] {
        let quote = quote("alphavantage", minute(at), "1");
        store
            .keep_quote(&quote, minute(fetched))
            .await
            .expect("kept");
    }
    let last = store.quote_last_fetched(&pair(), "alphavantage").await;
    assert_eq!(last.expect("read"), Some(minute(12)));
}

#[tokio::test]
async fn calls_are_counted_by_the_day_and_refusals_last_until_a_rate_is_given() {
    let (_folder, store) = store().await;
    let count = async |day| store.count_rate_call("alphavantage", day, Some(2)).await;
    for (day, may) in [
        (7, true),
        (7, true),
        (7, false),
        (8, true),
        (8, true),
        (8, false),
    ] {
        assert_eq!(count(day).await.expect("counted"), may, "{day}");
    }
    // The clock was set back: any other day starts a new count.
    assert!(count(7).await.expect("counted"));
    for _ in 0..3 {
        assert!(
            store
                .count_rate_call("coinbase", 7, None)
                .await
                .expect("counted")
        );
    }
    for times in 1..=2 {
        let refused = store.record_rate_refused("coinbase", RateRefusal::Quota, minute(times));
        refused.await.expect("noted");
        let standing = store.rate_standings().await.expect("read").remove(1);
        assert_eq!(standing.source, "coinbase");
        assert_eq!(standing.not_before, Some(minute(times)));
        assert_eq!(i64::from(standing.refusals), times);
        assert_eq!(standing.refusal.as_deref(), Some("quota"));
    }
    store.forget_refused_rate_keys().await.expect("forgotten");
    let quota = &store.rate_standings().await.expect("read")[1];
    assert_eq!(quota.refusals, 2, "it is not about the key");
    store.record_rate_given("coinbase").await.expect("noted");
    let given = &store.rate_standings().await.expect("read")[1];
    assert_eq!(
        (given.not_before, given.refusals, &given.refusal),
        (None, 0, &None)
    );
    for refusal in [RateRefusal::Key, RateRefusal::Plan] {
        let refused = store.record_rate_refused("coinbase", refusal, minute(9));
        refused.await.expect("noted");
        store.forget_refused_rate_keys().await.expect("forgotten");
        assert_eq!(store.rate_standings().await.expect("read")[1].refusal, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// In whatever order quotes arrive, places have no gaps, storage times never decrease, and each source time is
    /// stored once with the latest figures.
    #[test]
    fn places_have_no_gaps(
        said in prop::collection::vec((0..3_usize, 0..8_i64, 1..1_000_000_u32, -5..90_i64), 1..40),
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let (_folder, store) = store().await;
            let mut last = std::collections::BTreeMap::new();
            for (source, at, rate, fetched) in said {
                let source = ["coinbase", "alphavantage", "frankfurter"][source];
                let mut quote = quote(source, minute(at), "1");
                quote.rate = Decimal::new(i64::from(rate), 4);
                store.keep_quote(&quote, minute(fetched)).await.expect("kept");
                last.insert((source, at), quote);
            }
            let mut rows = all(&store).await;
            rows.reverse();
            assert_eq!(rows.len(), last.len());
            for (n, row) in rows.iter().enumerate() {
                assert_eq!(row.place, n as i64 + 1);
                let at = row.quote.at.duration_since(noon()).as_mins();
                assert_eq!(last.get(&(row.quote.source.as_str(), at)), Some(&row.quote));
            }
            assert!(rows.is_sorted_by_key(|row| row.kept_at));
            let spread = store.quotes_spread(&pair(), 1, rows.len() as i64, 3).await.expect("read");
            let wanted: Vec<_> = rows.iter().rev().step_by(3).cloned().collect();
            assert_eq!(spread.into_iter().rev().collect::<Vec<_>>(), wanted);
        });
    }
}
