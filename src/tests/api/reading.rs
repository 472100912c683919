//! Linking through the API, and reading what the bank holds.

use reqwest::Method;
use serde_json::{Value, json};

use super::Program;
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::books::{expected, profile};
use crate::hosted_link::PLATYPUS;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

#[tokio::test]
async fn the_description_is_served() {
    let app = TestApp::start().await;
    let program = Program::new(&app);
    let answer = program.get("/api/openapi.json").await;
    std::fs::write("/tmp/openapi.json", &answer.text).ok();
    assert_eq!(answer.json["openapi"], "3.1.0");
}
