//! Walks through Link as a browser without scripts does: posts forms, follows redirects, reads HTML.

mod endings;
mod filling_in;
mod hostile;
mod mfa;
mod oauth;
mod secrets;
mod updates;
mod walks;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use scraper::{Html, Selector};
use serde_json::Value;
use tower::ServiceExt;

use crate::bank::{Bank, Hosted, LinkToken};
use crate::{Pace, Sandbox, SandboxConfig};
use domain::clock::Clock;

pub(super) const PLATYPUS: &str = "ins_109508";
pub(super) const OAUTH: &str = "ins_127287";
pub(super) const DOWN: &str = "ins_132361";
pub(super) const UNSUPPORTED: &str = "ins_133402";
pub(super) const APP: &str = "http://127.0.0.1:4000";

/// A bank for one test.
pub(super) struct World {
    pub(super) bank: Bank,
    pub(super) clock: Clock,
    router: Router,
    folder: tempfile::TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        let start: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a moment");
        let clock = Clock::settable(start);
        let folder = tempfile::tempdir().expect("a folder");
        Self::open(folder, clock).await
    }

    async fn open(folder: tempfile::TempDir, clock: Clock) -> Self {
        let faces = "http://127.0.0.1:3000/sandbox".parse().expect("an address");
        let mut config = SandboxConfig::new(folder.path(), faces);
        config.pace = Pace::at_once();
        let sandbox = Sandbox::open(config, clock.clone()).await.expect("a bank");
        let router = Router::new().nest("/sandbox", sandbox.faces_router().into());
        Self {
            bank: sandbox.bank().clone(),
            clock,
            router,
            folder,
        }
    }

    /// Restarts the program: the bank's file stays, its memory is lost.
    pub(super) async fn restarted(self) -> Self {
        Self::open(self.folder, self.clock).await
    }

    /// Saves and returns the usual token, changed by `change`.
    pub(super) async fn token(&self, change: impl FnOnce(&mut LinkToken)) -> LinkToken {
        let now = self.clock.now();
        let mut token = LinkToken {
            token: format!("link-sandbox-{}", uuid::Uuid::new_v4()),
            created_at: now,
            expires_at: now + SignedDuration::from_hours(4),
            client_name: "Passbook".into(),
            language: "en".into(),
            country_codes: vec!["US".into()],
            products: vec!["transactions".into()],
            extra_products: Vec::new(),
            client_user_id: Some("someone".into()),
            redirect_uri: None,
            webhook: None,
            update: None,
            hosted: None,
            account_filters: Vec::new(),
            days_requested: 90,
        };
        change(&mut token);
        self.bank
            .save_link_token(&token)
            .await
            .expect("a token is saved");
        token
    }

    pub(super) async fn hosted_token(&self, completion: Option<&str>) -> LinkToken {
        let expires_at = self.clock.now() + SignedDuration::from_mins(30);
        let hosted = Hosted {
            id: uuid::Uuid::new_v4().to_string(),
            completion_redirect_uri: completion.map(str::to_owned),
            expires_at,
        };
        self.token(|token| token.hosted = Some(hosted)).await
    }

    pub(super) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            path: String::new(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            html: String::new(),
        }
    }

    /// Opens a pane.
    pub(super) async fn pane(&self, token: &LinkToken) -> Browser {
        let mut browser = self.browser();
        browser.get(&start(&token.token, None)).await;
        browser
    }

    /// Opens a pane and goes to an institution's log-in.
    pub(super) async fn at_bank(&self, token: &LinkToken, institution: &str) -> Browser {
        let mut browser = self.pane(token).await;
        browser.post(&[]).await;
        browser.post(&[("institution", institution)]).await;
        browser
    }
}

/// Returns the address that the script opens.
pub(super) fn start(token: &str, received: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("token", token)
        .append_pair("embed", "1")
        .append_pair("origin", APP);
    if let Some(received) = received {
        query.append_pair("received", received);
    }
    format!("/sandbox/link/start?{}", query.finish())
}

/// A browser without scripts.
pub(super) struct Browser {
    router: Router,
    pub(super) path: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) html: String,
}

impl Browser {
    /// Opens an address.
    pub(super) async fn get(&mut self, path: &str) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        self.follow(path.to_owned(), request).await;
    }

    /// Sends the page's form, with the hidden field that names the page.
    pub(super) async fn post(&mut self, fields: &[(&str, &str)]) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        if let Some(step) = self.attribute("input[name=step]", "value") {
            form.append_pair("step", &step);
        }
        self.send(form.extend_pairs(fields).finish()).await;
    }

    /// Sends a hand-made form.
    pub(super) async fn send(&mut self, body: String) {
        let request = Request::post(&self.path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        self.follow(self.path.clone(), request).await;
    }

    pub(super) async fn log_in(&mut self, username: &str, password: &str) {
        self.post(&[("username", username), ("password", password)])
            .await;
    }

    /// Sends the list of accounts with the boxes as they are ticked.
    pub(super) async fn accept_accounts(&mut self) {
        let keys = self.attributes("input[name=account][checked]", "value");
        let fields: Vec<(&str, &str)> = keys.iter().map(|key| ("account", key.as_str())).collect();
        self.post(&fields).await;
    }

    async fn follow(&mut self, path: String, request: Request<Body>) {
        self.path = path;
        let mut answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        while answer.status() == StatusCode::SEE_OTHER {
            let to = answer.headers()[header::LOCATION]
                .to_str()
                .expect("text")
                .to_owned();
            let request = Request::get(&to).body(Body::empty()).expect("a request");
            self.path = to;
            answer = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("an answer");
        }
        self.status = answer.status();
        self.headers = answer.headers().clone();
        let bytes = to_bytes(answer.into_body(), usize::MAX)
            .await
            .expect("a body");
        self.html = String::from_utf8(bytes.to_vec()).expect("text");
    }

    pub(super) fn heading(&self) -> String {
        self.text("h1")
    }

    /// Returns the text of the first match, without the renderer's markers between texts.
    pub(super) fn text(&self, selector: &str) -> String {
        let found = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        found
            .select(&selector)
            .next()
            .map(|e| e.text().collect())
            .unwrap_or_default()
    }

    pub(super) fn count(&self, selector: &str) -> usize {
        let selector = Selector::parse(selector).expect("a selector");
        Html::parse_document(&self.html).select(&selector).count()
    }

    pub(super) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let found = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        found
            .select(&selector)
            .filter_map(|e| e.attr(name))
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.attributes(selector, name).into_iter().next()
    }

    /// Returns the page's message to the application.
    pub(super) fn message(&self) -> Value {
        let text = self.attribute("body", "data-message").expect("a message");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(super) fn result(&self) -> Value {
        self.message()["result"].clone()
    }

    pub(super) fn event_names(&self) -> Vec<String> {
        let message = self.message();
        let events = message["events"].as_array().expect("events");
        events
            .iter()
            .map(|e| e["event_name"].as_str().expect("a name").to_owned())
            .collect()
    }
}
