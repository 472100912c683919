//! The keys that sign ID tokens: one per provider, stored, and rotated on demand.

use serde_json::{Value, json};

use super::forged::verified;
use super::{deed, get, sign_in, text};
use crate::tests::TestBank;

async fn kids(bank: &TestBank, provider: &str) -> Vec<String> {
    let answer = get(bank, &format!("/identity/{provider}/jwks"), "").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("cache-control")
            .starts_with("public, max-age=")
    );
    let keys = answer.json();
    let keys = keys["keys"].as_array().expect("a list");
    for key in keys {
        assert_eq!(
            [&key["kty"], &key["use"], &key["alg"], &key["e"]],
            ["RSA", "sig", "RS256", "AQAB"]
        );
        assert_eq!(text(key, "n").len(), 342, "2048 bits");
        assert_eq!(
            key.as_object().map(serde_json::Map::len),
            Some(6),
            "nothing of the private half"
        );
    }
    keys.iter().map(|key| text(key, "kid").to_owned()).collect()
}

#[tokio::test]
async fn a_restart_keeps_the_key_and_each_provider_has_its_own() {
    let bank = TestBank::ready().await;
    let google = kids(&bank, "google").await;
    let token = sign_in(&bank, "oidc", &[], &[]).await;
    let oidc = kids(&bank, "oidc").await;
    assert_eq!((google.len(), oidc.len()), (1, 1));
    assert_ne!(google, oidc);
    let bank = bank.reopen().await;
    assert_eq!(kids(&bank, "google").await, google);
    assert_eq!(kids(&bank, "oidc").await, oidc);
    assert!(
        verified(&bank, "oidc", text(&token, "id_token"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_key_is_made_once_however_many_ask_for_it_first() {
    let bank = TestBank::ready().await;
    let (one, two, three) = tokio::join!(
        kids(&bank, "oidc"),
        kids(&bank, "oidc"),
        kids(&bank, "oidc")
    );
    assert_eq!((one.len(), &one, &one), (1, &two, &three));
}

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_is_told_of_as_long_as_was_asked() {
    let bank = TestBank::ready().await;
    let first = kids(&bank, "google").await;
    let token = sign_in(&bank, "google", &[], &[]).await;
    let token = text(&token, "id_token");
    let told = deed(
        &bank,
        "identity/key/rotate",
        json!({"identity": "google", "expire_after_seconds": 60}),
    )
    .await;
    assert_eq!(told["kids"].as_array().map(Vec::len), Some(1));
    let both = kids(&bank, "google").await;
    assert_eq!((both.len(), &both[1]), (2, &first[0]));
    assert_eq!(told["kids"][0], Value::from(both[0].clone()));
    assert!(verified(&bank, "google", token).await.is_ok());
    let new = sign_in(&bank, "google", &[], &[]).await;
    let new = text(&new, "id_token");
    assert_eq!(super::part(new, 0)["kid"], Value::from(both[0].clone()));
    assert!(verified(&bank, "google", new).await.is_ok());
    bank.advance_secs(60);
    assert_eq!(kids(&bank, "google").await, both[..1]);
    assert_eq!(
        verified(&bank, "google", token).await,
        Err("unknown kid".to_owned())
    );

    let other = kids(&bank, "oidc").await;
    deed(&bank, "identity/key/rotate", json!({})).await;
    for (provider, before) in [("google", &both[..1]), ("oidc", &other[..])] {
        let after = kids(&bank, provider).await;
        assert_eq!(after.len(), 1, "gone at once");
        assert_ne!(after, before);
    }
    for wrong in ["facebook", "unheard"] {
        let order = json!({"identity": wrong});
        assert_eq!(
            bank.refused("/misbehave/identity/key/rotate", order)
                .await
                .2,
            "INVALID_FIELD"
        );
    }
}
