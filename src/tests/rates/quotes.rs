//! `/api/v1/quotes`: numbered pages, all rows at once, and a fetch on request.

use domain::access::{Scope, Scopes};
use domain::rate::{Pair, Quote};
use jiff::{SignedDuration, Timestamp, ToSpan};
use passbook::rates;
use reqwest::Method;
use serde_json::{Value, json};

use super::{clear, kept_quotes, refuse, set, start_with, start_with_key};
use crate::api::{Answer, ApiClient};
use crate::app::{ADA, TestApp};

/// A pair that no source has: its only quotes are the test's own.
const GOLD: &str = "GOLD/USD";

/// Starts with a program of Ada's and this many quotes of gold: one a minute, each a dollar more than the one before.
async fn with_kept(count: i64) -> (TestApp, ApiClient, Timestamp) {
    let app = start_with(&[("PASSBOOK_RATE_PAIRS", "GOLD/USD,BTC/USD")]).await;
    let begin = app.clock.now() - SignedDuration::from_mins(count);
    for n in 1..=count {
        let at = begin + n.minutes();
        let quote = Quote {
            pair: Pair::parse(GOLD).expect("a pair"),
            source: "coinbase".into(),
            rate: format!("{n}.50").parse().expect("a decimal"),
            bid: None,
            ask: None,
            at,
        };
        let kept = app.ctx().store.keep_quote(&quote, at).await;
        assert_eq!(kept.expect("kept").place, n);
    }
    let program = ApiClient::of(&app, &ADA).await;
    (app, program, begin)
}

fn figures(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = match &answer.json {
        Value::Array(rows) => rows,
        page => page["data"].as_array().expect("rows"),
    };
    let rates = rows.iter().map(|row| row["exchange_rate"].as_str());
    rates.map(|rate| rate.expect("a rate").to_owned()).collect()
}

fn from_to(first: i64, last: i64) -> Vec<String> {
    let down = (last..=first).rev();
    down.map(|n| format!("{n}.50")).collect()
}

#[tokio::test]
async fn pages_of_any_length_are_numbered_and_the_newest_comes_first() {
    let (_app, program, _) = with_kept(25).await;
    for (query, pages, first, last) in [
        ("per_page=10", 3, 25, 16),
        ("per_page=10&page=1", 3, 25, 16),
        ("per_page=10&page=3", 3, 5, 1),
        ("per_page=30", 1, 25, 1),
        ("per_page=25", 1, 25, 1),
        ("per_page=24&page=2", 2, 1, 1),
        ("per_page=1&page=25", 25, 1, 1),
        ("per_page=1000", 1, 25, 1),
    ] {
        let page = program.get(&format!("/quotes?{query}")).await;
        assert_eq!(figures(&page), from_to(first, last), "{query}");
        assert_eq!(page.json["total_pages"], pages, "{query}");
        assert_eq!(page.json.as_object().map(|page| page.len()), Some(2));
    }
    for past in ["page=4", "page=4294967295", "page=1000000"] {
        let page = program.get(&format!("/quotes?per_page=10&{past}")).await;
        assert_eq!(figures(&page), [""; 0], "{past}");
        assert_eq!(page.json["total_pages"], 3, "{past}");
    }
}

#[tokio::test]
async fn what_is_no_page_is_refused_and_all_that_is_wrong_is_told() {
    let (_app, program, _) = with_kept(1).await;
    for per_page in [
        "0",
        "-1",
        "abc",
        "1000000000",
        "1001",
        "1.5",
        "",
        "1e3",
        "%00",
    ] {
        let page = program.get(&format!("/quotes?per_page={per_page}")).await;
        assert_eq!(page.is_problem(422).wrong(), ["per_page"], "{per_page}");
    }
    for page in ["0", "-1", "abc", "4294967296", "99999999999999999999"] {
        let page = program
            .get(&format!("/quotes?per_page=10&page={page}"))
            .await;
        assert_eq!(page.is_problem(422).wrong(), ["page"]);
    }
    for (query, wrong) in [
        ("page=1", &["page"][..]),
        ("pair=BTC", &["pair"]),
        ("pair=ETH/USD", &["pair"]),
        ("from=yesterday&to=2026-11-21", &["from", "to"]),
        ("from=2026-11-21T10:00:00Z&to=2026-11-21T10:00:00Z", &["to"]),
        (
            "per_page=0&page=0&from=x&order=up",
            &["from", "order", "page", "per_page"],
        ),
    ] {
        let page = program.get(&format!("/quotes?{query}")).await;
        assert_eq!(page.is_problem(422).wrong(), wrong, "{query}");
    }
}

#[tokio::test]
async fn a_span_of_time_is_read_and_its_pages_stay_while_more_comes() {
    let (app, program, begin) = with_kept(25).await;
    let moment = |n: i64| (begin + n.minutes()).to_string();
    let span = format!("from={}&to={}", moment(5), moment(15));
    let page = program
        .get(&format!("/quotes?{span}&per_page=4&page=2"))
        .await;
    assert_eq!(figures(&page), from_to(10, 7));
    assert_eq!(page.json["total_pages"], 3);
    let all = program.get(&format!("/quotes?{span}")).await;
    assert_eq!(figures(&all), from_to(14, 5));
    let none = program
        .get(&format!("/quotes?to={}&per_page=4", moment(1)))
        .await;
    assert_eq!(
        (figures(&none).len(), &none.json["total_pages"]),
        (0, &json!(0))
    );
    let fixed = format!("/quotes?per_page=10&page=2&to={}", moment(26));
    let before = program.get(&fixed).await;
    let gold = Pair::parse(GOLD).expect("a pair");
    let newest = rates::newest(app.ctx(), &gold).await.expect("read");
    let mut quote = newest.expect("one").quote;
    quote.at += 9.minutes();
    let kept = app.ctx().store.keep_quote(&quote, begin + 30.minutes());
    kept.await.expect("kept");
    assert_eq!(program.get(&fixed).await.text, before.text);
    assert_eq!(figures(&before), from_to(15, 6));
}

