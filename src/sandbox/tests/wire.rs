//! The wire itself: who is let in, what is refused, in which words.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{TestBank, code};
use crate::sandbox::Credentials;

#[tokio::test]
async fn credentials_are_taken_from_headers_or_body_and_must_not_be_empty() {
    let bank = TestBank::ready().await;
    let ask = async |body: Value| {
        let request = Request::post("/item/get")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let (status, text) = bank.send(request).await;
        let body: Value = serde_json::from_str(&text).expect("JSON");
        (
            status,
            body["error_code"].clone(),
            body["error_message"].clone(),
        )
    };
    let missing = ask(json!({"access_token": "access-sandbox-x"})).await;
    assert_eq!(missing.1, "MISSING_FIELDS");
    assert_eq!(
        missing.2,
        "the following required fields are missing: client_id, secret"
    );
    let empty =
        ask(json!({"client_id": "", "secret": "s", "access_token": "access-sandbox-x"})).await;
    assert_eq!(empty.1, "INVALID_API_KEYS");
    let good =
        ask(json!({"client_id": "c", "secret": "s", "access_token": "access-sandbox-x"})).await;
    assert_eq!(good.1, "INVALID_ACCESS_TOKEN");
}

#[tokio::test]
async fn a_bank_with_a_pair_of_its_own_lets_nobody_else_in() {
    let pair = Credentials {
        client_id: "client".into(),
        secret: "other".into(),
    };
    let bank = TestBank::with(|config| config.credentials = Some(pair)).await;
    let body = json!({"access_token": "access-sandbox-x"});
    assert_eq!(
        code(bank.refused("/item/get", body).await),
        (400, "INVALID_API_KEYS".into())
    );
}

#[tokio::test]
async fn unknown_paths_bodies_fields_and_methods_are_refused_in_plaids_words() {
    let bank = TestBank::ready().await;
    assert_eq!(
        code(bank.refused("/item/got", json!({})).await),
        (400, "NOT_FOUND".into())
    );
    let get = Request::get("/item/get")
        .body(Body::empty())
        .expect("a request");
    assert!(bank.send(get).await.1.contains("NOT_FOUND"));
    for body in ["{", "[]", "\"x\""] {
        let (status, text) = bank.post_text("/item/get", body.to_owned()).await;
        assert_eq!(
            (status, text.contains("INVALID_BODY")),
            (400, true),
            "{body}"
        );
    }
    let body = json!({"access_token": "access-sandbox-x", "acess": 1}).to_string();
    let (_, text) = bank.post_text("/item/get", body).await;
    assert!(
        text.contains("the following fields are not recognized by this endpoint: acess"),
        "{text}"
    );
    let (_, text) = bank.post_text("/item/get", "{}".to_owned()).await;
    assert!(
        text.contains("the following required fields are missing: access_token"),
        "{text}"
    );
}

#[tokio::test]
async fn nulls_of_real_clients_are_taken_for_nothing() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    bank.post(
        "/transactions/sync",
        json!({"access_token": token, "cursor": null, "count": null}),
    )
    .await;
    let options = json!({"access_token": token, "options": null});
    assert_eq!(
        code(bank.refused("/transactions/sync", options).await).1,
        "INVALID_FIELD"
    );
}

#[tokio::test]
async fn too_many_calls_for_an_item_are_429_until_the_minute_is_over() {
    let bank = TestBank::with(|config| config.enforce_rate_limits = true).await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let body = json!({"access_token": token});
    for _ in 0..2 {
        bank.post("/transactions/refresh", body.clone()).await;
    }
    assert_eq!(
        bank.refused("/transactions/refresh", body.clone()).await,
        (
            429,
            "RATE_LIMIT_EXCEEDED".into(),
            "TRANSACTIONS_REFRESH_LIMIT".into()
        )
    );
    bank.advance_secs(60);
    bank.post("/transactions/refresh", body).await;
}

#[tokio::test]
async fn institutions_are_found_with_what_was_asked_for() {
    let bank = TestBank::ready().await;
    let all = bank
        .post(
            "/institutions/get",
            json!({"count": 500, "offset": 0, "country_codes": ["US"]}),
        )
        .await;
    assert_eq!(
        all["total"].as_u64().map(|n| n as usize),
        all["institutions"].as_array().map(Vec::len)
    );
    let body = json!({"institution_id": "ins_109508", "country_codes": ["US"]});
    let plain = bank.post("/institutions/get_by_id", body).await["institution"].clone();
    assert_eq!(plain["connection_availability"], "SUPPORTED");
    assert!(plain.get("logo").is_none());
    let body = json!({"institution_id": "ins_109508", "country_codes": ["US"],
        "options": {"include_optional_metadata": true, "include_status": true}});
    let full = bank.post("/institutions/get_by_id", body).await["institution"].clone();
    assert!(full["logo"].is_string() && full["url"].is_string() && full["status"].is_object());
    let found = bank
        .post(
            "/institutions/search",
            json!({"query": "platypus", "country_codes": ["US"]}),
        )
        .await;
    assert!(
        found["institutions"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|bank| bank["institution_id"] == "ins_109508")
    );
    let body = json!({"institution_id": "ins_0", "country_codes": ["US"]});
    assert_eq!(
        code(bank.refused("/institutions/get_by_id", body).await).1,
        "INVALID_INSTITUTION"
    );
    let body = json!({"institution_id": "ins_109508", "country_codes": ["XX"]});
    assert_eq!(
        code(bank.refused("/institutions/get_by_id", body).await).1,
        "INVALID_FIELD"
    );
}

#[tokio::test]
async fn categories_need_no_credentials() {
    let bank = TestBank::ready().await;
    let request = Request::post("/categories/get")
        .body(Body::from("{}"))
        .expect("a request");
    assert_eq!(bank.send(request).await.0, 200);
}
