//! Accounts and log-ins that change on demand.

use serde_json::{Value, json};

use super::super::TestBank;
use super::super::webhooks::{Receiver, tick};
use super::{deed, text};

async fn accounts(bank: &TestBank, token: &str) -> Vec<Value> {
    let all = bank
        .post("/accounts/get", json!({"access_token": token}))
        .await;
    all["accounts"].as_array().expect("a list").clone()
}

async fn with_webhook() -> (TestBank, Receiver, String) {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, _) = bank.item("user_good", json!({"webhook": url})).await;
    bank.post("/transactions/sync", json!({"access_token": token}))
        .await;
    tick(&bank).await;
    (bank, receiver, token)
}

#[tokio::test]
async fn a_new_account_waits_to_be_chosen() {
    let (bank, receiver, token) = with_webhook().await;
    let before = accounts(&bank, &token).await.len();
    let new =
        json!({"access_token": token, "name": "Holiday fund", "mask": "4242", "balance": "250.00"});
    let id = text(&deed(&bank, "account/add", new).await["account_id"]);
    tick(&bank).await;
    assert!(
        receiver
            .codes()
            .contains(&"NEW_ACCOUNTS_AVAILABLE".to_owned())
    );
    assert_eq!(accounts(&bank, &token).await.len(), before);
    let choose = json!({"access_token": token, "account_id": id, "selected": true});
    deed(&bank, "account/select", choose).await;
    let all = accounts(&bank, &token).await;
    let new = all
        .iter()
        .find(|account| account["account_id"] == id.as_str())
        .expect("there");
    assert_eq!(
        (&new["name"], &new["mask"]),
        (&json!("Holiday fund"), &json!("4242"))
    );
    assert_eq!(new["balances"]["current"], json!(250.0));
    let rows = bank
        .post(
            "/misbehave/transactions/list",
            json!({"access_token": token}),
        )
        .await;
    let mut rows = rows["transactions"].as_array().expect("a list").iter();
    assert!(
        rows.any(|row| row["account_id"] == id.as_str()),
        "it has a row"
    );
}

#[tokio::test]
async fn a_closed_account_vanishes_without_a_word_and_stays_away() {
    let (bank, receiver, token) = with_webhook().await;
    let told = receiver.codes().len();
    let all = accounts(&bank, &token).await;
    let id = text(&all[0]["account_id"]);
    deed(
        &bank,
        "account/close",
        json!({"access_token": token, "account_id": id}),
    )
    .await;
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), told);
    bank.advance_days(3);
    let left = accounts(&bank, &token).await;
    assert_eq!(left.len(), all.len() - 1);
    assert!(
        left.iter()
            .all(|account| account["account_id"] != id.as_str())
    );
    let rows = bank
        .post(
            "/misbehave/transactions/list",
            json!({"access_token": token}),
        )
        .await;
    let mut rows = rows["transactions"].as_array().expect("a list").iter();
    assert!(rows.all(|row| row["account_id"] != id.as_str()));

    let second = text(&left[0]["account_id"]);
    let close = json!({"access_token": token, "account_id": second, "webhook": true});
    deed(&bank, "account/close", close).await;
    tick(&bank).await;
    let bodies = receiver.bodies();
    let revoked = bodies
        .iter()
        .find(|body| body["webhook_code"] == "USER_ACCOUNT_REVOKED");
    assert_eq!(revoked.expect("told")["account_id"], second.as_str());
}

#[tokio::test]
async fn a_log_in_ends_with_any_code_and_comes_back() {
    let (bank, receiver, token) = with_webhook().await;
    for code in ["ITEM_LOGIN_REQUIRED", "ITEM_LOCKED", "NOBODY_KNOWS_THIS"] {
        deed(
            &bank,
            "item/error",
            json!({"access_token": token, "error_code": code}),
        )
        .await;
        let refused = bank
            .refused("/accounts/get", json!({"access_token": token}))
            .await;
        assert_eq!(refused.2, code);
        let item = bank.post("/item/get", json!({"access_token": token})).await;
        assert_eq!(item["item"]["error"]["error_code"], code);
    }
    deed(&bank, "item/revoke", json!({"access_token": token})).await;
    let refused = bank
        .refused("/transactions/sync", json!({"access_token": token}))
        .await;
    assert_eq!(refused.2, "USER_PERMISSION_REVOKED");
    let bank = bank.reopen().await;
    assert_eq!(
        bank.refused("/accounts/get", json!({"access_token": token}))
            .await
            .2,
        "USER_PERMISSION_REVOKED"
    );
    deed(&bank, "item/repair", json!({"access_token": token})).await;
    assert!(!accounts(&bank, &token).await.is_empty());
    tick(&bank).await;
    for code in ["ERROR", "USER_PERMISSION_REVOKED", "LOGIN_REPAIRED"] {
        assert!(receiver.codes().contains(&code.to_owned()), "{code}");
    }
}
