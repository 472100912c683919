//! The pages of exchange rates, which need no log-in.

use domain::rate::{Pair, Quote, RateRefusal};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::app::{ADA, START, TestApp, eventually};

/// Pairs that no source has, so that the only rates are the test's own.
const OWN: (&str, &str) = ("PASSBOOK_RATE_PAIRS", "USD/BTC,BTC/USD");

async fn start() -> TestApp {
    TestApp::with(&[OWN, ("PASSBOOK_RATES", "builtin")]).await
}

/// Stores a rate that is this many minutes older than the start.
async fn keep(app: &TestApp, minutes: i64, rate: &str, bid: Option<&str>) {
    let start: Timestamp = START.parse().expect("a moment");
    let at = start - minutes.minutes();
    let quote = Quote {
        pair: Pair::new("USD", "BTC").expect("a pair"),
        source: "coinbase".into(),
        rate: rate.parse().expect("a decimal"),
        bid: bid.map(|bid| bid.parse().expect("a decimal")),
        ask: None,
        at,
    };
    app.ctx().store.keep_quote(&quote, at).await.expect("kept");
}

#[tokio::test]
async fn anybody_reads_the_newest_rate_and_its_last_day() {
    let app = start().await;
    keep(&app, 30 * 60, "1", None).await;
    keep(&app, 60, "0.00001491", None).await;
    keep(&app, 45, "0.00001492", None).await;
    keep(&app, 1, "1234567.123456789012345678900", Some("1234567.1")).await;
    let mut stranger = app.browser();
    let page = stranger.get("/rates/live").await;
    assert_eq!(
        (page.status, page.text("h1").as_str()),
        (200, "1 USD in BTC")
    );
    let figure = page.text("#rate-whole") + &page.text("#rate-decimals");
    assert_eq!(figure, "1,234,567.1234567890123456789");
    assert_eq!(page.text("#rate-bid"), "1,234,567.10");
    assert_eq!(page.text("#rate-ask"), "Not available");
    assert_eq!(page.text("#rate-time"), "21 Nov 2026, 09:59:00 UTC");
    assert_eq!(page.text("#rate-age"), "1 minute ago");
    assert_eq!(page.text("#rate-note"), "");
    // Yesterday's rate is not part of the day, and an hour's gap is wider than a quarter of an hour's.
    let across = page.attributes("#chart-rate tbody tr", "data-across");
    assert_eq!(across, ["983", "250", "0"], "the newest first");
    let rates = page.texts("#chart-rate tbody td");
    assert_eq!(rates.last().map(String::as_str), Some("0.00001491"));
    assert_eq!(
        page.attributes(".open-top .button", "href"),
        ["/log-in?next=%2Frates%2Flive"]
    );
    let named = stranger.get("/rates/live?pair=usd-btc").await;
    assert_eq!(named.text("h1"), "1 USD in BTC");
    assert!(stranger.cookies.is_empty(), "{:?}", stranger.cookies);
    assert_eq!(app.number("SELECT COUNT(*) FROM browser_session").await, 0);

    let mut ada = app.signed_up(&ADA).await;
    let overview = ada.get("/").await;
    assert_eq!(overview.text("a[href='/rates/live']"), "Exchange rates");
    let page = ada.get("/rates/live").await;
    assert_eq!(page.text("nav [aria-current=page]"), "Overview");
    assert_eq!(page.attributes("p.back a", "href"), ["/"]);
}

#[tokio::test]
async fn a_rate_that_becomes_old_says_so_and_a_missing_one_too() {
    let app = start().await;
    let mut stranger = app.browser();
    let page = stranger.get("/rates/live").await;
    assert_eq!(
        (page.status, page.text("h1").as_str()),
        (200, "USD/BTC: no rate yet")
    );
    assert!(
        page.text("#rate-note")
            .starts_with("The first rate will appear here")
    );
    keep(&app, 0, "0.5", None).await;
    let page = stranger.get("/rates/live").await;
    assert_eq!(page.text("#rate-note"), "");
    app.pass(SignedDuration::from_secs(181));
    let page = stranger.get("/rates/live").await;
    let note = "This rate is from 21 Nov 2026, 10:00:00 UTC. A new one will appear here.";
    assert_eq!(page.text("#rate-note .attention"), note);
    assert_eq!(page.count("#rate-age[data-old]"), 1);
}

