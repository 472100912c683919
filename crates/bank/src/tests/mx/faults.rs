//! Simulated failures of calls on MX's wire.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::misbehave::deed;
use super::{Mx, basic, call, list};
use crate::tests::TestBank;

/// Requests a member's status. Returns the HTTP status, the headers, and the body if it can be read.
async fn ask(bank: &TestBank, path: &str) -> (u16, HeaderMap, Option<String>) {
    let request = Request::get(path)
        .header("authorization", basic("a:b"))
        .header("accept-version", "v20250224")
        .body(Body::empty())
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

#[tokio::test]
async fn calls_are_refused_with_any_status_and_body() {
    let bank = TestBank::ready().await;
    for status in [
        400, 401, 403, 404, 405, 406, 409, 422, 429, 500, 502, 503, 504,
    ] {
        for body in [None, Some("text"), Some("html"), Some("empty")] {
            let order = json!({
                "fault": "error", "status": status, "body": body, "error_code": "No, not now.",
                "endpoint": "GET /users",
            });
            deed(&bank, "fault/add", order).await;
            let (seen, headers, text) = ask(&bank, "/users").await;
            assert_eq!(seen, status);
            let text = text.expect("a body");
            let json: Value = serde_json::from_str(&text).unwrap_or_default();
            match body {
                None => assert_eq!(json["error"]["message"], "No, not now."),
                Some("text") => assert_eq!(json["error"], "No, not now."),
                Some("html") => {
                    assert_eq!(headers["content-type"], "text/html");
                    assert!(text.starts_with("<html>"));
                }
                _ => assert_eq!(text, ""),
            }
            assert_eq!(ask(&bank, "/users").await.0, 200, "once");
        }
    }
}

#[tokio::test]
async fn a_fault_is_for_one_call_of_one_member() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let (ill, well) = (
        mx.connected().await,
        mx.member_at("mxcu", "mxuser", "x").await,
    );
    let order = json!({
        "fault": "rate_limit", "retry_after": 9, "member_guid": ill, "until_cleared": true,
        "endpoint": "GET /users/{user}/members/{member}/status",
    });
    deed(&bank, "fault/add", order).await;
    let path = |member: &str, last: &str| format!("/users/{}/members/{member}{last}", mx.user);
    let (status, headers, _) = ask(&bank, &path(&ill, "/status")).await;
    assert_eq!(
        (status, &headers["retry-after"]),
        (429, &"9".parse().expect("a value"))
    );
    assert_eq!(ask(&bank, &path(&ill, "")).await.0, 200, "another call");
    assert_eq!(
        ask(&bank, &path(&well, "/status")).await.0,
        200,
        "another member"
    );
    let cleared = deed(&bank, "fault/clear", json!({"member_guid": ill})).await;
    assert_eq!(cleared["cleared"], 1);
    assert_eq!(ask(&bank, &path(&ill, "/status")).await.0, 200);
    let down = json!({"fault": "error", "status": 503, "institution_id": "mxcu"});
    deed(&bank, "fault/add", down).await;
    assert_eq!(ask(&bank, &path(&ill, "/accounts")).await.0, 200);
    assert_eq!(ask(&bank, &path(&well, "/accounts")).await.0, 503);
}

#[tokio::test]
async fn answers_are_spoilt_in_every_way() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    mx.connected().await;
    let path = format!("/users/{}/transactions", mx.user);
    for (name, status) in [
        ("server_error", 500),
        ("bad_gateway", 502),
        ("truncated", 200),
        ("cut", 200),
        ("lost", 500),
        ("wrong_types", 200),
        ("absurd_values", 200),
        ("nulls", 200),
        ("html", 200),
        ("empty", 200),
    ] {
        deed(&bank, "fault/add", json!({"fault": name})).await;
        let (seen, _, text) = ask(&bank, &path).await;
        assert_eq!(seen, status, "{name}");
        assert_eq!(text.is_none(), name == "cut", "{name}");
        let spoilt: Option<Value> = text
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        match name {
            "wrong_types" => assert_eq!(spoilt.expect("JSON")["transactions"], 42),
            "absurd_values" => assert!(text.expect("text").contains("\"amount\":1e999")),
            "nulls" => {
                let spoilt = spoilt.expect("JSON");
                let row = &spoilt["transactions"][0];
                assert_eq!(row["description"], Value::Null, "{row}");
                assert!(
                    row["guid"].is_string() && row["account_guid"].is_string(),
                    "{row}"
                );
                assert!(spoilt["pagination"]["total_pages"].is_number(), "{spoilt}");
            }
            "server_error" | "lost" => {
                assert!(spoilt.expect("JSON")["error"]["message"].is_string())
            }
            _ => assert!(spoilt.is_none(), "{name}"),
        }
        assert_eq!(ask(&bank, &path).await.0, 200, "{name} is over");
    }
}

#[tokio::test]
async fn a_lost_answer_is_to_a_call_that_was_done() {
    let bank = TestBank::ready().await;
    deed(
        &bank,
        "fault/add",
        json!({"fault": "lost", "endpoint": "POST /users"}),
    )
    .await;
    let body = json!({"user": {"id": "mine"}});
    assert_eq!(call(&bank, "POST", "/users", body.clone()).await.0, 500);
    assert_eq!(call(&bank, "POST", "/users", body).await.0, 409);
}

#[tokio::test]
async fn the_data_changes_between_two_pages_for_real() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    deed(&bank, "fault/add", json!({"fault": "mutation"})).await;
    let mut guids = Vec::new();
    for page in [1, 2] {
        let path = format!("/members/{member}/transactions?records_per_page=10&page={page}");
        let all = mx.good("GET", &path, Value::Null).await;
        guids.extend(
            list(&all, "transactions")
                .into_iter()
                .map(|row| row["guid"].clone()),
        );
    }
    assert_eq!(
        guids[9], guids[10],
        "what was last on a page is first on the next"
    );
    let newest = mx.good("GET", "/transactions", Value::Null).await;
    let newest = &list(&newest, "transactions")[0];
    assert_eq!(newest["original_description"], "CHANGED BETWEEN TWO PAGES");
}
