//! Items: their tokens, their health, their removal, and what is stored of them.

use serde_json::{Value, json};

use super::{TestBank, code};

#[tokio::test]
async fn an_item_goes_from_public_token_to_removal() {
    let bank = TestBank::ready().await;
    let create = json!({"institution_id": "ins_109508", "initial_products": ["transactions"]});
    let public = bank.post("/sandbox/public_token/create", create).await["public_token"].clone();
    let body = json!({"public_token": public});
    let item = bank.post("/item/public_token/exchange", body.clone()).await;
    assert_eq!(
        code(bank.refused("/item/public_token/exchange", body).await).1,
        "INVALID_PUBLIC_TOKEN"
    );
    let token = json!({"access_token": item["access_token"]});
    let got = bank.post("/item/get", token.clone()).await;
    assert_eq!(got["item"]["item_id"], item["item_id"]);
    assert_eq!(got["item"]["institution_name"], "First Platypus Bank");
    assert_eq!(got["item"]["billed_products"], json!(["transactions"]));
    for key in ["error", "webhook", "consent_expiration_time"] {
        assert_eq!(got["item"].get(key), Some(&Value::Null), "{key}");
    }
    let accounts = bank.post("/accounts/get", token.clone()).await;
    assert!(!accounts["accounts"].as_array().expect("a list").is_empty());
    bank.post("/item/remove", token.clone()).await;
    for path in [
        "/item/remove",
        "/item/get",
        "/accounts/get",
        "/transactions/sync",
    ] {
        assert_eq!(
            code(bank.refused(path, token.clone()).await),
            (400, "ITEM_NOT_FOUND".into()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_public_token_is_worth_nothing_after_half_an_hour() {
    let bank = TestBank::ready().await;
    let create = json!({"institution_id": "ins_109508", "initial_products": ["transactions"]});
    let public = bank.post("/sandbox/public_token/create", create).await["public_token"].clone();
    bank.advance_secs(30 * 60);
    let body = json!({"public_token": public});
    assert_eq!(
        code(bank.refused("/item/public_token/exchange", body).await).1,
        "INVALID_PUBLIC_TOKEN"
    );
}

#[tokio::test]
async fn a_rotated_token_is_dead_at_once_and_the_new_one_lives() {
    let bank = TestBank::ready().await;
    let (old, item_id) = bank.item("user_good", json!({})).await;
    let fresh = bank
        .post(
            "/item/access_token/invalidate",
            json!({"access_token": old}),
        )
        .await;
    assert_eq!(
        code(
            bank.refused("/item/get", json!({"access_token": old}))
                .await
        )
        .1,
        "INVALID_ACCESS_TOKEN"
    );
    let got = bank
        .post(
            "/item/get",
            json!({"access_token": fresh["new_access_token"]}),
        )
        .await;
    assert_eq!(got["item"]["item_id"], item_id.as_str());
}

#[tokio::test]
async fn a_second_public_token_gives_a_second_access_token_and_ends_none() {
    let bank = TestBank::ready().await;
    let (first, item_id) = bank.item("user_good", json!({})).await;
    let public = bank
        .post("/item/public_token/create", json!({"access_token": first}))
        .await;
    let body = json!({"public_token": public["public_token"]});
    let second = bank.post("/item/public_token/exchange", body).await;
    assert_eq!(second["item_id"], item_id.as_str());
    for token in [json!(first), second["access_token"].clone()] {
        bank.post("/item/get", json!({"access_token": token})).await;
    }
}

#[tokio::test]
async fn after_a_reset_login_only_the_item_itself_answers() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let body = json!({"access_token": token});
    assert_eq!(
        bank.post("/sandbox/item/reset_login", body.clone()).await["reset_login"],
        true
    );
    for path in [
        "/accounts/get",
        "/accounts/balance/get",
        "/transactions/sync",
        "/transactions/refresh",
    ] {
        assert_eq!(
            bank.refused(path, body.clone()).await,
            (400, "ITEM_ERROR".into(), "ITEM_LOGIN_REQUIRED".into()),
            "{path}"
        );
    }
    assert_eq!(
        bank.post("/item/get", body).await["item"]["error"]["error_code"],
        "ITEM_LOGIN_REQUIRED"
    );
}

#[tokio::test]
async fn an_item_outlives_a_restart_and_its_token_is_not_in_the_file() {
    let bank = TestBank::ready().await;
    let (token, item_id) = bank.item("user_good", json!({})).await;
    let bank = bank.reopen().await;
    assert_eq!(
        bank.post("/item/get", json!({"access_token": token})).await["item"]["item_id"],
        item_id.as_str()
    );
    for name in ["sandbox.db", "sandbox.db-wal"] {
        let bytes = std::fs::read(bank.folder.path().join(name)).unwrap_or_default();
        let found = bytes
            .windows(token.len())
            .any(|window| window == token.as_bytes());
        assert!(!found, "{name} holds the access token");
    }
}

#[tokio::test]
async fn account_ids_are_new_with_each_item_and_persistent_ids_are_not() {
    let bank = TestBank::ready().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let body = json!({"institution_id": "ins_127287", "initial_products": ["transactions"]});
        let public = bank.post("/sandbox/public_token/create", body).await;
        let body = json!({"public_token": public["public_token"]});
        let item = bank.post("/item/public_token/exchange", body).await;
        let accounts = bank
            .post(
                "/accounts/get",
                json!({"access_token": item["access_token"]}),
            )
            .await;
        ids.push(accounts["accounts"][0].clone());
    }
    assert_ne!(ids[0]["account_id"], ids[1]["account_id"]);
    assert!(ids[0]["persistent_account_id"].is_string());
    assert_eq!(
        ids[0]["persistent_account_id"],
        ids[1]["persistent_account_id"]
    );
}

#[tokio::test]
async fn a_wrong_account_id_is_refused() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let nobody = "M5eVJqLnv3tbzdngLDp9FL5OlDNxlNhlE55op";
    let body = json!({"access_token": token, "options": {"account_ids": [nobody]}});
    assert_eq!(
        code(bank.refused("/accounts/get", body).await),
        (400, "INVALID_ACCOUNT_ID".into())
    );
}
