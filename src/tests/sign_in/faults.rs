//! Providers that lie, or do not answer.

use serde_json::json;

use super::{World, told, wrong_token};
use crate::app::browsers;

/// Everything that can be false in an ID token.
const FALSE: [&str; 10] = [
    "wrong_nonce",
    "no_nonce",
    "wrong_issuer",
    "wrong_audience",
    "expired",
    "wrong_at_hash",
    "wrong_key",
    "alg_none",
    "hs256",
    "unknown_kid",
];

#[tokio::test]
async fn no_false_id_token_lets_anybody_in() {
    let world = World::start().await;
    for (provider, name) in [("google", "Google"), ("oidc", "the family’s server")] {
        for code in FALSE {
            world.fault(wrong_token(provider, code)).await;
            let mut browser = world.app.browser();
            let page = world.log_in(&mut browser, provider, &[]).await;
            let expected =
                format!("What {name} sent could not be verified, so nobody was logged in.");
            assert!(
                told(&page).starts_with(&expected),
                "{provider} {code}: {}",
                page.body
            );
            assert!(world.people().await.is_empty(), "{provider} {code}");
        }
    }
    let page = world.log_in(&mut world.app.browser(), "google", &[]).await;
    assert_eq!(page.path, "/accounts", "the next one is true");
}

#[tokio::test]
async fn another_key_is_found_without_a_restart() {
    let world = World::start().await;
    for provider in ["google", "oidc"] {
        world.log_in(&mut world.app.browser(), provider, &[]).await;
        let order = json!({ "identity": provider });
        world
            .bank
            .ask(&browsers(), "/misbehave/identity/key/rotate", order)
            .await;
    }
    let page = world.log_in(&mut world.app.browser(), "google", &[]).await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
}

#[tokio::test]
async fn whatever_a_provider_answers_somebody_reads_a_sentence_and_can_try_again() {
    let world = World::start().await;
    for provider in ["google", "facebook", "oidc"] {
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
            let mut browser = world.app.browser();
            let back = world.come_back(&mut browser, provider, &[]).await;
            world
                .fault(json!({"identity": provider, "fault": fault}))
                .await;
            let page = browser.get(&back).await;
            assert_eq!(
                (page.status, page.path.as_str()),
                (200, "/log-in"),
                "{provider} {fault}"
            );
            let said = told(&page);
            assert!(
                said.contains("doesn’t answer as it should") || said.contains("didn’t accept"),
                "{provider} {fault}: {said}"
            );
            assert!(world.people().await.is_empty(), "{provider} {fault}");
        }
        let page = world
            .log_in(&mut world.app.browser(), provider, &[("person", "jonas")])
            .await;
        assert_eq!(page.path, "/sign-up/complete", "{provider}: {}", page.body);
    }
}

#[tokio::test]
async fn a_provider_that_is_away_at_the_beginning_is_told_on_the_log_in_page() {
    let world = World::start().await;
    for fault in ["server_error", "html", "cut", "wrong_types"] {
        world
            .fault(json!({"identity": "oidc", "fault": fault}))
            .await;
        let mut browser = world.app.browser();
        let page = browser.get("/log-in?next=/accounts").await;
        let page = browser
            .send(&page.form("form.ways").with("provider", "oidc"))
            .await;
        let expected = "the family’s server doesn’t answer as it should. Try again in a few minutes, or log in another way.";
        assert_eq!(
            (told(&page).as_str(), page.path.as_str()),
            (expected, "/log-in?next=%2Faccounts"),
            "{fault}"
        );
    }
    assert_eq!(
        world
            .log_in(&mut world.app.browser(), "oidc", &[])
            .await
            .path,
        "/accounts"
    );
}

#[tokio::test]
async fn a_birthday_that_google_does_not_tell_is_asked_for() {
    let world = World::start().await;
    let people = "/identity/google/v1/people/me";
    for fault in ["server_error", "html", "cut", "hang"] {
        world
            .fault(json!({"identity": "google", "endpoint": people, "fault": fault, "delay_ms": 1}))
            .await;
        let page = world.log_in(&mut world.app.browser(), "google", &[]).await;
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
