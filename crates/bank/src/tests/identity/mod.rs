//! The identity providers over HTTP, as seen by a browser and a client.

mod codes;
mod deletion;
mod facebook;
mod faults;
mod forged;
mod keys;
mod openid;
mod page;
mod panel;
mod people;
mod secrets;

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use tower::ServiceExt;
use url::Url;

use super::TestBank;

/// The base URL of the API in these tests. It differs from that of the pages.
const API: &str = "http://127.0.0.1:4001";
const REDIRECT: &str = "http://127.0.0.1:3000/sign-in/return?from=here";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const SCOPE: &str = "openid email profile";

/// A response. The text is `None` if the connection broke.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: Option<String>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(self.html()).unwrap_or_default()
    }

    fn html(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .map(|value| value.to_str().expect("text"));
        value.unwrap_or_default()
    }

    fn select(&self, css: &str) -> Vec<BTreeMap<String, String>> {
        let selector = Selector::parse(css).expect("a selector");
        let page = Html::parse_document(self.html());
        let attributes = |one: scraper::ElementRef<'_>| {
            let pairs = one.value().attrs();
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        page.select(&selector).map(attributes).collect()
    }

    /// Returns the address that the page redirects to, which its link must lead to as well.
    fn back(&self) -> Url {
        assert_eq!(self.status, 200, "{}", self.html());
        assert!(
            !self.headers.contains_key("location"),
            "no redirect of a form"
        );
        let refresh = self.select("meta[http-equiv=refresh]");
        let to = refresh[0]["content"]
            .strip_prefix("0;url=")
            .expect("an address");
        assert_eq!(self.select("a.primary")[0]["href"], to);
        Url::parse(to).expect("an address")
    }
}

async fn send(router: Router, request: Request<Body>) -> Answer {
    let answer = router.oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.ok();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Sends a client's request.
async fn call(bank: &TestBank, request: axum::http::request::Builder, body: String) -> Answer {
    let request = request.header("host", API.trim_start_matches("http://"));
    send(
        bank.sandbox.api_router(),
        request.body(Body::from(body)).expect("a request"),
    )
    .await
}

async fn get(bank: &TestBank, path: &str, token: &str) -> Answer {
    let mut request = Request::get(path.trim_start_matches(API));
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    call(bank, request, String::new()).await
}

type Fields<'a> = &'a [(&'a str, &'a str)];

fn encoded(pairs: &BTreeMap<&str, &str>) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Merges fields into the usual ones. An empty value removes a field.
fn with<'a>(usual: Fields<'a>, more: Fields<'a>) -> BTreeMap<&'a str, &'a str> {
    let all = usual.iter().chain(more).copied();
    let mut all: BTreeMap<&str, &str> = all.collect();
    all.retain(|_, value| !value.is_empty());
    all
}

async fn post_form(bank: &TestBank, path: &str, fields: &BTreeMap<&str, &str>) -> Answer {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    call(bank, request, encoded(fields)).await
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

/// Returns the authorization URL of a provider.
fn address(provider: &str, more: Fields<'_>) -> String {
    let (path, scope) = match provider {
        "facebook" => (
            "facebook/v26.0/dialog/oauth".to_owned(),
            "email,public_profile",
        ),
        other => (format!("{other}/authorize"), SCOPE),
    };
    let challenge = challenge();
    let usual = [
        ("client_id", "me"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", scope),
        ("state", "a state & more"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    format!("/sandbox/identity/{path}?{}", encoded(&with(&usual, more)))
}

fn pages(bank: &TestBank) -> Router {
    Router::new().nest("/sandbox", bank.sandbox.faces_router().into())
}

async fn open(bank: &TestBank, address: &str) -> Answer {
    let request = Request::get(address)
        .body(Body::empty())
        .expect("a request");
    send(pages(bank), request).await
}

/// Submits the form of the sign-in page.
async fn decide(bank: &TestBank, address: &str, form: Fields<'_>) -> Answer {
    let usual = [("go", "continue"), ("person", "amelie")];
    let request = Request::post(address)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(encoded(&with(&usual, form))))
        .expect("a request");
    send(pages(bank), request).await
}

fn field(url: &Url, name: &str) -> Option<String> {
    let mut all = url.query_pairs().filter(|(key, _)| key == name);
    let found = all.next().map(|(_, value)| value.into_owned());
    assert!(all.next().is_none(), "{name} once: {url}");
    found
}

/// Returns an authorization code.
async fn code(bank: &TestBank, provider: &str, asked: Fields<'_>, form: Fields<'_>) -> String {
    let back = decide(bank, &address(provider, asked), form).await.back();
    field(&back, "code").expect("a code")
}

/// Returns the form that exchanges a code.
fn exchange<'a>(code: &'a str, more: Fields<'a>) -> BTreeMap<&'a str, &'a str> {
    let usual = [
        ("grant_type", "authorization_code"),
        ("client_id", "me"),
        ("client_secret", "my-secret"),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("code", code),
    ];
    let usual: BTreeMap<&str, &str> = usual.into_iter().collect();
    let mut all = usual;
    all.extend(more.iter().copied());
    all.retain(|_, value| !value.is_empty());
    all
}

async fn token(bank: &TestBank, provider: &str, code: &str, more: Fields<'_>) -> Answer {
    let path = match provider {
        "facebook" => "/identity/facebook/v26.0/oauth/access_token".to_owned(),
        other => format!("/identity/{other}/token"),
    };
    post_form(bank, &path, &exchange(code, more)).await
}

/// Signs a person in. Returns the token response.
async fn sign_in(bank: &TestBank, provider: &str, asked: Fields<'_>, form: Fields<'_>) -> Value {
    let code = code(bank, provider, asked, form).await;
    let answer = token(bank, provider, &code, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.html());
    answer.json()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("text")
}

/// Decodes a part of a JWT without verifying it.
fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

async fn fault(bank: &TestBank, order: Value) -> Value {
    deed(bank, "fault/add", order).await
}

/// Calls `/misbehave/…`.
async fn deed(bank: &TestBank, path: &str, body: Value) -> Value {
    let told = bank.post(&format!("/misbehave/{path}"), body).await;
    for word in ["done", "expect"] {
        assert!(text(&told, word).ends_with('.'), "{path}: {told}");
    }
    told
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// Returns the status and the error of an OAuth refusal.
fn error(answer: &Answer) -> (u16, String) {
    let told = answer.json();
    assert!(told["error_description"].is_string(), "{told}");
    (answer.status, text(&told, "error").to_owned())
}

fn is_refused(answer: &Answer) -> bool {
    answer.status == 400 && answer.json() == json!(null) && answer.select("[role=alert]").len() == 1
}
