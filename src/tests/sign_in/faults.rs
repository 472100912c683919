//! Identity providers that lie or do not answer.

use serde_json::json;

use super::{come_back, log_in, people, sign_up, start, told, wrong_token};

/// Asserts that an ID token with this fault is refused.
async fn is_refused(code: &str) {
    let app = start().await;
    for (provider, name) in [("google", "Google"), ("oidc", "the family’s server")] {
        app.bank()
            .misbehave("fault/add", wrong_token(provider, code))
            .await;
        let page = sign_up(&app, &mut app.browser(), provider, &[]).await;
        let expected = format!("We couldn’t verify {name}’s response, so you weren’t logged in.");
        assert!(
            told(&page).starts_with(&expected),
            "{provider} {code}: {}",
            page.body
        );
        assert!(people(&app).await.is_empty(), "{provider} {code}");
    }
    let page = sign_up(&app, &mut app.browser(), "google", &[]).await;
    assert_eq!(page.path, "/accounts", "the next one is true");
}

#[tokio::test]
async fn an_id_token_with_another_nonce_is_refused() {
    is_refused("wrong_nonce").await;
}

#[tokio::test]
async fn an_id_token_without_a_nonce_is_refused() {
    is_refused("no_nonce").await;
}

#[tokio::test]
async fn an_id_token_of_another_issuer_is_refused() {
    is_refused("wrong_issuer").await;
}

#[tokio::test]
async fn an_id_token_for_another_audience_is_refused() {
    is_refused("wrong_audience").await;
}

#[tokio::test]
async fn an_id_token_that_has_expired_is_refused() {
    is_refused("expired").await;
}

#[tokio::test]
async fn an_id_token_that_goes_with_another_access_token_is_refused() {
    is_refused("wrong_at_hash").await;
}

#[tokio::test]
async fn an_id_token_without_a_good_signature_is_refused() {
    for code in ["wrong_key", "alg_none", "hs256", "unknown_kid"] {
        is_refused(code).await;
    }
}

#[tokio::test]
async fn another_key_is_found_without_a_restart() {
    for provider in ["google", "oidc"] {
        let app = start().await;
        sign_up(&app, &mut app.browser(), provider, &[]).await;
        let order = json!({ "identity": provider });
        app.bank()
            .ask("/misbehave/identity/key/rotate", order)
            .await;
        let page = log_in(&app, &mut app.browser(), provider, &[]).await;
        assert_eq!(page.path, "/accounts", "{provider}: {}", page.body);
    }
}

#[tokio::test]
async fn whatever_a_provider_answers_somebody_reads_a_sentence_and_can_try_again() {
    let app = start().await;
    for (provider, name) in [
        ("google", "Google"),
        ("facebook", "Facebook"),
        ("oidc", "the family’s server"),
    ] {
        for fault in [
            "rate_limit",
            "server_error",
            "bad_gateway",
            "html",
            "empty",
            "truncated",
            "cut",
            "wrong_types",
        ] {
            let mut browser = app.browser();
            let back = come_back(&app, &mut browser, provider, &[]).await;
            app.bank()
                .misbehave("fault/add", json!({"identity": provider, "fault": fault}))
                .await;
            let page = browser.get(&back).await;
            let expected = format!("{name} isn’t responding. Try again in a few minutes.");
            assert_eq!(
                (page.status, told(&page)),
                (200, expected),
                "{provider} {fault}"
            );
            assert_eq!(page.path, "/log-in?next=%2Faccounts", "{provider} {fault}");
        }
        let page = log_in(&app, &mut app.browser(), provider, &[("person", "jonas")]).await;
        assert_eq!(page.path, "/sign-up/complete", "{provider}: {}", page.body);
    }
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn a_client_that_is_not_set_up_right_is_told_as_that() {
    let app = start().await;
    for (provider, code) in [
        ("google", "invalid_client"),
        ("oidc", "unauthorized_client"),
        ("facebook", "101"),
    ] {
        let mut browser = app.browser();
        let back = come_back(&app, &mut browser, provider, &[]).await;
        let order =
            json!({"identity": provider, "fault": "error", "error_code": code, "status": 400});
        app.bank().misbehave("fault/add", order).await;
        let said = told(&browser.get(&back).await);
        assert!(
            said.ends_with("isn’t set up correctly. Tell this Passbook’s admin."),
            "{provider}: {said}"
        );
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_on_the_log_in_page() {
    let app = start().await;
    for fault in ["server_error", "html", "cut", "wrong_types"] {
        app.bank()
            .misbehave("fault/add", json!({"identity": "oidc", "fault": fault}))
            .await;
        let mut browser = app.browser();
        let page = browser.get("/log-in?next=/accounts").await;
        let form = page.form("form.providers").with("provider", "oidc");
        let page = browser.send(&form).await;
        let expected = "the family’s server isn’t responding. Try again in a few minutes.";
        assert_eq!(
            (told(&page).as_str(), page.path.as_str()),
            (expected, "/log-in?next=%2Faccounts"),
            "{fault}"
        );
    }
    let page = sign_up(&app, &mut app.browser(), "oidc", &[]).await;
    assert_eq!(page.path, "/accounts");
}

#[tokio::test]
async fn a_birthday_that_google_does_not_tell_is_asked_for() {
    let app = start().await;
    let people = "/identity/google/v1/people/me";
    for fault in ["server_error", "html", "cut", "hang"] {
        let order =
            json!({"identity": "google", "endpoint": people, "fault": fault, "delay_ms": 1});
        app.bank().misbehave("fault/add", order).await;
        let page = sign_up(&app, &mut app.browser(), "google", &[]).await;
        assert_eq!(page.path, "/sign-up/complete", "{fault}: {}", page.body);
        assert_eq!(
            page.attribute("#birthday", "value").as_deref(),
            Some(""),
            "{fault}"
        );
        assert_eq!(
            page.attribute("#first_name", "value").as_deref(),
            Some("Amélie"),
            "{fault}"
        );
    }
}
