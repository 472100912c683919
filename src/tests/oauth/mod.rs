//! Passbook as an OAuth 2.0 server: apps send people here, and get tokens for them.

mod apps;
mod asking;
mod endings;
mod tokens;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::access::{Scope, Scopes};
use domain::secret::Secret;
use passbook::auth::oauth::{self, NewClient};
use reqwest::Client;
use serde_json::Value;
use url::Url;

use crate::app::{TestApp, browsers};
use crate::browser::Browser;
use crate::page::Page;

/// The app's redirect URI.
const BACK: &str = "https://budget.example/back?from=passbook";
/// The app's PKCE verifier.
const VERIFIER: &str = "a-verifier-of-forty-three-letters-and-a-few-more";
const STATE: &str = "any state & more";

/// A registered app.
struct Budget {
    http: Client,
    base: String,
    id: String,
    secret: Option<Secret>,
}

/// The response to an app's request.
struct AppAnswer {
    status: u16,
    cache: String,
    challenge: String,
    json: Value,
}

impl Budget {
    /// Registers a confidential app that may request every scope.
    async fn on_a_server(app: &TestApp) -> Self {
        Self::register(app, Scopes::all(), true).await
    }

    /// Registers a public app that may request every scope.
    async fn in_a_browser(app: &TestApp) -> Self {
        Self::register(app, Scopes::all(), false).await
    }

    async fn register(app: &TestApp, scopes: Scopes, confidential: bool) -> Self {
        let new = NewClient {
            name: "Budget".into(),
            redirect_uris: vec![BACK.into(), "http://127.0.0.1/back".into()],
            scopes,
            confidential,
        };
        let (client, secret) = oauth::register(app.ctx(), new).await.expect("registered");
        Self {
            http: browsers(),
            base: format!("http://{}", app.address()),
            id: client.id.to_string(),
            secret,
        }
    }

    /// Returns the address that the app sends people to, with these parameters replaced, or omitted if empty.
    fn asks(&self, other: &[(&str, &str)]) -> String {
        let challenge = challenge();
        let usual = [
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", BACK),
            ("scope", "read manage"),
            ("state", STATE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in usual {
            let value = other
                .iter()
                .find(|it| it.0 == name)
                .map_or(value, |it| it.1);
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/oauth/authorize?{}", query.finish())
    }

    /// Allows the app as the browser's person; returns the authorization code.
    async fn code(&self, browser: &mut Browser, scope: &str) -> String {
        let page = browser.get(&self.asks(&[("scope", scope)])).await;
        let back = answer(browser, &page, "allow").await;
        parameter(&back, "code").expect("a code")
    }

    /// Allows the app and exchanges the code; returns the tokens.
    async fn tokens(&self, browser: &mut Browser, scope: &str) -> Value {
        let code = self.code(browser, scope).await;
        let told = self.exchange(&code, &[]).await;
        assert_eq!(told.status, 200, "{}", told.json);
        told.json
    }

    async fn exchange(&self, code: &str, other: &[(&str, &str)]) -> AppAnswer {
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth/token", &replaced(&usual, other)).await
    }

    async fn refresh(&self, token: &str) -> AppAnswer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/oauth/token", &fields).await
    }

    async fn introspect(&self, token: &str) -> Value {
        let told = self.post("/oauth/introspect", &[("token", token)]).await;
        assert_eq!((told.status, told.cache.as_str()), (200, "no-store"));
        told.json
    }

    /// Posts a form, authenticated with the app's id and secret if it has a secret.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> AppAnswer {
        let basic = self.secret.as_ref().map(|secret| {
            let pair = format!("{}:{}", self.id, secret.expose());
            format!("Basic {}", STANDARD.encode(pair))
        });
        let mut all = fields.to_vec();
        if basic.is_none() {
            all.push(("client_id", &self.id));
        }
        self.send(path, &all, basic.as_deref()).await
    }

    async fn send(&self, path: &str, fields: &[(&str, &str)], basic: Option<&str>) -> AppAnswer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        if let Some(basic) = basic {
            request = request.header("authorization", basic);
        }
        let answer = request.send().await.expect("an answer");
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|it| it.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        AppAnswer {
            status: answer.status().as_u16(),
            cache: header("cache-control"),
            challenge: header("www-authenticate"),
            json: serde_json::from_str(&answer.text().await.expect("a body")).unwrap_or_default(),
        }
    }
}

impl AppAnswer {
    #[track_caller]
    fn is(&self, status: u16, error: &str) {
        assert_eq!(
            (self.status, &self.json["error"]),
            (status, &error.into()),
            "{}",
            self.json
        );
        assert!(self.json["error_description"].is_string());
        assert_eq!(self.cache, "no-store");
    }
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

fn replaced<'a>(
    usual: &[(&'a str, &'a str)],
    other: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let with = |(name, value): &(&'a str, &'a str)| {
        let value = other
            .iter()
            .find(|it| it.0 == *name)
            .map_or(*value, |it| it.1);
        (*name, value)
    };
    let all = usual.iter().map(with);
    all.filter(|(_, value)| !value.is_empty()).collect()
}

/// Answers the question on the page; returns where the person is sent.
async fn answer(browser: &mut Browser, page: &Page, answer: &str) -> Url {
    assert_eq!(page.status, 200, "{}", page.body);
    let form = page
        .form("form[action='/forms/consent']")
        .with("answer", answer);
    let page = browser.send(&form).await;
    assert_eq!((page.path.as_str(), page.status), ("/oauth/answered", 200));
    leads_to(&page)
}

/// Returns where a page leads, which its refresh and its link must agree on.
fn leads_to(page: &Page) -> Url {
    let content = page.attribute("meta[http-equiv=refresh]", "content");
    let content = content.unwrap_or_else(|| panic!("it leads nowhere: {}", page.body));
    let address = content.strip_prefix("0;url=").expect("at once").to_owned();
    assert_eq!(page.attribute("#back", "href"), Some(address.clone()));
    address.parse().expect("an address")
}

fn parameter(address: &Url, name: &str) -> Option<String> {
    let mut found = address.query_pairs().filter(|(key, _)| key == name);
    let first = found.next().map(|(_, value)| value.into_owned());
    assert!(found.next().is_none(), "{name} is there twice");
    first
}

fn only(scope: Scope) -> Scopes {
    [scope].into_iter().collect()
}
