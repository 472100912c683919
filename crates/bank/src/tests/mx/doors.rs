//! Authentication, API versions and refusals of MX's wire.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Mx, basic, call, call_in};
use crate::Credentials;
use crate::tests::TestBank;

async fn knock(bank: &TestBank, headers: &[(&str, &str)]) -> (u16, String) {
    let request = headers
        .iter()
        .fold(Request::get("/users"), |request, (name, value)| {
            request.header(*name, *value)
        });
    bank.send(request.body(Body::empty()).expect("a request"))
        .await
}

#[tokio::test]
async fn whoever_has_the_key_is_let_in() {
    let open = TestBank::ready().await;
    let closed = TestBank::with(|config| {
        config.credentials = Some(Credentials {
            client_id: "the id".to_owned(),
            secret: "the key".to_owned(),
        });
    })
    .await;
    for (pair, at_open, at_closed) in [
        ("any:thing", 200, 401),
        ("the id:the key", 200, 200),
        ("the id:", 401, 401),
        (":the key", 401, 401),
        ("no colon", 401, 401),
    ] {
        let header = basic(pair);
        let said = [
            ("authorization", header.as_str()),
            ("accept-version", "v20250224"),
        ];
        assert_eq!(knock(&open, &said).await.0, at_open, "{pair}");
        assert_eq!(knock(&closed, &said).await.0, at_closed, "{pair}");
    }
    for header in ["", "Bearer abc", "Basic", "Basic %%%"] {
        let said = [("authorization", header), ("accept-version", "v20250224")];
        assert_eq!(knock(&open, &said).await.0, 401, "{header}");
    }
    let (status, text) = knock(&open, &[("accept-version", "v20250224")]).await;
    let body: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(status, 401);
    assert!(body["error"]["message"].is_string(), "{body}");
}

#[tokio::test]
async fn a_version_must_be_said() {
    let bank = TestBank::ready().await;
    let header = basic("a:b");
    let old = "application/vnd.mx.api.v1+json";
    for (said, expected) in [
        (
            &[
                ("accept", "application/json"),
                ("accept-version", "v20250224"),
            ][..],
            200,
        ),
        (&[("accept-version", "v20250224")], 200),
        (&[("accept", old)], 200),
        (&[("accept", old), ("accept-version", "v20111101")], 200),
        (&[("accept", "application/json")], 406),
        (
            &[("accept", "text/html"), ("accept-version", "v20250224")],
            406,
        ),
        (&[("accept-version", "v1")], 406),
        (&[], 406),
    ] {
        let mut all = vec![("authorization", header.as_str())];
        all.extend(said);
        assert_eq!(knock(&bank, &all).await.0, expected, "{said:?}");
    }
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let bank = TestBank::ready().await;
    for (body, status) in [
        (Value::Null, 400),
        (json!({}), 400),
        (json!({"user": {}}), 400),
        (json!([1]), 400),
        (json!({"user": {"id": 5}}), 422),
        (json!({"user": {"id": "USR-mine"}}), 422),
        (json!({"user": {"is_disabled": "no"}}), 422),
        (json!({"user": {"id": "mine"}}), 200),
        (json!({"user": {"id": "mine"}}), 409),
    ] {
        let answer = call(&bank, "POST", "/users", body.clone()).await;
        assert_eq!(answer.0, status, "{body}: {}", answer.1);
    }
    assert_eq!(call(&bank, "PUT", "/users/mine", Value::Null).await.0, 400);
}

#[tokio::test]
async fn members_are_refused_for_what_is_wrong_with_them() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let credentials = mx.typed("mxbank", "mxuser", "x").await;
    let other = mx.typed("mxcu", "mxuser", "x").await;
    let member = |fields: Value| json!({"member": fields});
    for (body, status) in [
        (member(json!({"credentials": credentials})), 400),
        (member(json!({"institution_code": "mxbank"})), 400),
        (
            member(json!({"institution_code": "nobank", "credentials": credentials})),
            404,
        ),
        (
            member(json!({"institution_code": "mxbank", "credentials": other})),
            400,
        ),
        (
            member(json!({"institution_code": "mxbank", "credentials": "x"})),
            422,
        ),
        (
            member(json!({"institution_code": "mxbank", "is_oauth": true})),
            422,
        ),
        (
            member(json!({"institution_code": "mxbank", "credentials": credentials, "id": "one"})),
            202,
        ),
        (
            member(json!({"institution_code": "mxbank", "credentials": credentials, "id": "two"})),
            409,
        ),
        (
            member(json!({"institution_code": "mxcu", "credentials": other, "id": "one"})),
            409,
        ),
    ] {
        let answer = mx.call("POST", "/members", body.clone()).await;
        assert_eq!(answer.0, status, "{body}: {}", answer.1);
    }
    assert_eq!(mx.call("PUT", "/members/one", Value::Null).await.0, 400);
    assert_eq!(
        mx.call("GET", "/members/one", Value::Null).await.0,
        200,
        "by the client's own id"
    );
    assert_eq!(mx.call("GET", "/members/nobody", Value::Null).await.0, 404);
    assert_eq!(
        call(&bank, "GET", "/users/nobody/members", Value::Null)
            .await
            .0,
        404
    );
    assert_eq!(mx.call("GET", "/goals", Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_user_has_twenty_five_members_at_most() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    for number in 0..25 {
        mx.member_at("mxbank", &format!("user{number}"), "x").await;
    }
    let credentials = mx.typed("mxbank", "mxuser", "x").await;
    let body = json!({"member": {"institution_code": "mxbank", "credentials": credentials}});
    assert_eq!(mx.call("POST", "/members", body).await.0, 405);
}

#[tokio::test]
async fn the_older_version_can_leave_the_first_run_out() {
    let bank = TestBank::ready().await;
    let mx = Mx::speaking(&bank, "v20111101").await;
    let credentials = mx.typed("mxbank", "mxuser", "x").await;
    let body = json!({
        "member": {"institution_code": "mxbank", "credentials": credentials, "skip_aggregation": true},
    });
    let (status, made) = mx.call("POST", "/members", body).await;
    assert_eq!(status, 200);
    assert_eq!(made["member"]["is_being_aggregated"], false);
    assert_eq!(made["member"]["aggregated_at"], Value::Null);
    let guid = made["member"]["guid"].as_str().expect("a guid").to_owned();
    mx.good("POST", &format!("/members/{guid}/aggregate"), Value::Null)
        .await;
    assert_eq!(mx.settled(&guid).await["connection_status"], "CONNECTED");
}

#[tokio::test]
async fn plaids_calls_are_plaids() {
    let bank = TestBank::ready().await;
    let body = json!({"institution_id": "ins_109508", "country_codes": ["US"]});
    bank.post("/institutions/get_by_id", body).await;
    let (status, _) = call_in(&bank, "v20250224", "POST", "/institutions", json!({})).await;
    assert_eq!(status, 400, "of Plaid's wire, where there is no such call");
}
