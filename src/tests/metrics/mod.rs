//! `/metrics`: what it counts, what it reads, and what it never reveals.

mod bounded;
mod counted;
mod door;
pub mod text;

use reqwest::StatusCode;

use crate::app::{TestApp, browsers};
use text::Scrape;

/// The setting that switches it on.
pub const ON: (&str, &str) = ("PASSBOOK_METRICS_LISTEN", "127.0.0.1:0");

/// Returns its address.
pub fn address(app: &TestApp) -> String {
    let address = app.ctx().config.metrics_listen;
    format!("http://{}/metrics", address.expect("it is on"))
}

/// Returns its current content.
pub async fn scrape(app: &TestApp) -> Scrape {
    let answer = browsers().get(address(app)).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = &answer.headers()["content-type"];
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    Scrape::read(answer.text().await.expect("a text"))
}
