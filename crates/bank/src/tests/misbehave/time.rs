//! Time that passes at the bank.

use serde_json::{Value, json};

use super::super::TestBank;
use super::super::webhooks::{Receiver, tick};
use super::{deed, text};

/// Links an Item at a bank. British consents expire after 90 days.
async fn item_at(bank: &TestBank, institution: &str, webhook: &str) -> String {
    let body = json!({
        "institution_id": institution, "initial_products": ["transactions"],
        "options": {"webhook": webhook},
    });
    let public = bank.post("/sandbox/public_token/create", body).await;
    let body = json!({"public_token": public["public_token"]});
    text(&bank.post("/item/public_token/exchange", body).await["access_token"])
}

#[tokio::test]
async fn time_goes_forward_only_and_stays_so() {
    let bank = TestBank::ready().await;
    let start = bank.clock.now();
    let told = deed(&bank, "time/advance", json!({"days": 3, "seconds": 60})).await;
    assert_eq!(told["now"], "2026-03-13T12:01:00Z");
    assert_eq!(bank.clock.now(), start, "nobody else's time moves");
    let bank = bank.reopen().await;
    let now = bank.post("/misbehave/time", json!({})).await;
    assert_eq!(now["now"], "2026-03-13T12:01:00Z");
    assert_eq!(now["lead_ms"], json!(3 * 86_400_000 + 60_000));
    for back in [
        json!({}),
        json!({"days": 0}),
        json!({"days": -1}),
        json!({"days": 3650}),
    ] {
        assert_eq!(
            bank.refused("/misbehave/time/advance", back).await.2,
            "INVALID_FIELD"
        );
    }
}

#[tokio::test]
async fn pending_rows_settle_and_new_ones_come() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let new = json!({"access_token": token, "pending": true, "amount": "3.21"});
    let pending = text(&deed(&bank, "transactions/add", new).await["transaction_id"]);
    deed(&bank, "time/advance", json!({"days": 10})).await;
    let rows = bank
        .post(
            "/misbehave/transactions/list",
            json!({"access_token": token}),
        )
        .await;
    let rows = rows["transactions"].as_array().expect("a list");
    let posted = rows
        .iter()
        .find(|row| row["pending_transaction_id"] == pending.as_str());
    assert_eq!(posted.expect("posted")["date"], "2026-03-12");
    let newest = rows.iter().map(|row| text(&row["date"])).max();
    assert!(newest > Some("2026-03-12".to_owned()), "{newest:?}");
}

#[tokio::test]
async fn a_consent_says_a_week_ahead_that_it_ends_and_then_ends() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let token = item_at(&bank, "ins_116834", &url).await;
    deed(&bank, "time/advance", json!({"days": 82})).await;
    tick(&bank).await;
    assert!(!receiver.codes().contains(&"PENDING_EXPIRATION".to_owned()));
    deed(&bank, "time/advance", json!({"days": 3})).await;
    deed(&bank, "time/advance", json!({"days": 1})).await;
    tick(&bank).await;
    let bodies = receiver.bodies();
    let warned: Vec<&Value> = bodies
        .iter()
        .filter(|body| body["webhook_code"] == "PENDING_EXPIRATION")
        .collect();
    assert_eq!(warned.len(), 1, "once");
    assert_eq!(warned[0]["consent_expiration_time"], "2026-06-08T12:00:00Z");
    deed(&bank, "time/advance", json!({"days": 4})).await;
    let refused = bank
        .refused("/accounts/get", json!({"access_token": token}))
        .await;
    assert_eq!(refused.2, "ITEM_LOGIN_REQUIRED");
    deed(&bank, "item/repair", json!({"access_token": token})).await;
    let item = bank.post("/item/get", json!({"access_token": token})).await;
    assert_eq!(
        item["item"]["consent_expiration_time"],
        "2026-09-06T12:00:00Z"
    );
    bank.post("/accounts/get", json!({"access_token": token}))
        .await;
}

#[tokio::test]
async fn a_log_in_of_thirty_days_says_so_and_ends_but_only_when_time_is_moved() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, _) = bank.item("user_good", json!({"webhook": url})).await;
    bank.advance_days(40);
    tick(&bank).await;
    bank.post("/accounts/get", json!({"access_token": token}))
        .await;
    deed(&bank, "item/repair", json!({"access_token": token})).await;
    deed(&bank, "time/advance", json!({"days": 23})).await;
    tick(&bank).await;
    let bodies = receiver.bodies();
    let warned = bodies
        .iter()
        .find(|body| body["webhook_code"] == "PENDING_DISCONNECT");
    assert_eq!(
        warned.expect("warned")["disconnect_time"],
        "2026-05-19T12:00:00Z"
    );
    bank.post("/accounts/get", json!({"access_token": token}))
        .await;
    deed(&bank, "time/advance", json!({"days": 7})).await;
    let refused = bank
        .refused("/accounts/get", json!({"access_token": token}))
        .await;
    assert_eq!(refused.2, "ITEM_LOGIN_REQUIRED");
    tick(&bank).await;
    assert!(receiver.codes().contains(&"ERROR".to_owned()));
}

#[tokio::test]
async fn signatures_are_of_the_time_outside() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    deed(&bank, "time/advance", json!({"days": 100})).await;
    let token = item_at(&bank, "ins_109508", &url).await;
    let send = json!({"access_token": token, "webhook_code": "LOGIN_REPAIRED"});
    deed(&bank, "webhook/send", send).await;
    tick(&bank).await;
    let got = receiver.got.lock().expect("not poisoned").clone();
    assert!(!got.is_empty());
    for (signature, _) in got {
        let claims = signature.split('.').nth(1).expect("claims").to_owned();
        use base64::Engine;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(claims)
            .expect("base64");
        let claims: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(claims["iat"], json!(bank.clock.now().as_second()));
    }
}
