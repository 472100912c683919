//! Logging in and out.

use super::problems;
use jiff::SignedDuration;

use crate::app::{ADA, EVE, Person, TestApp};
use crate::page::Page;

#[tokio::test]
async fn a_user_name_or_an_e_mail_logs_in_whatever_its_case() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    for name in [
        "ada@example.org",
        " ADA@example.ORG ",
        "countess",
        "Countess",
    ] {
        let mut browser = app.browser();
        let page = browser.log_in(name, ADA.password).await;
        assert_eq!((page.path.as_str(), page.status), ("/", 200), "{name}");
        assert_eq!(page.text(".person p"), "Ada Byron");
    }
    let page = app
        .browser()
        .log_in("countess", "Copper lantern walks north")
        .await;
    assert_eq!(page.path, "/log-in", "a password is not folded");
}

#[tokio::test]
async fn a_password_is_the_same_on_every_keyboard() {
    let app = TestApp::start().await;
    // An umlaut is one code point on some devices, and two on others.
    let composed = Person {
        password: "vier bl\u{e4}tter fallen leise",
        ..ADA
    };
    let decomposed = "vier bla\u{308}tter fallen leise";
    let mut ada = app.signed_up(&composed).await;
    let page = app.browser().log_in(ADA.email, decomposed).await;
    assert_eq!(page.path, "/", "{}", page.body);
    let page = ada.get("/settings/password").await;
    let form = page
        .form("form[action='/forms/password']")
        .with("present", decomposed)
        .with("new", "sieben ho\u{308}lzerne kisten im regen");
    assert_eq!(ada.send(&form).await.path, "/settings");
    let new = "sieben h\u{f6}lzerne kisten im regen";
    let page = app.browser().log_in(ADA.email, new).await;
    assert_eq!(page.path, "/", "{}", page.body);
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let wrong = app
        .browser()
        .log_in("someone@example.org", "not the password")
        .await;
    let unknown = app
        .browser()
        .log_in("somebodyelse@x.org", "not the password")
        .await;
    let mut browser = app.browser();
    let known = browser.log_in("ada@example.org", "not the password").await;
    let said = plain(&known, "ada@example.org");
    assert_eq!(plain(&wrong, "someone@example.org"), said);
    assert_eq!(plain(&unknown, "somebodyelse@x.org"), said);
    assert_eq!(
        known.text("#password-problem"),
        "That email or username and password don’t match."
    );
    assert_eq!(
        known.attribute("#name", "value").as_deref(),
        Some("ada@example.org")
    );
    assert_eq!(known.attribute("#password", "value"), None);
}

#[tokio::test]
async fn what_was_not_typed_is_told_and_is_no_guess() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let (name, password) = (
        ("name", "Enter your email or username."),
        ("password", "Enter your password."),
    );
    let mut browser = app.browser();
    for (typed, wanted) in [
        (("", ""), vec![name, password]),
        ((" ", "not the password"), vec![name]),
        ((ADA.email, ""), vec![password]),
    ] {
        for _ in 0..8 {
            let page = browser.log_in(typed.0, typed.1).await;
            let told = problems(&page);
            let told = told
                .iter()
                .map(|(field, words)| (field.as_str(), words.as_str()));
            assert_eq!(told.collect::<Vec<_>>(), wanted);
        }
    }
    assert_eq!(browser.log_in(ADA.email, ADA.password).await.path, "/");
}

#[tokio::test]
async fn an_unknown_name_costs_a_hash_too() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    // The machine may be busy, so this compares the shortest times, over as many rounds as that takes. The password
    // hash takes most of the time: without it the answer would be more than ten times as fast, however many rounds
    // there are.
    let mut shortest = [u128::MAX; 2];
    for round in 0..30 {
        let unknown = format!("nobody{round}@x.org");
        for (n, name) in [ADA.email, unknown.as_str()].into_iter().enumerate() {
            let mut browser = app.browser();
            let began = std::time::Instant::now();
            let body = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("name", name), ("password", "not the password")])
                .finish();
            browser.post_once("/forms/log-in", body).await;
            shortest[n] = shortest[n].min(began.elapsed().as_micros());
        }
        let [known, unknown] = shortest;
        if round > 2 && unknown * 3 > known {
            return;
        }
        // So that no guess is throttled.
        app.clock.advance(SignedDuration::from_hours(24));
    }
    panic!("known and unknown: {shortest:?} µs");
}

#[tokio::test]
async fn the_way_on_leads_back_but_never_to_another_site() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    let page = browser.get("/transactions?q=caf%C3%A9&min=1").await;
    assert!(page.path.starts_with("/log-in?next="), "{}", page.path);
    let form = page
        .form("form[action='/forms/log-in']")
        .with("name", ADA.email);
    let page = browser.send(&form.clone().with("password", "wrong")).await;
    let again = page.form("form[action='/forms/log-in']");
    assert_eq!(
        again.fields.iter().find(|(n, _)| n == "next"),
        form.fields.iter().find(|(n, _)| n == "next")
    );
    let page = browser.send(&again.with("password", ADA.password)).await;
    assert_eq!(page.path, "/transactions?q=caf%C3%A9&min=1");

    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
    ] {
        let mut browser = app.browser();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let page = browser.get(&format!("/log-in?{query}")).await;
        let form = page.form("form[action='/forms/log-in']");
        let form = form.with("name", ADA.email).with("password", ADA.password);
        let page = browser.send_once(&form).await;
        assert_eq!(page.status, 303, "{next}");
        let to = url::Url::parse("http://here.example/")
            .and_then(|base| base.join(page.header("location")));
        assert_eq!(
            to.expect("an address").host_str(),
            Some("here.example"),
            "{next}"
        );
        // A person who is already logged in is sent on by the page itself.
        let page = browser.get_once(&format!("/log-in?{query}")).await;
        let to = url::Url::parse("http://here.example/")
            .and_then(|base| base.join(page.header("location")));
        assert_eq!(
            to.expect("an address").host_str(),
            Some("here.example"),
            "{next}"
        );
    }
}

#[tokio::test]
async fn logging_out_kills_the_session_on_the_server() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let thief = browser.clone();
    let page = browser.get("/settings").await;
    let page = browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await;
    assert_eq!(page.path, "/log-in");
    assert_eq!(
        browser.get("/settings").await.path,
        "/log-in?next=%2Fsettings"
    );
    assert_eq!(
        thief.clone().get("/settings").await.path,
        "/log-in?next=%2Fsettings"
    );
    let left = "SELECT COUNT(*) FROM browser_session WHERE data LIKE '%user%'";
    assert_eq!(app.number(left).await, 0);
}

#[tokio::test]
async fn one_browser_s_log_out_leaves_the_others_logged_in() {
    let app = TestApp::start().await;
    let mut first = app.signed_up(&ADA).await;
    let mut second = app.logged_in(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    first.post("/forms/log-out", &[("", ""); 0]).await;
    assert_eq!(first.get("/").await.path, "/log-in");
    assert_eq!(second.get("/").await.text(".person p"), "Ada Byron");
    assert_eq!(eve.get("/").await.text(".person p"), "Eve Moss");
}

/// Returns a page without what naturally differs: the typed name and the nonce.
fn plain(page: &Page, name: &str) -> (u16, String, Vec<String>) {
    let mut headers: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
    headers.sort();
    let nonce = page.attribute("script[nonce]", "nonce").unwrap_or_default();
    let body = page.body.replace(name, "NAME").replace(&nonce, "NONCE");
    (page.status, body, headers)
}