#[tokio::test]
async fn without_per_page_all_rows_are_one_list() {
    // More than one read fetches.
    let (_app, program, _) = with_kept(1_203).await;
    let all = program.get("/quotes").await;
    assert_eq!(figures(&all), from_to(1_203, 1));
    assert_eq!(all.header("content-type"), "application/json");
    let other = program
        .get("/quotes?pair=btc-usd&to=2020-01-01T00:00:00Z")
        .await;
    assert_eq!(other.text, "[]");
    let last = program.get("/quotes?per_page=1&page=1203").await;
    let row = &last.json["data"][0];
    assert_eq!(row["from_curr_code"], "GOLD");
    assert_eq!(row["to_curr_code"], "USD");
    assert_eq!(row["bid_price"], Value::Null);
    assert_eq!(row["source"], "coinbase");
    for time in ["fetch_time", "source_time", "first_fetch_time"] {
        let text = row[time].as_str().expect("a time");
        text.parse::<Timestamp>().expect("a time");
    }
}

#[tokio::test]
async fn a_rate_is_fetched_on_request_and_kept() {
    let app = start_with_key().await;
    set(&app, "67000.12345678").await;
    let program = ApiClient::of(&app, &ADA).await;
    let made = program.ask(Method::POST, "/quotes", None, &[]).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json["from_curr_code"], "BTC");
    assert_eq!(made.json["to_curr_code"], "USD");
    assert_eq!(made.json["exchange_rate"], "67000.12345678");
    assert_eq!(made.json["fetch_time"], app.clock.now().to_string());
    assert!(made.json["bid_price"].is_string() && made.json["ask_price"].is_string());
    assert_eq!(made.json["source"], "alphavantage");
    let newest = program.get("/quotes?per_page=1").await;
    assert_eq!(newest.json["data"][0], made.json);
    // Alpha Vantage's quota is used up, so another source is asked.
    refuse(&app, "alphavantage", "error", json!("quota")).await;
    app.clock.advance(SignedDuration::from_secs(60));
    let next = program
        .ask(Method::POST, "/quotes?pair=BTC/USD", None, &[])
        .await;
    assert_eq!(
        (next.status, &next.json["source"]),
        (201, &json!("coinbase"))
    );
    // When that refuses too, the answer says when to try again, and nothing is stored.
    let kept = kept_quotes(&app).await;
    refuse(&app, "coinbase", "error", json!(429)).await;
    let refused = program.ask(Method::POST, "/quotes", None, &[]).await;
    assert_eq!(refused.is_problem(503).header("retry-after"), "60");
    assert_eq!(kept_quotes(&app).await, kept);
    // Sent twice with the same key, it is fetched once.
    clear(&app, "coinbase").await;
    app.clock.advance(SignedDuration::from_secs(60));
    let key = [("idempotency-key", "once")];
    let once = program.ask(Method::POST, "/quotes", None, &key).await;
    let again = program.ask(Method::POST, "/quotes", None, &key).await;
    assert_eq!((once.status, once.text), (again.status, again.text));
    assert_eq!(kept_quotes(&app).await, kept + 1);
}

#[tokio::test]
async fn who_may_read_and_who_may_fetch() {
    let (app, program, _) = with_kept(1).await;
    let app = &app;
    let key = async |scopes: &[Scope]| {
        let scopes: Scopes = scopes.iter().copied().collect();
        program.with(&app.key(&ADA, scopes).await)
    };
    let (reader, fetcher) = (key(&[Scope::Read]).await, key(&[Scope::Sync]).await);
    assert_eq!(reader.get("/quotes").await.status, 200);
    let fetch = "/quotes?pair=BTC/USD";
    reader
        .ask(Method::POST, fetch, None, &[])
        .await
        .is_problem(403);
    fetcher.get("/quotes").await.is_problem(403);
    assert_eq!(
        fetcher.ask(Method::POST, fetch, None, &[]).await.status,
        201
    );
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = program.ask(method.clone(), "/quotes", None, &[]).await;
        answer.is_problem(405);
        let allowed = answer.header("allow");
        assert!(
            allowed.contains("GET") && allowed.contains("POST"),
            "{allowed}"
        );
    }
    ApiClient::new(app).get("/quotes").await.is_unauthorized();
    app.clock.advance(SignedDuration::from_hours(1));
    program.get("/quotes").await.is_unauthorized();
    let expired = program.ask(Method::POST, "/quotes", None, &[]).await;
    expired.is_unauthorized();
}

#[tokio::test]
async fn where_rates_are_switched_off_the_api_says_so() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    for method in [Method::GET, Method::POST] {
        let answer = program.ask(method, "/quotes", None, &[]).await;
        let detail = answer.is_problem(404).text_of("detail");
        assert!(detail.contains("turned off"), "{detail}");
    }
}
