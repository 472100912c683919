//! Simulated failures of calls.

use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::super::TestBank;
use super::deed;
use crate::bank::FaultKind;

/// Requests the accounts. Returns the status, the headers, and the body if it can be read.
async fn ask(bank: &TestBank, token: &str) -> (u16, axum::http::HeaderMap, Option<String>) {
    let request = Request::post("/accounts/get")
        .header("plaid-client-id", "client")
        .header("plaid-secret", "secret")
        .body(Body::from(json!({"access_token": token}).to_string()))
        .expect("a request");
    let answer = bank
        .sandbox
        .api_router()
        .oneshot(request)
        .await
        .expect("an answer");
    let (parts, body) = answer.into_parts();
    let text = to_bytes(body, usize::MAX).await.ok();
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (parts.status.as_u16(), parts.headers, text)
}

async fn with_item() -> (TestBank, String) {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    (bank, token)
}

fn json_of(text: Option<String>) -> Option<Value> {
    serde_json::from_str(&text?).ok()
}

#[tokio::test]
async fn a_fault_is_for_as_many_calls_as_it_says_and_then_over() {
    let (bank, token) = with_item().await;
    let fault = json!({"fault": "rate_limit", "retry_after": 7, "times": 2, "skip": 1});
    deed(&bank, "fault/add", fault).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (status, headers, _) = ask(&bank, &token).await;
        let wait = headers
            .get("retry-after")
            .map(|value| value.to_str().expect("text").to_owned());
        seen.push((status, wait));
    }
    let limited = || (429, Some("7".to_owned()));
    assert_eq!(seen, [(200, None), limited(), limited(), (200, None)]);
}

#[tokio::test]
async fn a_fault_is_for_one_endpoint_item_or_institution() {
    let (bank, token) = with_item().await;
    let (other, other_id) = bank.item("user_good", json!({})).await;
    let all = json!({"fault": "server_error", "endpoint": "/item/get", "item_id": other_id, "until_cleared": true});
    deed(&bank, "fault/add", all).await;
    assert_eq!(ask(&bank, &other).await.0, 200);
    bank.post("/item/get", json!({"access_token": token})).await;
    for _ in 0..2 {
        assert_eq!(
            bank.refused("/item/get", json!({"access_token": other}))
                .await
                .0,
            500
        );
    }
    let waiting = bank.post("/misbehave/fault/list", json!({})).await;
    assert_eq!(waiting["faults"].as_array().map(Vec::len), Some(1));
    let cleared = deed(&bank, "fault/clear", json!({"access_token": token})).await;
    assert_eq!(cleared["cleared"], 0, "of another Item");
    deed(&bank, "fault/clear", json!({})).await;
    bank.post("/item/get", json!({"access_token": other})).await;

    let down =
        json!({"fault": "error", "institution_id": "ins_109508", "error_code": "INSTITUTION_DOWN"});
    deed(&bank, "fault/add", down).await;
    bank.post("/item/get", json!({"access_token": token})).await;
    let refused = bank
        .refused("/accounts/get", json!({"access_token": token}))
        .await;
    assert_eq!(
        refused,
        (400, "INSTITUTION_ERROR".into(), "INSTITUTION_DOWN".into())
    );
}

/// A new way needs a case here.
#[tokio::test]
async fn answers_are_spoilt_in_every_way() {
    let (bank, token) = with_item().await;
    let good = json_of(ask(&bank, &token).await.2).expect("JSON");
    for (name, _) in FaultKind::of_banks() {
        if name == "mutation" {
            // It spoils no answer: see `the_data_changes_between_two_pages_for_real`.
            continue;
        }
        deed(&bank, "fault/add", json!({"fault": name, "delay_ms": 20})).await;
        let (status, _, text) = ask(&bank, &token).await;
        let unreadable = matches!(name, "cut" | "hang");
        assert_eq!(text.is_none(), unreadable, "{name}: {text:?}");
        let text = text.unwrap_or_default();
        let spoilt: Option<Value> = serde_json::from_str(&text).ok();
        let code = spoilt
            .as_ref()
            .map_or("", |it| it["error_code"].as_str().unwrap_or(""));
        match name {
            "rate_limit" => assert_eq!((status, code), (429, "RATE_LIMIT")),
            "server_error" | "lost" => assert_eq!((status, code), (500, "INTERNAL_SERVER_ERROR")),
            "error" => assert_eq!((status, code), (400, "INSTITUTION_DOWN")),
            "slow" => assert_eq!(spoilt.expect("JSON")["accounts"], good["accounts"]),
            "wrong_types" => assert_eq!(spoilt.expect("JSON")["accounts"], 42),
            "absurd_values" => assert!(text.contains("\"current\":-1e999"), "{text}"),
            "nulls" => {
                let spoilt = spoilt.expect("JSON");
                assert_eq!(spoilt["modified"], serde_json::Value::Null, "{spoilt}");
            }
            "bad_gateway" => assert!(status == 502 && text.contains("<h1>"), "{status} {text}"),
            "html" => assert!(status == 200 && text.contains("<h1>"), "{status} {text}"),
            "empty" => assert_eq!((status, text.as_str()), (200, "")),
            "truncated" => assert!(status == 200 && spoilt.is_none() && !text.is_empty()),
            "cut" | "hang" => assert_eq!(status, 200, "{name}"),
            new => panic!("{new} has no case"),
        }
        let after = json_of(ask(&bank, &token).await.2).expect("JSON");
        assert_eq!(after["accounts"], good["accounts"], "{name} is over");
    }
    assert_eq!(
        bank.refused("/misbehave/fault/add", json!({"fault": "rain"}))
            .await
            .2,
        "INVALID_FIELD"
    );
}

