//! Tests of the bank through its wires, with a real database and a clock that is moved by hand.

pub mod browser;
mod endpoints;
pub mod identity;
mod items;
mod link;
mod misbehave;
pub mod mx;
mod panel;
mod rates;
mod secrets;
mod sync;
pub mod webhooks;
mod wire;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{Pace, Sandbox, SandboxConfig};
use domain::clock::Clock;

/// A bank in a folder of its own.
pub struct TestBank {
    pub sandbox: Sandbox,
    pub clock: Clock,
    folder: TempDir,
    config: SandboxConfig,
    router: Router,
}

impl TestBank {
    /// A bank whose Items have all their rows at once.
    pub async fn ready() -> Self {
        Self::with(|config| config.pace = Pace::at_once()).await
    }

    /// A bank with a changed configuration.
    pub async fn with(change: impl FnOnce(&mut SandboxConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let faces = "http://127.0.0.1:4000/sandbox".parse().expect("an address");
        let mut config = SandboxConfig::new(folder.path(), faces);
        config.enforce_rate_limits = false;
        change(&mut config);
        let start: Timestamp = "2026-03-10T12:00:00Z".parse().expect("a moment");
        let clock = Clock::settable(start);
        Self::open(folder, config, clock).await
    }

    /// Opens the bank again with the same database.
    pub async fn reopen(self) -> Self {
        let Self {
            sandbox,
            clock,
            folder,
            config,
            router,
        } = self;
        drop((sandbox, router));
        Self::open(folder, config, clock).await
    }

    async fn open(folder: TempDir, config: SandboxConfig, clock: Clock) -> Self {
        let sandbox = Sandbox::open(config.clone(), clock.clone())
            .await
            .expect("a bank");
        let router = sandbox.api_router();
        Self {
            sandbox,
            clock,
            folder,
            config,
            router,
        }
    }

    pub fn advance_days(&self, days: i64) {
        self.clock.advance(SignedDuration::from_hours(24 * days));
    }

    pub fn advance_secs(&self, secs: i64) {
        self.clock.advance(SignedDuration::from_secs(secs));
    }

    /// Posts with credentials in the headers. Returns the status and the body's text.
    pub async fn post_text(&self, path: &str, body: String) -> (u16, String) {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("plaid-client-id", "client")
            .header("plaid-secret", "secret")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    pub async fn send(&self, request: Request<Body>) -> (u16, String) {
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX)
            .await
            .expect("a body");
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    /// Posts and expects a 200 with a request id.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, text) = self.post_text(path, body.to_string()).await;
        assert_eq!(status, 200, "{path}: {text}");
        let body: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            body["request_id"].as_str().map(str::len),
            Some(15),
            "{path}"
        );
        body
    }

    /// Posts and expects a refusal. Returns its status, type and code.
    pub async fn refused(&self, path: &str, body: Value) -> (u16, String, String) {
        let (status, text) = self.post_text(path, body.to_string()).await;
        let body: Value = serde_json::from_str(&text).expect("JSON");
        assert_ne!(status, 200, "{path}: {text}");
        assert_eq!(
            body["request_id"].as_str().map(str::len),
            Some(15),
            "{path}"
        );
        for key in ["error_message", "display_message"] {
            assert!(body.get(key).is_some(), "{path}: {key} in {text}");
        }
        let word = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        (status, word("error_type"), word("error_code"))
    }

    /// Creates an Item of a user at First Platypus Bank. Returns its access token and id.
    pub async fn item(&self, username: &str, options: Value) -> (String, String) {
        let mut all =
            json!({"override_username": username, "transactions": {"days_requested": 730}});
        if let (Value::Object(all), Value::Object(more)) = (&mut all, options) {
            all.extend(more);
        }
        let body = json!({
            "institution_id": "ins_109508", "initial_products": ["transactions"], "options": all,
        });
        let public = self.post("/sandbox/public_token/create", body).await;
        let body = json!({"public_token": public["public_token"]});
        let item = self.post("/item/public_token/exchange", body).await;
        let text = |key: &str| item[key].as_str().expect("text").to_owned();
        (text("access_token"), text("item_id"))
    }
}

/// Returns the status and code of a refusal.
pub fn code((status, _, code): (u16, String, String)) -> (u16, String) {
    (status, code)
}

/// Returns the files of a folder that contain a text.
pub fn files_with(folder: &std::path::Path, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let holds = |file: std::fs::DirEntry| {
        let bytes = std::fs::read(file.path()).expect("a file");
        let found = bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes());
        found.then(|| file.file_name().to_string_lossy().into_owned())
    };
    files
        .filter_map(|file| holds(file.expect("a file")))
        .collect()
}
