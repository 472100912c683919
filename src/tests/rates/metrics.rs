//! What `/metrics` reports about sources and subscribers.

use serde_json::json;

use super::subscribing::{Socket, connect};
use super::{KEY, fetch, refuse, source, start_with};
use crate::app::eventually;
use crate::metrics::{ON, scrape};

#[tokio::test]
async fn calls_of_sources_what_is_left_of_them_and_subscribers() {
    let app = start_with(&[("ALPHAVANTAGE_API_KEY", KEY), ON]).await;
    let before = scrape(&app).await;
    fetch(&app).await.expect("a rate");
    refuse(&app, "alphavantage", "error", json!("bad_key")).await;
    assert_eq!(source(&app).await, "coinbase");
    let after = scrape(&app).await;
    let more = |name, labels: &[(&str, &str)]| {
        let of = |it: &crate::metrics::text::Scrape| it.get(name, labels).unwrap_or_default();
        of(&after) - of(&before)
    };
    let calls = "passbook_rate_source_calls_total";
    for (source, outcome) in [
        ("alphavantage", "ok"),
        ("alphavantage", "key_refused"),
        ("coinbase", "ok"),
    ] {
        let labels = [("source", source), ("outcome", outcome)];
        assert_eq!(more(calls, &labels), 1.0, "{source} {outcome}");
    }
    let source = [("source", "alphavantage")];
    assert_eq!(
        more("passbook_rate_source_call_duration_seconds_count", &source),
        2.0
    );
    let left = "passbook_rate_source_calls_remaining";
    assert_eq!(more(left, &source), -2.0);
    let made = after.get(calls, &source).expect("calls");
    assert_eq!(after.get(left, &source), Some(25.0 - made));
    assert_eq!(
        after.get(left, &[("source", "coinbase")]),
        None,
        "nobody counts"
    );

    let first: Socket = connect(app.address(), &[]).await.expect("it listens");
    let second: Socket = connect(app.address(), &[]).await.expect("it listens");
    let subscribers = async |wanted| {
        eventually("the subscribers", || async {
            let now = scrape(&app)
                .await
                .get("passbook_websocket_subscribers", &[]);
            (now == Some(wanted)).then_some(())
        })
        .await;
    };
    subscribers(2.0).await;
    drop(first);
    subscribers(1.0).await;
    drop(second);
    subscribers(0.0).await;
}
