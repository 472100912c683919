//! Banks whose credentials a program sends: the built-in bank's MX side runs next to Passbook.

mod banks;
mod kept;
mod linking;
mod refused;
mod widget;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, ApiClient};
use crate::app::{ADA, TestApp, browsers, eventually};

/// MX's test bank, whose password decides what happens.
const MXBANK: &str = "mxbank";
/// A bank whose log-in is on its own site.
const OWN_LOGIN: &str = "mxbank_oauth";

/// Starts a Passbook with a bank on its own origin. Returns it and Ada's program.
async fn start() -> (TestApp, ApiClient) {
    let built = TestApp::build().plaid().mx().open_to_all();
    let app = built.setting("PASSBOOK_API_RATE", "0").start().await;
    let program = ApiClient::of(&app, &ADA).await;
    (app, program)
}

/// Returns the test bank's credentials, filled in.
async fn filled(program: &ApiClient, password: &str) -> Value {
    let bank = program.get(&format!("/banks/mx/{MXBANK}")).await;
    assert_eq!(bank.status, 200, "{}", bank.text);
    let fields = bank.json["fields"].as_array().expect("fields");
    assert_eq!(fields.len(), 2, "{}", bank.text);
    let each = fields.iter().zip(["mxuser", password]);
    each.map(|(field, value)| json!({ "field": field["id"], "value": value }))
        .collect()
}

/// Returns the body that links the test bank.
async fn link_request(program: &ApiClient, password: &str) -> Value {
    let credentials = filled(program, password).await;
    json!({ "provider": "mx", "institution_id": MXBANK, "credentials": credentials })
}

/// Links the test bank; returns the connection's id.
async fn link(program: &ApiClient, password: &str) -> String {
    let wanted = link_request(program, password).await;
    let answer = program.post("/connections/credentials", &wanted).await;
    id_of(&answer)
}

/// Sends new credentials for the connection.
async fn again(program: &ApiClient, id: &str, password: &str) -> Answer {
    let body = json!({ "credentials": filled(program, password).await });
    let path = format!("/connections/{id}/credentials");
    program.post(&path, &body).await
}

/// Returns how a connection stands.
async fn link_status(program: &ApiClient, id: &str) -> Answer {
    let path = format!("/connections/{id}/status");
    let answer = program.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// Waits while the status is `processing`, and asserts that it becomes this one.
async fn comes_to(app: &TestApp, program: &ApiClient, id: &str, status: &str) -> Value {
    eventually(status, async || {
        let told = link_status(program, id).await;
        if told.json["link_status"] == status {
            return Some(told.json);
        }
        assert_eq!(told.json["link_status"], "processing", "{}", told.text);
        app.pass_unless_busy(SignedDuration::from_secs(3)).await;
        None
    })
    .await
}

/// Gives the same answer to each challenge of a connection.
async fn answer(app: &TestApp, program: &ApiClient, id: &str, value: &str) -> Answer {
    let asked = comes_to(app, program, id, "challenged").await;
    let asked = asked["challenges"].as_array().expect("challenges").clone();
    let answers: Value = asked
        .iter()
        .map(|one| json!({ "challenge": one["id"], "value": value }))
        .collect();
    let path = format!("/connections/{id}/answers");
    program.post(&path, &json!({ "answers": answers })).await
}

/// Calls the bank's own API in MX's format.
async fn at_mx(app: &TestApp, method: Method, path: &str, body: Value) -> Value {
    let address = format!("{}{path}", app.bank().url);
    let request = browsers().request(method, address);
    let request = request
        .basic_auth(crate::bank::CLIENT_ID, Some(crate::bank::SECRET))
        .header("accept-version", "v20250224")
        .json(&body);
    let answer = request.send().await.expect("an answer");
    let answer = answer.text().await.expect("a body");
    serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{path}: {answer}"))
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = answer.json["connection"]["id"].as_str();
    id.expect("an id").to_owned()
}
