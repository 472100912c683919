//! Plaid's wire: authentication, refusals, and their messages.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{TestBank, code};
use crate::Credentials;

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
    let today = bank.clock.today().to_string();
    for (path, body) in [
        ("/transactions/sync", json!({"access_token": token})),
        (
            "/transactions/get",
            json!({"access_token": token, "start_date": today, "end_date": today}),
        ),
        ("/accounts/get", json!({"access_token": token})),
        ("/accounts/balance/get", json!({"access_token": token})),
        (
            "/institutions/get",
            json!({"count": 1, "offset": 0, "country_codes": ["US"]}),
        ),
        (
            "/institutions/get_by_id",
            json!({"institution_id": "ins_3", "country_codes": ["US"]}),
        ),
        (
            "/institutions/search",
            json!({"query": "bank", "country_codes": ["US"], "products": null}),
        ),
        (
            "/sandbox/public_token/create",
            json!({"institution_id": "ins_109508", "initial_products": ["transactions"]}),
        ),
    ] {
        let mut body = body;
        body["options"] = Value::Null;
        bank.post(path, body).await;
    }
}

#[tokio::test]
async fn a_body_of_null_is_an_empty_one() {
    let bank = TestBank::ready().await;
    for body in ["null", "", " null\n"] {
        let (status, text) = bank.post_text("/item/get", body.to_owned()).await;
        assert_eq!(status, 400, "{body:?}: {text}");
        assert!(
            text.contains("the following required fields are missing: access_token"),
            "{text}"
        );
        assert_eq!(
            bank.post_text("/categories/get", body.to_owned()).await.0,
            200,
            "{body:?}"
        );
        assert_eq!(
            bank.post_text("/misbehave/time", body.to_owned()).await.0,
            200,
            "{body:?}"
        );
        let (_, text) = bank.post_text("/auth/get", body.to_owned()).await;
        assert!(text.contains("access_token"), "{text}");
    }
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
async fn the_banks_that_plaids_own_tests_look_for_are_found() {
    let bank = TestBank::ready().await;
    for id in ["ins_3", "ins_12"] {
        let body = json!({"institution_id": id, "country_codes": ["US"]});
        let found = bank.post("/institutions/get_by_id", body).await;
        assert_eq!(found["institution"]["institution_id"], id);
    }
    for numbers in [
        json!(["021200339"]),
        json!(["052001633"]),
        json!(["021200339", "052001633"]),
    ] {
        let body = json!({"count": 1, "offset": 0, "country_codes": ["US"],
            "options": {"routing_numbers": numbers}});
        assert_eq!(
            bank.post("/institutions/get", body).await["total"],
            1,
            "{numbers}"
        );
    }
    // There are four such banks; `offset` skips one of them.
    let body =
        json!({"count": 3, "offset": 1, "country_codes": ["GB"], "options": {"oauth": true}});
    let british = bank.post("/institutions/get", body).await;
    let british = british["institutions"].as_array().expect("a list").clone();
    assert_eq!(british.len(), 3);
    assert!(
        british.iter().all(|bank| bank["oauth"] == true),
        "{british:?}"
    );
}

#[tokio::test]
async fn metadata_is_there_when_it_is_asked_for() {
    let bank = TestBank::ready().await;
    let ask = async |id: &str, country: &str, options: Value| {
        let body = json!({"institution_id": id, "country_codes": [country], "options": options});
        bank.post("/institutions/get_by_id", body).await["institution"].clone()
    };
    let all = json!({"include_auth_metadata": true, "include_payment_initiation_metadata": true});
    let american = ask("ins_109508", "US", all.clone()).await;
    for method in [
        "instant_auth",
        "instant_match",
        "automated_micro_deposits",
        "instant_micro_deposits",
    ] {
        let methods = &american["auth_metadata"]["supported_methods"];
        assert!(methods[method].is_boolean(), "{method}: {methods}");
    }
    assert!(american["payment_initiation_metadata"].is_null());
    let british = ask("ins_117650", "GB", all).await;
    assert_eq!(
        british["auth_metadata"]["supported_methods"]["instant_match"],
        false
    );
    assert_eq!(
        british["payment_initiation_metadata"]["maximum_payment_amount"]["GBP"],
        "10000"
    );
    let plain = ask("ins_117650", "GB", json!(null)).await;
    assert!(
        plain.get("auth_metadata").is_none() && plain.get("payment_initiation_metadata").is_none()
    );
}

#[tokio::test]
async fn plaids_published_key_is_known_and_has_expired() {
    let bank = TestBank::ready().await;
    let kid = "6c5516e1-92dc-479e-a8ff-5a51992e0001";
    let answer = bank
        .post("/webhook_verification_key/get", json!({"key_id": kid}))
        .await;
    let key = &answer["key"];
    assert_eq!(
        (
            &key["kid"],
            &key["alg"],
            &key["kty"],
            &key["crv"],
            &key["use"]
        ),
        (
            &json!(kid),
            &json!("ES256"),
            &json!("EC"),
            &json!("P-256"),
            &json!("sig")
        )
    );
    let (made, ended) = (key["created_at"].as_i64(), key["expired_at"].as_i64());
    assert!(
        made < ended && ended < Some(bank.clock.now().as_second()),
        "{key}"
    );
    // The point is on the curve, so a client can read the key.
    let (x, y) = (key["x"].as_str().expect("x"), key["y"].as_str().expect("y"));
    assert!(jsonwebtoken::DecodingKey::from_ec_components(x, y).is_ok());
    let body = json!({"key_id": kid.replace("0001", "0002")});
    assert_eq!(
        code(bank.refused("/webhook_verification_key/get", body).await).1,
        "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
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
