//! The chain of sources: which is asked, how often, and what follows a refusal.

use domain::rate::RateRefusal;
use jiff::SignedDuration;
use passbook::rates::{self, RatesError};
use serde_json::{Value, json};

use super::{
    clear, fetch, kept_quotes, refuse, set, source, standing_of, start, start_with, start_with_key,
};

#[tokio::test]
async fn the_first_source_that_is_set_up_gives_the_rate_with_every_digit() {
    let app = start().await;
    set(&app, "67000.12345678").await;
    let kept = fetch(&app).await.expect("a rate");
    assert_eq!(kept.quote.source, "coinbase");
    assert!(kept.quote.bid < Some(kept.quote.rate) && Some(kept.quote.rate) < kept.quote.ask);
    let app = start_with_key().await;
    set(&app, "67000.12345678").await;
    let kept = fetch(&app).await.expect("a rate");
    assert_eq!(kept.quote.source, "alphavantage");
    assert_eq!(kept.quote.rate.to_string(), "67000.12345678");
    let stored = app.texts("SELECT rate FROM quote").await;
    assert!(stored.contains(&"67000.12345678".to_owned()), "{stored:?}");
}

/// Every refusal of Alpha Vantage, all of which but the last four arrive with status 200.
#[tokio::test]
async fn each_refusal_is_told_apart_and_the_next_source_gives_the_rate() {
    let app = start_with_key().await;
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
        refuse(&app, "alphavantage", fault, code.clone()).await;
        let now = app.clock.now();
        assert_eq!(source(&app).await, "coinbase", "{fault} {code}");
        let standing = standing_of(&app, "alphavantage").await;
        assert_eq!(standing.refusal.as_deref(), Some(refusal), "{fault} {code}");
        let until = standing.not_before.expect("it is left alone");
        assert_eq!(until.duration_since(now).as_secs(), wait, "{fault} {code}");
        // It works again, but is not asked earlier.
        clear(&app, "alphavantage").await;
        app.clock.advance(SignedDuration::from_secs(wait - 1));
        assert_eq!(source(&app).await, "coinbase", "{fault} {code}");
        app.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(source(&app).await, "alphavantage", "{fault} {code}");
        let standing = standing_of(&app, "alphavantage").await;
        assert_eq!((standing.refusal, standing.refusals), (None, 0));
        // Keeps the daily quota out of this test.
        app.clock.advance(SignedDuration::from_hours(24));
    }
}

#[tokio::test]
async fn a_source_without_the_pair_is_asked_again_a_day_later() {
    let app = start_with_key().await;
    let invalid = json!("invalid_call");
    refuse(&app, "alphavantage", "error", invalid).await;
    assert_eq!(source(&app).await, "coinbase");
    assert_eq!(standing_of(&app, "alphavantage").await.refusal, None);
    clear(&app, "alphavantage").await;
    assert_eq!(source(&app).await, "coinbase");
    app.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(source(&app).await, "alphavantage");
}

#[tokio::test]
async fn a_quota_that_stays_used_up_is_tried_ever_less_and_on_the_next_day() {
    let app = start_with_key().await;
    refuse(&app, "alphavantage", "error", json!("quota")).await;
    // At 10, 11 and 13 o'clock. Then it would be 17 o'clock, and 1 o'clock, which is the next day.
    for hours in [1, 2, 4, 7] {
        let now = app.clock.now();
        assert_eq!(source(&app).await, "coinbase");
        let until = standing_of(&app, "alphavantage").await.not_before;
        let wait = until.expect("a time").duration_since(now);
        assert_eq!(wait.as_hours(), hours);
        app.clock.advance(wait);
    }
    clear(&app, "alphavantage").await;
    assert_eq!(source(&app).await, "alphavantage");
}

#[tokio::test]
async fn no_more_than_a_day_s_calls_are_made_whoever_restarts() {
    let app = start_with_key().await;
    let calls = "SELECT calls FROM rate_source WHERE source = 'alphavantage'";
    let mut given = 0;
    while source(&app).await == "alphavantage" {
        given += 1;
        assert!(given <= 25, "a free key has 25 calls a day");
    }
    assert_eq!(app.number(calls).await, 25);
    let app = app.restarted().await;
    assert_eq!(source(&app).await, "coinbase");
    assert_eq!(app.number(calls).await, 25);
    app.clock.advance(SignedDuration::from_hours(14));
    assert_eq!(source(&app).await, "alphavantage");
}

#[tokio::test]
async fn a_new_key_is_tried_at_once_after_a_restart() {
    let app = start_with_key().await;
    refuse(&app, "alphavantage", "error", json!("bad_key")).await;
    assert_eq!(source(&app).await, "coinbase");
    clear(&app, "alphavantage").await;
    let app = app
        .restarted_with(&[("ALPHAVANTAGE_API_KEY", "another")])
        .await;
    assert_eq!(source(&app).await, "alphavantage");
}

