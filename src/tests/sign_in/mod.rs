//! Logging in with Google, Facebook and another OpenID Connect issuer, all simulated by a bank on its own origin.

mod arriving;
mod connecting;
mod deleting;
mod faults;
mod methods;
mod profiles;
mod settings;

use serde_json::{Value, json};
use url::Url;

use crate::app::{Settings, TestApp, browsers, named};
use crate::bank::OwnBank;
use crate::browser::Browser;
use crate::page::Page;

/// The client id and secret at each provider.
const CLIENT: (&str, &str) = ("passbook-at-the-provider", "the-secret-of-that-client");

/// Starts a program that people can log in to with each provider, all simulated by a bank on its own origin.
pub async fn start() -> TestApp {
    start_with(&[]).await
}

/// Does the same with additional settings.
async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    let built = TestApp::build().with_bank(settings_for);
    built.settings(settings).start().await
}

/// Goes to a provider from the sign-up page and comes back; returns the page that it ends at.
pub async fn sign_up(
    app: &TestApp,
    browser: &mut Browser,
    provider: &str,
    chosen: &[(&str, &str)],
) -> Page {
    let page = browser.get("/sign-up?next=/accounts").await;
    let form = page.form("form.providers").with("provider", provider);
    let leaving = browser.send(&form).await;
    let back = decide(app, &leaving, chosen).await;
    browser.get(&back).await
}

/// Goes to a provider from the log-in page and comes back with these choices. Returns the page that it ends at.
pub async fn log_in(
    app: &TestApp,
    browser: &mut Browser,
    provider: &str,
    chosen: &[(&str, &str)],
) -> Page {
    let back = come_back(app, browser, provider, chosen).await;
    browser.get(&back).await
}

/// Does the same, but returns the callback address without opening it.
async fn come_back(
    app: &TestApp,
    browser: &mut Browser,
    provider: &str,
    chosen: &[(&str, &str)],
) -> String {
    let page = browser.get("/log-in?next=/accounts").await;
    let form = page.form("form.providers").with("provider", provider);
    let leaving = browser.send(&form).await;
    decide(app, &leaving, chosen).await
}

/// Submits the provider's page; returns the address of ours that it leads to.
async fn decide(app: &TestApp, leaving: &Page, chosen: &[(&str, &str)]) -> String {
    let address = leaving.attribute("#on", "href").unwrap_or_default();
    assert!(address.starts_with(&app.bank().url), "{address}");
    decide_at(leaving, chosen).await
}

/// Returns the e-mail address of every person in the books.
async fn people(app: &TestApp) -> Vec<String> {
    app.texts("SELECT email FROM person ORDER BY email").await
}

/// Returns every identity: its provider, its person's address and its own address.
async fn all_identities(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT i.provider || ' ' || p.email || ' ' || COALESCE(i.email, '-')
             FROM identity i JOIN person p ON p.id = i.person_id ORDER BY 1",
    )
    .await
}

/// Returns the settings of a program whose providers are all at this bank.
fn settings_for(bank: &OwnBank) -> Settings {
    let (id, secret) = CLIENT;
    let at = |path: &str| format!("{}/identity/{path}", bank.url);
    named(&[
        ("GOOGLE_CLIENT_ID", id),
        ("GOOGLE_CLIENT_SECRET", secret),
        ("GOOGLE_ISSUER", &at("google")),
        ("GOOGLE_PEOPLE_URL", &at("google")),
        ("GOOGLE_BIRTHDAY", "on"),
        ("FACEBOOK_CLIENT_ID", id),
        ("FACEBOOK_CLIENT_SECRET", secret),
        ("FACEBOOK_SITE_URL", &at("facebook")),
        ("FACEBOOK_GRAPH_URL", &at("facebook")),
        ("FACEBOOK_BIRTHDAY", "on"),
        ("OIDC_ISSUER", &at("oidc")),
        ("OIDC_CLIENT_ID", id),
        ("OIDC_CLIENT_SECRET", secret),
        ("OIDC_NAME", "the family’s server"),
    ])
}

/// Returns the error message of the page's form.
fn told(page: &Page) -> String {
    page.text("[role=alert]")
}

/// Returns an order for a faulty ID token at one provider.
fn wrong_token(provider: &str, code: &str) -> Value {
    json!({"identity": provider, "fault": "id_token", "error_code": code})
}

/// Returns a query parameter of an address.
fn parameter(address: &str, name: &str) -> String {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(key, _)| key == name);
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

/// Submits the provider's page, wherever the provider is.
async fn decide_at(leaving: &Page, chosen: &[(&str, &str)]) -> String {
    let address = leaving.attribute("#on", "href");
    let address = address.unwrap_or_else(|| panic!("{}", leaving.body));
    let usual = [("go", "continue"), ("person", "amelie")];
    let is_chosen = |name: &str| chosen.iter().any(|one| one.0 == name);
    let usual = usual.into_iter().filter(|(name, _)| !is_chosen(name));
    // The last value of a field wins.
    let mut form: Vec<(&str, &str)> = usual.collect();
    for (name, value) in chosen {
        form.retain(|one| one.0 != *name);
        form.push((name, value));
    }
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(form).finish();
    let answer = browsers()
        .post(&address)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(body)
        .send()
        .await
        .expect("an answer");
    let page = Page {
        path: address,
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.text().await.expect("a page"),
    };
    let back = page.attribute("a.primary", "href");
    let back = back.unwrap_or_else(|| panic!("{}", page.body));
    let back = Url::parse(&back).expect("an address");
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}
