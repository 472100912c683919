//! Simulated failures of calls to identity providers.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{deed, fault, get, sign_in, text, token};
use crate::tests::TestBank;

/// A call to each provider that needs no preparation.
const CALLS: [(&str, &str); 3] = [
    (
        "google",
        "/identity/google/.well-known/openid-configuration",
    ),
    ("oidc", "/identity/oidc/.well-known/openid-configuration"),
    ("facebook", "/identity/facebook/v26.0/me"),
];

#[tokio::test]
async fn every_provider_fails_in_every_way_and_then_works_again() {
    let bank = TestBank::ready().await;
    for (provider, path) in CALLS {
        let is_facebook = provider == "facebook";
        let usual = if is_facebook { 400 } else { 200 };
        for (order, status) in [
            (json!({"fault": "rate_limit", "retry_after": 9}), 429),
            (json!({"fault": "server_error"}), 500),
            (json!({"fault": "bad_gateway"}), 502),
            (json!({"fault": "error", "error_code": "190"}), 400),
            (
                json!({"fault": "error", "error_code": "temporarily_unavailable", "status": 503}),
                503,
            ),
            (
                json!({"fault": "error", "status": 500, "body": "html"}),
                500,
            ),
            (
                json!({"fault": "error", "status": 403, "body": "empty"}),
                403,
            ),
            (json!({"fault": "html"}), 200),
            (json!({"fault": "empty"}), 200),
            (json!({"fault": "truncated"}), 200),
            (json!({"fault": "cut"}), 200),
            (json!({"fault": "lost"}), 500),
            (json!({"fault": "wrong_types"}), 200),
            (json!({"fault": "hang", "delay_ms": 1}), 200),
        ] {
            let mut order = order;
            order["identity"] = provider.into();
            fault(&bank, order.clone()).await;
            let answer = get(&bank, path, "").await;
            assert_eq!(answer.status, status, "{order}");
            let broken = matches!(order["fault"].as_str(), Some("cut" | "hang"));
            assert_eq!(answer.text.is_none(), broken, "{order}");
            assert_eq!(
                answer.header("retry-after"),
                if order.get("retry_after").is_some() {
                    "9"
                } else {
                    ""
                }
            );
            if matches!(
                order["fault"].as_str(),
                Some("server_error" | "lost" | "rate_limit")
            ) {
                let told = answer.json();
                assert_eq!(
                    told["error"].is_object(),
                    is_facebook,
                    "in its own form: {told}"
                );
            }
            assert_eq!(get(&bank, path, "").await.status, usual, "{order}");
        }
    }
}

#[tokio::test]
async fn a_slow_provider_says_what_it_would_have_said() {
    let bank = TestBank::ready().await;
    fault(
        &bank,
        json!({"identity": "any", "fault": "slow", "delay_ms": 30}),
    )
    .await;
    let begun = Instant::now();
    assert!(get(&bank, CALLS[0].1, "").await.json()["issuer"].is_string());
    assert!(begun.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn a_fault_is_of_its_provider_and_path_and_of_no_bank_or_source() {
    let bank = TestBank::ready().await;
    let status = async |path: &str| get(&bank, path, "").await.status;
    for other in [json!({}), json!({"source": "any"})] {
        let mut order = json!({"fault": "server_error", "until_cleared": true});
        order
            .as_object_mut()
            .expect("an object")
            .extend(other.as_object().expect("an object").clone());
        fault(&bank, order).await;
        for (provider, path) in CALLS {
            assert_ne!(status(path).await, 500, "{provider}");
        }
        deed(&bank, "fault/clear", json!({})).await;
    }
    fault(
        &bank,
        json!({"identity": "google", "fault": "server_error", "until_cleared": true}),
    )
    .await;
    let path = "/identity/oidc/jwks";
    fault(
        &bank,
        json!({"endpoint": path, "fault": "server_error", "until_cleared": true}),
    )
    .await;
    assert_eq!(status(CALLS[0].1).await, 500);
    assert_eq!(status(CALLS[1].1).await, 200);
    assert_eq!(status(path).await, 500);
    assert_eq!(status("/v1/latest").await, 200);
    bank.post(
        "/institutions/get_by_id",
        json!({"institution_id": "ins_109508", "country_codes": ["US"]}),
    )
    .await;
    let waiting = bank.post("/misbehave/fault/list", json!({})).await;
    assert_eq!(waiting["faults"][0]["identity"], "google");
    assert_eq!(
        deed(&bank, "fault/clear", json!({"identity": "oidc"})).await["cleared"],
        0
    );
    assert_eq!(
        deed(&bank, "fault/clear", json!({"identity": "google"})).await["cleared"],
        1
    );
    assert_eq!(status(CALLS[0].1).await, 200);
}

#[tokio::test]
async fn a_false_id_token_waits_for_the_call_that_gives_one() {
    let bank = TestBank::ready().await;
    let order = json!({"identity": "any", "fault": "id_token", "error_code": "wrong_issuer"});
    fault(&bank, order).await;
    for (_, path) in CALLS {
        get(&bank, path, "").await;
    }
    sign_in(&bank, "facebook", &[], &[]).await;
    let waiting = bank.post("/misbehave/fault/list", json!({})).await;
    assert_eq!(waiting["faults"].as_array().map(Vec::len), Some(1));
    let told = sign_in(&bank, "google", &[], &[]).await;
    assert_eq!(
        super::part(text(&told, "id_token"), 1)["iss"],
        "https://issuer.example"
    );

    fault(
        &bank,
        json!({"identity": "facebook", "fault": "id_token", "error_code": "no_email"}),
    )
    .await;
    let code = super::code(&bank, "facebook", &[], &[]).await;
    let told = token(&bank, "facebook", &code, &[]).await.json();
    let waiting = bank.post("/misbehave/fault/list", json!({})).await;
    assert_eq!(
        (told["access_token"].is_string(), &waiting["faults"]),
        (true, &json!([]))
    );
}

#[tokio::test]
async fn a_lost_answer_has_used_the_code_up() {
    let bank = TestBank::ready().await;
    let code = super::code(&bank, "oidc", &[], &[]).await;
    fault(&bank, json!({"identity": "oidc", "fault": "lost"})).await;
    assert_eq!(token(&bank, "oidc", &code, &[]).await.status, 500);
    assert_eq!(
        super::error(&token(&bank, "oidc", &code, &[]).await).1,
        "invalid_grant"
    );
}

#[tokio::test]
async fn orders_that_mean_nothing_are_refused() {
    let bank = TestBank::ready().await;
    for wrong in [
        json!({"identity": "github", "fault": "empty"}),
        json!({"identity": "google", "source": "coinbase", "fault": "empty"}),
        json!({"identity": "google", "fault": "id_token"}),
        json!({"identity": "google", "fault": "id_token", "error_code": "odd"}),
        json!({"identity": "facebook", "fault": "id_token", "error_code": "expired"}),
        json!({"identity": "google", "fault": "figures", "error_code": "zero"}),
        json!({"fault": "id_token", "error_code": "expired"}),
        json!({"identity": Value::from(5), "fault": "empty"}),
    ] {
        let refused = bank.refused("/misbehave/fault/add", wrong.clone()).await;
        assert_eq!(refused.2, "INVALID_FIELD", "{wrong}");
    }
}