#[tokio::test]
async fn who_asks_while_it_is_fetched_gets_the_same() {
    let app = start().await;
    fetch(&app).await.expect("a rate");
    refuse(&app, "coinbase", "slow", Value::Null).await;
    let calls = "SELECT calls FROM rate_source WHERE source = 'coinbase'";
    let before = app.number(calls).await;
    app.clock.advance(SignedDuration::from_secs(5));
    let (one, two, three) = tokio::join!(fetch(&app), fetch(&app), fetch(&app));
    let places = [one, two, three].map(|kept| kept.expect("a rate").place);
    assert_eq!(places, [places[0]; 3]);
    assert_eq!(app.number(calls).await, before + 1);
}

#[tokio::test]
async fn when_everybody_refuses_nothing_is_kept_and_the_wait_is_the_shortest() {
    let app = start_with_key().await;
    source(&app).await;
    let kept = kept_quotes(&app).await;
    app.clock.advance(SignedDuration::from_secs(60));
    refuse(&app, "alphavantage", "error", json!("quota")).await;
    refuse(&app, "coinbase", "error", json!(500)).await;
    let now = app.clock.now();
    let Err(RatesError::Refused(until)) = fetch(&app).await else {
        panic!("somebody gave a rate");
    };
    assert_eq!(until.duration_since(now).as_secs(), 30);
    assert_eq!(kept_quotes(&app).await, kept);
    // No source is asked before that.
    let calls = "SELECT SUM(calls) FROM rate_source";
    let asked = app.number(calls).await;
    assert!(matches!(fetch(&app).await, Err(RatesError::Refused(at)) if at == until));
    assert_eq!(app.number(calls).await, asked);
}

/// The program's own tick may fall in between: it finds nothing due.
#[tokio::test]
async fn a_tick_fetches_what_is_due_and_no_more() {
    let app = start_with_key().await;
    let tick = async || rates::tick(app.ctx()).await.expect("it ticks");
    tick().await;
    assert_eq!(kept_quotes(&app).await, 1);
    // A free key allows one call every 57.6 minutes, and its rate stands until the next.
    for _ in 0..57 {
        app.clock.advance(SignedDuration::from_secs(60));
        tick().await;
    }
    assert_eq!(kept_quotes(&app).await, 1);
    app.clock.advance(SignedDuration::from_secs(60));
    tick().await;
    assert_eq!(kept_quotes(&app).await, 2);
    // Without that source, every minute has its rate.
    refuse(&app, "alphavantage", "error", json!("quota")).await;
    app.clock.advance(SignedDuration::from_hours(1));
    for minute in 1..=5 {
        tick().await;
        assert_eq!(kept_quotes(&app).await, 2 + minute);
        tick().await;
        assert_eq!(kept_quotes(&app).await, 2 + minute);
        app.clock.advance(SignedDuration::from_secs(60));
    }
}

#[tokio::test]
async fn a_rate_is_old_when_its_source_should_have_given_the_next() {
    let app = start_with_key().await;
    let mut browser = app.browser();
    let page = browser.get("/rates/live").await;
    assert_eq!(page.count("#rate-age[data-old]"), 0, "{}", page.body);
    app.clock.advance(SignedDuration::from_mins(55));
    let page = browser.get("/rates/live").await;
    assert_eq!(page.count("#rate-age[data-old]"), 0);
    assert_eq!(page.text("#rate-note"), "");
    app.clock.advance(SignedDuration::from_mins(7));
    let page = browser.get("/rates/live").await;
    assert_eq!(page.count("#rate-age[data-old]"), 1);
}

#[tokio::test]
async fn pairs_share_a_day_s_calls_and_each_has_the_source_that_covers_it() {
    let app = start_with(&[("PASSBOOK_RATE_PAIRS", "EUR/USD,BTC/USD,eur-usd")]).await;
    rates::tick(app.ctx()).await.expect("it ticks");
    let sources = app.texts("SELECT pair || ' ' || source FROM quote ORDER BY pair");
    assert_eq!(sources.await, ["BTC/USD coinbase", "EUR/USD frankfurter"]);
    let euro = rates::pair(app.ctx(), None).expect("the first");
    let newest = rates::newest(app.ctx(), &euro).await.expect("read");
    assert_eq!(newest.expect("one").quote.source, "frankfurter");
    let app = start_with(&[
        ("PASSBOOK_RATE_PAIRS", "EUR/USD,BTC/USD"),
        ("ALPHAVANTAGE_API_KEY", super::KEY),
    ])
    .await;
    let tick = async || rates::tick(app.ctx()).await.expect("it ticks");
    tick().await;
    for _ in 0..115 {
        app.clock.advance(SignedDuration::from_secs(60));
        tick().await;
    }
    assert_eq!(
        kept_quotes(&app).await,
        2,
        "two pairs, 25 calls: each every 115.2 minutes"
    );
    app.clock.advance(SignedDuration::from_secs(60));
    tick().await;
    assert_eq!(kept_quotes(&app).await, 4);
}

#[tokio::test]
async fn a_refusal_that_a_clock_wrote_which_was_set_back_since_does_not_last() {
    let app = start().await;
    fetch(&app).await.expect("a rate");
    let far = app.clock.now() + SignedDuration::from_hours(1_000);
    let store = &app.ctx().store;
    let noted = store.record_rate_refused("coinbase", RateRefusal::Away(None), far);
    noted.await.expect("noted");
    assert_eq!(source(&app).await, "coinbase");
}