#[tokio::test]
async fn a_source_that_refuses_is_named_until_it_gives_a_rate_again() {
    let app = start().await;
    let mut stranger = app.browser();
    let live = "/rates/live?pair=BTC-USD";
    eventually("the first rate", async || {
        let page = app.browser().get(live).await;
        (page.count("#rate-whole") == 1).then_some(())
    })
    .await;
    assert_eq!(stranger.get(live).await.text("#rate-note"), "");
    let (store, later) = (&app.ctx().store, app.clock.now() + 1.hour());
    let away = RateRefusal::Away(None);
    store
        .record_rate_refused("coinbase", away, later)
        .await
        .expect("noted");
    let note = stranger.get(live).await.text("#rate-note .attention");
    assert!(
        note.starts_with("Coinbase isn’t responding. This rate is from 21 Nov 2026, 10:00:0"),
        "{note}"
    );
    assert!(
        note.ends_with("We’ll keep trying, and a new one will appear here."),
        "{note}"
    );
    // A source that does not cover a pair is not mentioned.
    assert!(
        !stranger
            .get("/rates/live")
            .await
            .text("#rate-note")
            .contains("Coinbase")
    );
    store.record_rate_given("coinbase").await.expect("noted");
    assert_eq!(stranger.get(live).await.text("#rate-note"), "");
}

#[tokio::test]
async fn where_rates_are_off_both_pages_say_so_and_nothing_leads_there() {
    let app = TestApp::with(&[("PASSBOOK_RATES", "off")]).await;
    let mut ada = app.signed_up(&ADA).await;
    for mut browser in [app.browser(), ada.clone()] {
        for path in ["/rates/live", "/rates/live?pair=BTC-USD", "/rates/history"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 404, "{path}");
            assert_eq!(page.text("h1"), "Exchange rates are turned off", "{path}");
        }
        for path in ["/data/live-rates", "/data/rate-history"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
    }
    assert_eq!(ada.get("/").await.count("a[href^='/rates']"), 0);
}

#[tokio::test]
async fn a_pair_that_is_not_ours_leads_to_those_that_are() {
    let app = start().await;
    let mut stranger = app.browser();
    for pair in ["EUR-USD", "x", "%3Cscript%3E", "BTC%2FUSD%2FEUR"] {
        let page = stranger.get(&format!("/rates/live?pair={pair}")).await;
        assert_eq!(
            (page.status, page.text("h1").as_str()),
            (404, "This exchange rate isn’t available"),
            "{pair}"
        );
        let ways = page.attributes("main .actions a", "href");
        assert_eq!(
            ways,
            ["/rates/live?pair=USD-BTC", "/rates/live?pair=BTC-USD"]
        );
        let history = stranger
            .get(&format!("/rates/history?pair={pair}&range=week&from="))
            .await;
        assert_eq!(history.status, 200);
        assert!(
            history
                .text("#pair-problem")
                .starts_with("This exchange rate isn’t available.")
        );
        let other = history.attributes(".pairs a", "href").remove(1);
        assert_eq!(other, "/rates/history?pair=BTC-USD&range=week");
    }
}

