//! The chain of sources: which is asked, how often, and what follows a refusal.

use domain::rate::RateRefusal;
use jiff::SignedDuration;
use passbook::rates::{self, RatesError};
use serde_json::{Value, json};

use super::Market;

#[tokio::test]
async fn the_first_source_that_is_set_up_gives_the_rate_with_every_digit() {
    let market = Market::open().await;
    market.set("67000.12345678").await;
    let kept = market.fetch().await.expect("a rate");
    assert_eq!(kept.quote.source, "coinbase");
    assert!(kept.quote.bid < Some(kept.quote.rate) && Some(kept.quote.rate) < kept.quote.ask);
    let market = Market::with_key().await;
    market.set("67000.12345678").await;
    let kept = market.fetch().await.expect("a rate");
    assert_eq!(kept.quote.source, "alphavantage");
    assert_eq!(kept.quote.rate.to_string(), "67000.12345678");
    let stored = market.app.texts("SELECT rate FROM quote").await;
    assert!(stored.contains(&"67000.12345678".to_owned()), "{stored:?}");
}

/// Every refusal of Alpha Vantage, all of which but the last four arrive with status 200.
#[tokio::test]
async fn each_refusal_is_told_apart_and_the_next_source_gives_the_rate() {
    let market = Market::with_key().await;
    for (fault, code, refusal, wait) in [
        ("error", json!("bad_key"), "key_refused", 86_400),
        ("error", json!("burst"), "burst", 60),
        ("error", json!("quota"), "quota", 3_600),
        ("error", json!("quota_note"), "quota", 3_600),
        ("error", json!("premium"), "plan", 86_400),
        ("html", Value::Null, "away", 30),
        ("empty", Value::Null, "away", 30),
        ("truncated", Value::Null, "away", 30),
        ("error", json!(503), "away", 30),
        ("figures", json!("wrong_pair"), "away", 30),
        ("figures", json!("zero"), "away", 30),
        ("figures", json!("negative"), "away", 30),
        ("figures", json!("future"), "away", 30),
    ] {
        market.refuse("alphavantage", fault, code.clone()).await;
        let now = market.app.clock.now();
        assert_eq!(market.source().await, "coinbase", "{fault} {code}");
        let standing = market.standing("alphavantage").await;
        assert_eq!(standing.refusal.as_deref(), Some(refusal), "{fault} {code}");
        let until = standing.not_before.expect("it is left alone");
        assert_eq!(until.duration_since(now).as_secs(), wait, "{fault} {code}");
        // It works again, but is not asked earlier.
        market.clear("alphavantage").await;
        market
            .app
            .clock
            .advance(SignedDuration::from_secs(wait - 1));
        assert_eq!(market.source().await, "coinbase", "{fault} {code}");
        market.app.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(market.source().await, "alphavantage", "{fault} {code}");
        let standing = market.standing("alphavantage").await;
        assert_eq!((standing.refusal, standing.refusals), (None, 0));
        // Keeps the daily quota out of this test.
        market.app.clock.advance(SignedDuration::from_hours(24));
    }
}

#[tokio::test]
async fn a_source_without_the_pair_is_asked_again_a_day_later() {
    let market = Market::with_key().await;
    let invalid = json!("invalid_call");
    market.refuse("alphavantage", "error", invalid).await;
    assert_eq!(market.source().await, "coinbase");
    assert_eq!(market.standing("alphavantage").await.refusal, None);
    market.clear("alphavantage").await;
    assert_eq!(market.source().await, "coinbase");
    market.app.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(market.source().await, "alphavantage");
}

#[tokio::test]
async fn a_quota_that_stays_used_up_is_tried_ever_less_and_on_the_next_day() {
    let market = Market::with_key().await;
    market.refuse("alphavantage", "error", json!("quota")).await;
    // At 10, 11 and 13 o'clock. Then it would be 17 o'clock, and 1 o'clock, which is the next day.
    for hours in [1, 2, 4, 7] {
        let now = market.app.clock.now();
        assert_eq!(market.source().await, "coinbase");
        let until = market.standing("alphavantage").await.not_before;
        let wait = until.expect("a time").duration_since(now);
        assert_eq!(wait.as_hours(), hours);
        market.app.clock.advance(wait);
    }
    market.clear("alphavantage").await;
    assert_eq!(market.source().await, "alphavantage");
}

#[tokio::test]
async fn no_more_than_a_day_s_calls_are_made_whoever_restarts() {
    let market = Market::with_key().await;
    let calls = "SELECT calls FROM rate_source WHERE source = 'alphavantage'";
    let mut given = 0;
    while market.source().await == "alphavantage" {
        given += 1;
        assert!(given <= 25, "a free key has 25 calls a day");
    }
    assert_eq!(market.app.number(calls).await, 25);
    let Market { bank, app } = market;
    let app = app.restarted().await;
    let market = Market { bank, app };
    assert_eq!(market.source().await, "coinbase");
    assert_eq!(market.app.number(calls).await, 25);
    market.app.clock.advance(SignedDuration::from_hours(14));
    assert_eq!(market.source().await, "alphavantage");
}

#[tokio::test]
async fn a_new_key_is_tried_at_once_after_a_restart() {
    let market = Market::with_key().await;
    market
        .refuse("alphavantage", "error", json!("bad_key"))
        .await;
    assert_eq!(market.source().await, "coinbase");
    market.clear("alphavantage").await;
    let Market { bank, app } = market;
    let app = app
        .restarted_with(&[("ALPHAVANTAGE_API_KEY", "another")])
        .await;
    assert_eq!(Market { bank, app }.source().await, "alphavantage");
}

