//! Reasons of failures: a word that is the same for every provider, next to the provider's own code.

use domain::problem::Reason;
use reqwest::Method;
use serde_json::{Value, json};

use super::Linked;
use crate::app::{TestApp, eventually};

#[tokio::test]
async fn a_problem_is_told_with_its_code_and_its_reason() {
    let linked = Linked::start().await;
    let (bank, program) = (linked.app.bank(), &linked.program);
    let item = linked.app.texts("SELECT item_id FROM connection").await;
    let wanted =
        json!({ "item_id": item[0], "error_code": "PASSWORD_RESET_REQUIRED", "quiet": true });
    bank.misbehave("item/error", wanted).await;
    let path = format!("/connections/{}", linked.connection);
    let sync = format!("{path}/sync");
    let asked = program.ask(Method::POST, &sync, None, &[]).await;
    let job = asked.json["job"]["id"].as_str().expect("a job").to_owned();
    let connection = eventually("the problem", async || {
        linked.app.pass(jiff::SignedDuration::from_millis(200));
        let connection = program.get(&path).await.json;
        connection["problem"].is_object().then_some(connection)
    })
    .await;
    assert_eq!(connection["link_status"], "other_error");
    assert_eq!(connection["reason"], "new_password_needed");
    assert_eq!(connection["transactions_status"], "failed");
    let problem = &connection["problem"];
    let told = [&problem["code"], &problem["reason"], &problem["remedy"]];
    assert_eq!(
        told,
        [
            "PASSWORD_RESET_REQUIRED",
            "new_password_needed",
            "act_at_bank"
        ]
    );
    let run = eventually("the end of the run", async || {
        let job = program.get(&format!("/jobs/{job}")).await.json;
        let run = job["last_run"].clone();
        (run["outcome"] == "failed").then_some(run)
    })
    .await;
    assert_eq!(run["error_code"], "PASSWORD_RESET_REQUIRED", "{run}");
    assert_eq!(run["reason"], "new_password_needed", "{run}");
    let books = linked.app.books().await;
    let refused = "SELECT COUNT(*) FROM connection WHERE problem_reason = 'new_password_needed' AND problem_remedy = 'act_at_bank'";
    assert_eq!(books.number(refused).await, 1);
}

#[tokio::test]
async fn a_refusal_is_told_with_its_reason() {
    let linked = Linked::start().await;
    let (bank, program) = (linked.app.bank(), &linked.program);
    let fault = json!({ "endpoint": "/link/token/create", "fault": "error", "error_code": "INVALID_API_KEYS",
        "error_type": "INVALID_INPUT", "until_cleared": true });
    bank.misbehave("fault/add", fault).await;
    let refused = program.post("/link-tokens", &json!({})).await;
    refused.is_problem(502);
    assert_eq!(refused.json["code"], "INVALID_API_KEYS", "{}", refused.text);
    assert_eq!(refused.json["reason"], "keys", "{}", refused.text);
}

#[tokio::test]
async fn the_description_lists_every_reason() {
    let app = TestApp::start().await;
    let page = app.browser().get("/api/openapi.json").await;
    let description: Value = serde_json::from_str(&page.body).expect("JSON");
    let problem = &description["components"]["schemas"]["ConnectionProblem"];
    let words = problem["properties"]["reason"]["enum"].as_array();
    let all: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(words.expect("words"), &all);
    let told = &description["components"]["schemas"]["Standing"];
    let words = told["properties"]["reason"]["enum"].as_array();
    let words = words.expect("words").split_last();
    assert_eq!(
        words,
        Some((&Value::Null, &json!(all).as_array().expect("words")[..]))
    );
}
