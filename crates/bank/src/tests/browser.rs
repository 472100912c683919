//! A browser without scripts, for the bank's pages: it posts forms, follows redirects and reads HTML.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use scraper::{Html, Selector};
use serde_json::Value;
use tower::ServiceExt;

use super::TestBank;

/// A browser without scripts.
pub struct Browser {
    pub router: Router,
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
    /// The messages to the window that opened the pages, as they came.
    pub told: Vec<Value>,
}

impl Browser {
    /// A browser for the pages of a bank.
    pub fn of(bank: &TestBank) -> Self {
        Self::new(Router::new().nest("/sandbox", bank.sandbox.faces_router().into()))
    }

    pub fn new(router: Router) -> Self {
        Self {
            router,
            path: String::new(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            html: String::new(),
            told: Vec::new(),
        }
    }

    /// Opens a path, or an absolute address of the bank.
    pub async fn get(&mut self, path: &str) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        self.follow(path.to_owned(), request).await;
    }

    /// Sends the page's form, with the hidden field that names the page.
    pub async fn post(&mut self, fields: &[(&str, &str)]) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        if let Some(step) = self.attribute("input[name=step]", "value") {
            form.append_pair("step", &step);
        }
        self.send(form.extend_pairs(fields).finish()).await;
    }

    /// Sends a hand-made form.
    pub async fn send(&mut self, body: String) {
        let request = Request::post(&self.path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        self.follow(self.path.clone(), request).await;
    }

    pub async fn log_in(&mut self, username: &str, password: &str) {
        self.post(&[("username", username), ("password", password)])
            .await;
    }

    /// Sends the list of accounts with the boxes as they are ticked.
    pub async fn accept_accounts(&mut self) {
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
        let messages = self.attribute("body", "data-messages");
        let messages = messages.as_deref().unwrap_or("[]");
        let messages: Vec<Value> = serde_json::from_str(messages).expect("JSON");
        self.told.extend(messages);
    }

    pub async fn reload(&mut self) {
        let path = self.path.clone();
        self.get(&path).await;
    }

    pub fn heading(&self) -> String {
        self.text("h1")
    }

    /// Returns the text of the first match, without the renderer's markers between texts.
    pub fn text(&self, selector: &str) -> String {
        let found = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        found
            .select(&selector)
            .next()
            .map(|e| e.text().collect())
            .unwrap_or_default()
    }

    pub fn count(&self, selector: &str) -> usize {
        let selector = Selector::parse(selector).expect("a selector");
        Html::parse_document(&self.html).select(&selector).count()
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let found = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        found
            .select(&selector)
            .filter_map(|e| e.attr(name))
            .map(str::to_owned)
            .collect()
    }

    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.attributes(selector, name).into_iter().next()
    }

    /// Returns the page's message to the application.
    pub fn message(&self) -> Value {
        let text = self.attribute("body", "data-message").expect("a message");
        serde_json::from_str(&text).expect("JSON")
    }

    pub fn result(&self) -> Value {
        self.message()["result"].clone()
    }

    pub fn event_names(&self) -> Vec<String> {
        let message = self.message();
        let events = message["events"].as_array().expect("events");
        events
            .iter()
            .map(|e| e["event_name"].as_str().expect("a name").to_owned())
            .collect()
    }
}
