//! Webhooks on demand: of any type, repeated, delayed, reordered, forged.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::super::TestBank;
use super::super::webhooks::{Receiver, tick};
use super::{deed, text};
use crate::bank::{Forgery, WEBHOOK_CODES, hash};

async fn with_webhook() -> (TestBank, Receiver, String, String) {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, id) = bank.item("user_good", json!({})).await;
    bank.post(
        "/item/webhook/update",
        json!({"access_token": token, "webhook": url}),
    )
    .await;
    bank.post("/transactions/sync", json!({"access_token": token}))
        .await;
    tick(&bank).await;
    receiver.got.lock().expect("not poisoned").clear();
    (bank, receiver, token, id)
}

/// Whether a careful receiver accepts a webhook, with the keys that the bank publishes.
async fn believed(bank: &TestBank, signature: &str, body: &str) -> bool {
    let Ok(header) = jsonwebtoken::decode_header(signature) else {
        return false;
    };
    let (Algorithm::ES256, Some(kid)) = (header.alg, header.kid) else {
        return false;
    };
    let (status, key) = bank
        .post_text(
            "/webhook_verification_key/get",
            json!({"key_id": kid}).to_string(),
        )
        .await;
    let key: Value = serde_json::from_str(&key).expect("JSON");
    let now = bank.clock.now().as_second();
    let expired = key["key"]["expired_at"]
        .as_i64()
        .is_some_and(|at| at <= now);
    if status != 200 || expired || signature.len() > 4096 {
        return false;
    }
    let jwk: Jwk = serde_json::from_value(key["key"].clone()).expect("a JWK");
    let mut rules = Validation::new(Algorithm::ES256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    let key = DecodingKey::from_jwk(&jwk).expect("a key");
    let Ok(token) = jsonwebtoken::decode::<Value>(signature, &key, &rules) else {
        return false;
    };
    let fresh = token.claims["iat"]
        .as_i64()
        .is_some_and(|iat| (iat - now).abs() <= 300);
    fresh && token.claims["request_body_sha256"] == hash(body).as_str()
}

#[tokio::test]
async fn every_webhook_of_the_reference_is_sent_and_unknown_ones_too() {
    let (bank, receiver, token, id) = with_webhook().await;
    for (_, code, _) in WEBHOOK_CODES {
        deed(
            &bank,
            "webhook/send",
            json!({"item_id": id, "webhook_code": code}),
        )
        .await;
    }
    let unknown = json!({
        "item_id": id, "webhook_type": "WEATHER", "webhook_code": "RAIN", "fields": {"drops": [1, null]},
        "without": ["environment"],
    });
    deed(&bank, "webhook/send", unknown).await;
    tick(&bank).await;
    let bodies = receiver.bodies();
    assert_eq!(bodies.len(), WEBHOOK_CODES.len() + 1);
    for (kind, code, _) in WEBHOOK_CODES {
        let body = bodies
            .iter()
            .find(|body| body["webhook_code"] == code)
            .expect("sent");
        assert_eq!(body["webhook_type"], kind, "{code}");
        assert_eq!(body["environment"], "sandbox", "{code}");
        assert_eq!(body.get("item_id").is_some(), kind != "LINK", "{code}");
    }
    let rain = bodies
        .iter()
        .find(|body| body["webhook_code"] == "RAIN")
        .expect("sent");
    assert_eq!(
        (&rain["drops"], rain.get("environment")),
        (&json!([1, null]), None)
    );
    let untyped = json!({"access_token": token, "webhook_code": "RAIN"});
    assert_eq!(
        bank.refused("/misbehave/webhook/send", untyped).await.2,
        "INVALID_FIELD"
    );
}

#[tokio::test]
async fn a_webhook_goes_out_twice_or_late() {
    let (bank, receiver, token, _) = with_webhook().await;
    let twice =
        json!({"access_token": token, "webhook_code": "SYNC_UPDATES_AVAILABLE", "times": 2});
    deed(&bank, "webhook/send", twice).await;
    let late =
        json!({"access_token": token, "webhook_code": "LOGIN_REPAIRED", "delay_seconds": 90});
    deed(&bank, "webhook/send", late).await;
    tick(&bank).await;
    assert_eq!(
        receiver.codes(),
        ["SYNC_UPDATES_AVAILABLE", "SYNC_UPDATES_AVAILABLE"]
    );
    bank.advance_secs(89);
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 2);
    bank.advance_secs(1);
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 3);
    let got = receiver.got.lock().expect("not poisoned").clone();
    for (signature, body) in got {
        assert!(believed(&bank, &signature, &body).await);
    }
}