#[tokio::test]
async fn the_history_is_paged_from_the_newest_on_and_nothing_is_lost() {
    let app = start().await;
    for n in 0..120 {
        keep(&app, 120 - n, &format!("{n}.000000001"), None).await;
    }
    let mut stranger = app.browser();
    let (mut rates, mut path) = (Vec::new(), "/rates/history?range=all".to_owned());
    for number in 1..=3 {
        let page = stranger.get(&path).await;
        assert_eq!(page.text(".pages p"), format!("Page {number} of 3"));
        rates.extend(page.texts(".rates tbody td:nth-child(2)"));
        assert_eq!(
            page.attributes("#chart-rate tbody tr", "data-down").len(),
            120
        );
        path = page.attribute("a[rel=next]", "href").unwrap_or_default();
    }
    assert_eq!(path, "", "there is no page after the last");
    let all: Vec<String> = (0..120).rev().map(|n| format!("{n}.000000001")).collect();
    assert_eq!(rates, all);

    for (page, problem) in [
        ("4", "There are only 3 pages."),
        ("0", "There’s no page with this number."),
        ("last", "There’s no page with this number."),
    ] {
        let page = stranger
            .get(&format!("/rates/history?range=all&page={page}"))
            .await;
        assert_eq!(
            (page.status, page.texts(".problem")),
            (200, vec![problem.to_owned()])
        );
        assert_eq!(page.texts(".pages a"), ["First", "Last"]);
        assert_eq!(
            page.attributes(".pages a", "href")[1],
            "/rates/history?range=all&page=3"
        );
        assert_eq!(page.count("#chart-rate"), 1, "the chart stays");
    }
}

#[tokio::test]
async fn the_history_is_narrowed_by_range_and_by_days() {
    let app = start().await;
    let days = [400, 40, 10, 2];
    for day in days {
        keep(&app, day * 24 * 60, &format!("{day}.5"), None).await;
    }
    keep(&app, 60, "0.75", Some("0.5")).await;
    let mut stranger = app.browser();
    let mut of = async |query: &str| {
        let page = stranger.get(&format!("/rates/history?{query}")).await;
        let current = page.text(".ranges [aria-current]");
        (current, page.texts(".rates tbody td:nth-child(2)").len())
    };
    assert_eq!(of("").await, ("Day".into(), 1));
    assert_eq!(of("range=week").await, ("Week".into(), 2));
    assert_eq!(of("range=month").await, ("Month".into(), 3));
    assert_eq!(of("range=year").await, ("Year".into(), 4));
    assert_eq!(of("range=all").await, ("All".into(), 5));
    assert_eq!(
        of("from=2026-11-11&to=2026-11-19").await,
        (String::new(), 2)
    );
    assert_eq!(of("range=all&to=2026-11-11").await, (String::new(), 3));
    assert_eq!(of("from=2027-01-01").await, (String::new(), 0));
    let page = stranger.get("/rates/history?range=week").await;
    let row = page.texts(".rates tbody tr:first-child > *");
    assert_eq!(
        row,
        ["21 Nov 2026, 09:00:00", "0.75", "0.50", "–", "Coinbase"]
    );
    let form = page
        .form("form.filter")
        .with("from", "2026-11-11")
        .with("to", "2026-11-12");
    let page = stranger.send(&form).await;
    assert_eq!(
        page.path,
        "/rates/history?pair=USD-BTC&from=2026-11-11&to=2026-11-12"
    );
    assert_eq!(page.count(".rates tbody tr"), 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_filter_is_told_and_what_was_typed_stays() {
    let app = start().await;
    keep(&app, 60, "0.75", None).await;
    let mut stranger = app.browser();
    let page = stranger
        .get("/rates/history?range=decade&from=2026-13-01&to=%3Cb%3E")
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.attribute("#from", "value").as_deref(),
        Some("2026-13-01")
    );
    assert_eq!(page.attribute("#to", "value").as_deref(), Some("<b>"));
    assert_eq!(page.attributes("[aria-invalid]", "id"), ["from", "to"]);
    assert_eq!(page.count(".problem"), 3);
    assert_eq!(page.count(".rates, main b"), 0);
    let page = stranger
        .get("/rates/history?from=2026-11-20&to=2026-11-19")
        .await;
    assert_eq!(
        page.texts(".problem"),
        ["The last day can’t be before the first."]
    );
}
