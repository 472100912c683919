//! Banks whose credentials a program sends: the built-in bank's MX side runs next to Passbook.

mod banks;
mod kept;
mod linking;
mod refused;
mod widget;

use domain::clock::Clock;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, ApiClient};
use crate::app::{ADA, START, TestApp, eventually};
use crate::bank::OwnBank;

/// MX's test bank, whose password decides what happens.
const MXBANK: &str = "mxbank";
/// A bank whose log-in is on its own site.
const OWN_LOGIN: &str = "mxbank_oauth";

/// A bank, Passbook, and a person's program.
struct Typed {
    bank: OwnBank,
    app: TestApp,
    program: ApiClient,
}

impl Typed {
    async fn start() -> Self {
        let bank = OwnBank::open(&clock()).await;
        let mut settings = bank.settings().to_vec();
        settings.extend(bank.mx_settings());
        settings.push(("PASSBOOK_API_RATE", "0"));
        settings.push(("PASSBOOK_SIGNUP", "open"));
        let app = TestApp::with(&settings).await;
        let program = ApiClient::of(&app, &ADA).await;
        Self { bank, app, program }
    }

    /// Returns the test bank's credentials, filled in.
    async fn filled(&self, password: &str) -> Value {
        let bank = self.program.get(&format!("/banks/mx/{MXBANK}")).await;
        assert_eq!(bank.status, 200, "{}", bank.text);
        let fields = bank.json["fields"].as_array().expect("fields");
        assert_eq!(fields.len(), 2, "{}", bank.text);
        let each = fields.iter().zip(["mxuser", password]);
        each.map(|(field, value)| json!({ "field": field["id"], "value": value }))
            .collect()
    }

    /// Returns the body that links the test bank.
    async fn wanted(&self, password: &str) -> Value {
        let credentials = self.filled(password).await;
        json!({ "provider": "mx", "institution_id": MXBANK, "credentials": credentials })
    }

    /// Links the test bank; returns the connection's id.
    async fn link(&self, password: &str) -> String {
        let wanted = self.wanted(password).await;
        let answer = self.program.post("/connections/credentials", &wanted).await;
        id_of(&answer)
    }

    /// Sends new credentials for the connection.
    async fn again(&self, id: &str, password: &str) -> Answer {
        let body = json!({ "credentials": self.filled(password).await });
        let path = format!("/connections/{id}/credentials");
        self.program.post(&path, &body).await
    }

    async fn status(&self, id: &str) -> Answer {
        let path = format!("/connections/{id}/status");
        let answer = self.program.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    /// Waits while the status is `processing`, and asserts that it becomes this one.
    async fn comes_to(&self, id: &str, status: &str) -> Value {
        eventually(status, async || {
            let told = self.status(id).await;
            if told.json["link_status"] == status {
                return Some(told.json);
            }
            assert_eq!(told.json["link_status"], "processing", "{}", told.text);
            self.app
                .pass_unless_busy(SignedDuration::from_secs(3))
                .await;
            None
        })
        .await
    }

    /// Gives the same answer to each challenge of a connection.
    async fn answer(&self, id: &str, value: &str) -> Answer {
        let asked = self.comes_to(id, "challenged").await;
        let asked = asked["challenges"].as_array().expect("challenges").clone();
        let answers: Value = asked
            .iter()
            .map(|one| json!({ "challenge": one["id"], "value": value }))
            .collect();
        let path = format!("/connections/{id}/answers");
        self.program
            .post(&path, &json!({ "answers": answers }))
            .await
    }

    /// Makes the bank misbehave.
    async fn misbehave(&self, deed: &str, order: Value) {
        let path = format!("/misbehave/{deed}");
        let done = self.bank.ask(&self.program.http, &path, order).await;
        assert!(done["error_code"].is_null(), "{done}");
    }

    /// Calls the bank's own API in MX's format.
    async fn at_mx(&self, method: Method, path: &str, body: Value) -> Value {
        let address = format!("{}{path}", self.bank.url);
        let request = self.program.http.request(method, address);
        let request = request
            .basic_auth(crate::bank::CLIENT_ID, Some(crate::bank::SECRET))
            .header("accept-version", "v20250224")
            .json(&body);
        let answer = request.send().await.expect("an answer");
        let answer = answer.text().await.expect("a body");
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{path}: {answer}"))
    }
}

fn clock() -> Clock {
    Clock::settable(START.parse().expect("a moment"))
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = answer.json["connection"]["id"].as_str();
    id.expect("an id").to_owned()
}
