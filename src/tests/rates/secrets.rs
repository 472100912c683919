//! The key of a source that repeats it in its refusals.

use domain::access::Scopes;
use passbook::rates;
use reqwest::Method;
use serde_json::json;

use super::{KEY, clear, refuse, start_with_key};
use crate::api::ApiClient;
use crate::app::ADA;
use crate::log;

#[tokio::test]
async fn a_key_is_in_no_log_no_answer_no_page_and_no_file() {
    log::keep_out(KEY);
    let app = start_with_key().await;
    let mut browser = app.signed_up(&ADA).await;
    let key = app.key(&ADA, Scopes::all()).await;
    let program = ApiClient::new(&app).with(&key);
    let mut said = Vec::new();
    for code in [
        "quota",
        "quota_note",
        "bad_key",
        "burst",
        "premium",
        "invalid_call",
    ] {
        refuse(&app, "alphavantage", "error", json!(code)).await;
        refuse(&app, "coinbase", "error", json!(500)).await;
        rates::tick(app.ctx()).await.expect("it ticks");
        let refused = program.ask(Method::POST, "/quotes", None, &[]).await;
        refused.is_problem(503);
        said.push(refused.text);
        said.push(browser.get("/rates/live").await.body);
        said.push(format!("{:?}", app.ctx()));
        clear(&app, "alphavantage").await;
        clear(&app, "coinbase").await;
        app.clock.advance(jiff::SignedDuration::from_hours(25));
        let fetched = program.ask(Method::POST, "/quotes", None, &[]).await;
        assert_eq!(fetched.status, 201, "{}", fetched.text);
        said.push(fetched.text);
        said.push(program.get("/quotes").await.text);
    }
    for text in said {
        assert!(!text.contains(KEY), "{text}");
    }
    assert!(!app.is_kept(KEY));
    let (lines, leaks) = log::heard();
    assert!(lines > 0);
    assert!(!leaks.iter().any(|line| line.contains(KEY)), "{leaks:?}");
}