#[tokio::test]
async fn a_lost_answer_is_to_a_call_that_was_done() {
    let (bank, token) = with_item().await;
    deed(
        &bank,
        "fault/add",
        json!({"fault": "lost", "endpoint": "/item/remove"}),
    )
    .await;
    assert_eq!(
        bank.refused("/item/remove", json!({"access_token": token}))
            .await
            .0,
        500
    );
    assert_eq!(
        bank.refused("/item/remove", json!({"access_token": token}))
            .await
            .2,
        "ITEM_NOT_FOUND"
    );
}

#[tokio::test]
async fn an_answer_comes_late_or_not_at_all() {
    let (bank, token) = with_item().await;
    deed(&bank, "fault/add", json!({"fault": "slow", "delay_ms": 50})).await;
    let began = Instant::now();
    assert_eq!(ask(&bank, &token).await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(50));
    deed(&bank, "fault/add", json!({"fault": "hang"})).await;
    let waiting = tokio::time::timeout(Duration::from_millis(300), ask(&bank, &token)).await;
    assert!(waiting.is_err(), "it hangs");
    deed(&bank, "fault/add", json!({"fault": "hang", "delay_ms": 20})).await;
    assert_eq!(
        ask(&bank, &token).await.2,
        None,
        "and ends without an answer"
    );
}

#[tokio::test]
async fn unknown_codes_and_types_are_said() {
    let (bank, token) = with_item().await;
    let odd = json!({"fault": "error", "error_code": "MOON_IS_FULL", "error_type": "LUNAR_ERROR"});
    deed(&bank, "fault/add", odd).await;
    let refused = bank
        .refused("/accounts/get", json!({"access_token": token}))
        .await;
    assert_eq!(
        refused,
        (400, "UNHEARD_OF_ERROR".into(), "MOON_IS_FULL".into())
    );
}

#[tokio::test]
async fn the_data_changes_between_two_pages_for_real() {
    let (bank, token) = with_item().await;
    deed(&bank, "fault/add", json!({"fault": "mutation", "times": 2})).await;
    let page = |cursor: &Value| json!({"access_token": token, "cursor": cursor, "count": 100});
    for _ in 0..2 {
        let first = bank.post("/transactions/sync", page(&json!(""))).await;
        assert_eq!(first["has_more"], true);
        let refused = bank
            .refused("/transactions/sync", page(&first["next_cursor"]))
            .await;
        assert_eq!(refused.2, "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION");
    }
    let mut cursor = json!("");
    let mut changed = 0;
    loop {
        let next = bank.post("/transactions/sync", page(&cursor)).await;
        let added = next["added"].as_array().expect("a list").iter();
        changed += added
            .filter(|row| row["name"] == "CHANGED BETWEEN TWO PAGES")
            .count();
        cursor = next["next_cursor"].clone();
        if next["has_more"] == false {
            break;
        }
    }
    assert_eq!(changed, 2, "each change is there, once");
}

#[tokio::test]
async fn the_banks_own_calls_go_through_unless_they_are_named() {
    let (bank, token) = with_item().await;
    deed(
        &bank,
        "fault/add",
        json!({"fault": "server_error", "until_cleared": true}),
    )
    .await;
    bank.post("/sandbox/item/reset_login", json!({"access_token": token}))
        .await;
    bank.post("/misbehave/item/list", json!({})).await;
    assert_eq!(ask(&bank, &token).await.0, 500);
    let bank = bank.reopen().await;
    assert_eq!(
        ask(&bank, &token).await.0,
        400,
        "a restart forgets faults, not log-ins that ended"
    );
}