#[tokio::test]
async fn who_asks_while_it_is_fetched_gets_the_same() {
    let market = Market::open().await;
    market.fetch().await.expect("a rate");
    market.refuse("coinbase", "slow", Value::Null).await;
    let calls = "SELECT calls FROM rate_source WHERE source = 'coinbase'";
    let before = market.app.number(calls).await;
    market.app.clock.advance(SignedDuration::from_secs(5));
    let (one, two, three) = tokio::join!(market.fetch(), market.fetch(), market.fetch());
    let places = [one, two, three].map(|kept| kept.expect("a rate").place);
    assert_eq!(places, [places[0]; 3]);
    assert_eq!(market.app.number(calls).await, before + 1);
}

#[tokio::test]
async fn when_everybody_refuses_nothing_is_kept_and_the_wait_is_the_shortest() {
    let market = Market::with_key().await;
    market.source().await;
    let kept = market.kept().await;
    market.app.clock.advance(SignedDuration::from_secs(60));
    market.refuse("alphavantage", "error", json!("quota")).await;
    market.refuse("coinbase", "error", json!(500)).await;
    let now = market.app.clock.now();
    let Err(RatesError::Refused(until)) = market.fetch().await else {
        panic!("somebody gave a rate");
    };
    assert_eq!(until.duration_since(now).as_secs(), 30);
    assert_eq!(market.kept().await, kept);
    // No source is asked before that.
    let calls = "SELECT SUM(calls) FROM rate_source";
    let asked = market.app.number(calls).await;
    assert!(matches!(market.fetch().await, Err(RatesError::Refused(at)) if at == until));
    assert_eq!(market.app.number(calls).await, asked);
}

/// The program's own tick may fall in between: it finds nothing due.
#[tokio::test]
async fn a_tick_fetches_what_is_due_and_no_more() {
    let market = Market::with_key().await;
    let tick = async || rates::tick(market.app.ctx()).await.expect("it ticks");
    tick().await;
    assert_eq!(market.kept().await, 1);
    // A free key allows one call every 57.6 minutes, and its rate stands until the next.
    for _ in 0..57 {
        market.app.clock.advance(SignedDuration::from_secs(60));
        tick().await;
    }
    assert_eq!(market.kept().await, 1);
    market.app.clock.advance(SignedDuration::from_secs(60));
    tick().await;
    assert_eq!(market.kept().await, 2);
    // Without that source, every minute has its rate.
    market.refuse("alphavantage", "error", json!("quota")).await;
    market.app.clock.advance(SignedDuration::from_hours(1));
    for minute in 1..=5 {
        tick().await;
        assert_eq!(market.kept().await, 2 + minute);
        tick().await;
        assert_eq!(market.kept().await, 2 + minute);
        market.app.clock.advance(SignedDuration::from_secs(60));
    }
}

#[tokio::test]
async fn a_rate_is_old_when_its_source_should_have_given_the_next() {
    let market = Market::with_key().await;
    let mut browser = market.app.browser();
    let page = browser.get("/rates/live").await;
    assert_eq!(page.count("#rate-age[data-old]"), 0, "{}", page.body);
    market.app.clock.advance(SignedDuration::from_mins(55));
    let page = browser.get("/rates/live").await;
    assert_eq!(page.count("#rate-age[data-old]"), 0);
    assert_eq!(page.text("#rate-note"), "");
    market.app.clock.advance(SignedDuration::from_mins(7));
    let page = browser.get("/rates/live").await;
    assert_eq!(page.count("#rate-age[data-old]"), 1);
}

#[tokio::test]
async fn pairs_share_a_day_s_calls_and_each_has_the_source_that_covers_it() {
    let market = Market::with(&[("PASSBOOK_RATE_PAIRS", "EUR/USD,BTC/USD,eur-usd")]).await;
    rates::tick(market.app.ctx()).await.expect("it ticks");
    let sources = market
        .app
        .texts("SELECT pair || ' ' || source FROM quote ORDER BY pair");
    assert_eq!(sources.await, ["BTC/USD coinbase", "EUR/USD frankfurter"]);
    let euro = rates::pair(market.app.ctx(), None).expect("the first");
    let newest = rates::newest(market.app.ctx(), &euro).await.expect("read");
    assert_eq!(newest.expect("one").quote.source, "frankfurter");
    let market = Market::with(&[
        ("PASSBOOK_RATE_PAIRS", "EUR/USD,BTC/USD"),
        ("ALPHAVANTAGE_API_KEY", super::KEY),
    ])
    .await;
    let tick = async || rates::tick(market.app.ctx()).await.expect("it ticks");
    tick().await;
    for _ in 0..115 {
        market.app.clock.advance(SignedDuration::from_secs(60));
        tick().await;
    }
    assert_eq!(
        market.kept().await,
        2,
        "two pairs, 25 calls: each every 115.2 minutes"
    );
    market.app.clock.advance(SignedDuration::from_secs(60));
    tick().await;
    assert_eq!(market.kept().await, 4);
}

#[tokio::test]
async fn a_refusal_that_a_clock_wrote_which_was_set_back_since_does_not_last() {
    let market = Market::open().await;
    market.fetch().await.expect("a rate");
    let far = market.app.clock.now() + SignedDuration::from_hours(1_000);
    let store = &market.app.ctx().store;
    let noted = store.note_rate_refused("coinbase", RateRefusal::Away(None), far);
    noted.await.expect("noted");
    assert_eq!(market.source().await, "coinbase");
}