#[tokio::test]
async fn webhooks_are_kept_back_and_let_go_the_last_one_first() {
    let (bank, receiver, token, _) = with_webhook().await;
    deed(&bank, "webhook/hold", json!({"access_token": token})).await;
    deed(&bank, "transactions/add", json!({"access_token": token})).await;
    bank.advance_secs(1);
    deed(&bank, "item/error", json!({"access_token": token})).await;
    bank.advance_secs(1);
    deed(&bank, "item/repair", json!({"access_token": token})).await;
    tick(&bank).await;
    assert!(receiver.codes().is_empty());
    let bank = bank.reopen().await;
    bank.advance_secs(3600);
    let release = json!({"access_token": token, "reversed": true});
    assert_eq!(
        deed(&bank, "webhook/release", release).await["released"],
        json!(4)
    );
    tick(&bank).await;
    let codes = receiver.codes();
    assert_eq!(codes[..2], ["LOGIN_REPAIRED", "ERROR"]);
    assert_eq!(codes.len(), 4);
    let got = receiver.got.lock().expect("not poisoned").clone();
    for (signature, body) in got {
        assert!(
            believed(&bank, &signature, &body).await,
            "signed when it was let go"
        );
    }
    deed(&bank, "transactions/add", json!({"access_token": token})).await;
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 6, "and from then on as usual");
}

#[tokio::test]
async fn no_forgery_is_believed_and_none_is_sent_again() {
    let (bank, receiver, token, _) = with_webhook().await;
    let forged = |name: &str| json!({"access_token": token, "webhook_code": "SYNC_UPDATES_AVAILABLE", "forgery": name});
    assert_eq!(
        bank.refused("/misbehave/webhook/send", forged("expired_key"))
            .await
            .2,
        "INVALID_FIELD",
        "no key has expired yet"
    );
    assert_eq!(
        bank.refused("/misbehave/webhook/send", forged("poetry"))
            .await
            .2,
        "INVALID_FIELD"
    );
    deed(&bank, "webhook/key/rotate", json!({})).await;
    receiver.answer(401, None);
    for forgery in Forgery::ALL {
        deed(&bank, "webhook/send", forged(forgery.name)).await;
        tick(&bank).await;
        let (signature, body) = receiver
            .got
            .lock()
            .expect("not poisoned")
            .pop()
            .unwrap_or_else(|| panic!("{} was not sent", forgery.name));
        assert!(
            !believed(&bank, &signature, &body).await,
            "{}",
            forgery.name
        );
    }
    bank.advance_days(1);
    tick(&bank).await;
    let told = bank
        .post("/misbehave/webhook/list", json!({"access_token": token}))
        .await;
    let told = told["webhooks"].as_array().expect("a list");
    let forged: Vec<_> = told
        .iter()
        .filter(|one| !one["forgery"].is_null())
        .collect();
    assert_eq!(forged.len(), Forgery::ALL.len());
    for one in forged {
        assert_eq!(
            (&one["attempts"], &one["last_status"]),
            (&json!(1), &json!(401)),
            "{one}"
        );
    }
}

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_expires_or_is_forgotten() {
    let (bank, receiver, token, _) = with_webhook().await;
    let send = json!({"access_token": token, "webhook_code": "SYNC_UPDATES_AVAILABLE"});
    let mut kids = Vec::new();
    for rotate in [
        json!({"expire_after_seconds": 3600}),
        json!({}),
        json!({"forget": true}),
    ] {
        let kid = text(&deed(&bank, "webhook/key/rotate", rotate).await["kid"]);
        deed(&bank, "webhook/send", send.clone()).await;
        tick(&bank).await;
        let (signature, body) = receiver
            .got
            .lock()
            .expect("not poisoned")
            .pop()
            .expect("sent");
        let header = jsonwebtoken::decode_header(&signature).expect("a header");
        assert_eq!(header.kid.as_deref(), Some(kid.as_str()));
        assert!(believed(&bank, &signature, &body).await);
        kids.push(kid);
    }
    let key = |kid: &str| json!({"key_id": kid});
    for kid in &kids[..2] {
        assert_eq!(
            bank.refused("/webhook_verification_key/get", key(kid))
                .await
                .2,
            "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
        );
    }
    deed(
        &bank,
        "webhook/key/rotate",
        json!({"expire_after_seconds": 60}),
    )
    .await;
    let old = bank
        .post("/webhook_verification_key/get", key(&kids[2]))
        .await;
    assert_eq!(
        old["key"]["expired_at"],
        json!(bank.clock.now().as_second() + 60)
    );
}
