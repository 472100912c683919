//! MX's wire over HTTP, as a client sees it.

mod bank;
mod challenges;
mod doors;
mod faults;
mod lists;
mod misbehave;
mod panel;
mod shapes;
mod webhooks;
mod whole_way;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::TestBank;

/// A client of MX's wire with a user at a bank, in one of the two API versions.
pub struct Mx<'a> {
    pub bank: &'a TestBank,
    pub user: String,
    pub version: &'static str,
}

/// Returns a Basic authentication header. The bank accepts any client id and key.
pub fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

/// Makes one call in the newer version. Returns the status and the body, or null without a body.
pub async fn call(bank: &TestBank, method: &str, path: &str, body: Value) -> (u16, Value) {
    call_in(bank, "v20250224", method, path, body).await
}

pub async fn call_in(
    bank: &TestBank,
    version: &str,
    method: &str,
    path: &str,
    body: Value,
) -> (u16, Value) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", basic("client:key"));
    request = match version {
        "v20250224" => request
            .header("accept", "application/json")
            .header("accept-version", version),
        _ => request.header("accept", "application/vnd.mx.api.v1+json"),
    };
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    let (status, text) = bank.send(request.body(body).expect("a request")).await;
    (status, serde_json::from_str(&text).unwrap_or_default())
}

impl<'a> Mx<'a> {
    /// Creates a user.
    pub async fn new(bank: &'a TestBank) -> Self {
        Self::speaking(bank, "v20250224").await
    }

    pub async fn speaking(bank: &'a TestBank, version: &'static str) -> Self {
        let body = json!({"user": {"metadata": "of a test"}});
        let (status, made) = call_in(bank, version, "POST", "/users", body).await;
        assert_eq!(status, 200, "{made}");
        let user = text(&made["user"]["guid"]);
        Self {
            bank,
            user,
            version,
        }
    }

    /// Makes a call below the user's path.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/users/{}{path}", self.user);
        call_in(self.bank, self.version, method, &path, body).await
    }

    /// Makes a call and expects a 200 or 202.
    pub async fn good(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert!(
            matches!(status, 200 | 202),
            "{method} {path}: {status} {answer}"
        );
        answer
    }

    /// Returns a bank's credentials with the entered values.
    pub async fn typed(&self, bank: &str, username: &str, password: &str) -> Value {
        let path = format!("/institutions/{bank}/credentials");
        let (status, all) = call_in(self.bank, self.version, "GET", &path, Value::Null).await;
        assert_eq!(status, 200, "{all}");
        let all = all["credentials"].as_array().expect("a list");
        let typed = all.iter().map(|one| {
            let value = match one["field_name"].as_str() {
                Some("LOGIN") => username,
                _ => password,
            };
            json!({"guid": one["guid"], "value": value})
        });
        typed.collect()
    }

    /// Creates a member at a bank. Returns its guid.
    pub async fn member_at(&self, bank: &str, username: &str, password: &str) -> String {
        let credentials = self.typed(bank, username, password).await;
        let body = json!({"member": {"institution_code": bank, "credentials": credentials}});
        let made = self.good("POST", "/members", body).await;
        text(&made["member"]["guid"])
    }

    /// Creates a member of the test user at the test bank.
    pub async fn member(&self, password: &str) -> String {
        self.member_at("mxbank", "mxuser", password).await
    }

    /// Polls a member once.
    pub async fn status(&self, member: &str) -> Value {
        let path = format!("/members/{member}/status");
        self.good("GET", &path, Value::Null).await["member"].clone()
    }

    /// Polls a member until its run is over or it is challenged.
    pub async fn settled(&self, member: &str) -> Value {
        for _ in 0..20 {
            let seen = self.status(member).await;
            let waits = seen["connection_status"] == "CHALLENGED";
            if waits || seen["is_being_aggregated"] == false {
                return seen;
            }
        }
        panic!("the run of {member} does not end");
    }

    /// Creates a connected member with its data.
    pub async fn connected(&self) -> String {
        let member = self.member("anything").await;
        let seen = self.settled(&member).await;
        assert_eq!(seen["connection_status"], "CONNECTED");
        member
    }

    /// Answers all challenges of a member with the same value.
    pub async fn answer(&self, member: &str, value: &str) -> (u16, Value) {
        let path = format!("/members/{member}/challenges");
        let asked = self.good("GET", &path, Value::Null).await;
        let all = asked["challenges"].as_array().expect("challenges").iter();
        let answers: Vec<Value> = all
            .map(|one| json!({"guid": one["guid"], "value": value}))
            .collect();
        let path = format!("/members/{member}/resume");
        let body = json!({"member": {"challenges": answers}});
        self.call("PUT", &path, body).await
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Returns the entries of a list.
pub fn list(answer: &Value, name: &str) -> Vec<Value> {
    answer[name].as_array().expect("a list").clone()
}
