//! MX's webhooks: which are sent, with which password, and when they are retried.

use serde_json::{Value, json};

use super::{Mx, basic};
use crate::tests::TestBank;
use crate::tests::webhooks::Receiver;

/// What the bank sends to a user's address.
struct Sent(Receiver);

impl Sent {
    async fn start(bank: &TestBank) -> Self {
        let (receiver, url) = Receiver::reading("authorization").await;
        let body = json!({"url": url, "username": "mx", "password": "hush"});
        bank.post("/misbehave/member/webhook", body).await;
        Self(receiver)
    }

    /// Returns what has arrived since the last call: the `Authorization` header and the body.
    async fn arrived(&self, bank: &TestBank) -> Vec<(String, Value)> {
        bank.sandbox.tick().await.expect("sent");
        let got = std::mem::take(&mut *self.0.got.lock().expect("not poisoned"));
        let read = |body: String| serde_json::from_str(&body).expect("JSON");
        got.into_iter()
            .map(|(header, body)| (header, read(body)))
            .collect()
    }
}

#[tokio::test]
async fn a_status_that_needs_somebody_is_told_with_the_password() {
    let bank = TestBank::ready().await;
    let receiver = Sent::start(&bank).await;
    let mx = Mx::new(&bank).await;
    for (password, status, number) in [
        ("challenge", "CHALLENGED", 3),
        ("INVALID", "DENIED", 2),
        ("LOCKED", "LOCKED", 5),
    ] {
        let member = mx.member_at("mxbank", "mxuser", password).await;
        mx.settled(&member).await;
        let arrived = receiver.arrived(&bank).await;
        assert_eq!(arrived.len(), 1, "{arrived:?}");
        let (header, body) = &arrived[0];
        assert_eq!(*header, basic("mx:hush"));
        assert_eq!(body["type"], "CONNECTION_STATUS");
        assert_eq!(body["action"], "CHANGED");
        assert_eq!(body["connection_status"], status);
        assert_eq!(body["connection_status_id"], number);
        assert_eq!(body["member_guid"], member.as_str());
        assert_eq!(body["user_guid"], mx.user.as_str());
        assert!(body["connection_status_message"].is_string());
        mx.call("DELETE", &format!("/members/{member}"), Value::Null)
            .await;
    }
}

#[tokio::test]
async fn only_eight_statuses_are_told() {
    let bank = TestBank::ready().await;
    let receiver = Sent::start(&bank).await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    receiver.arrived(&bank).await;
    let mut told = Vec::new();
    for (_, status, _) in crate::bank::STATUSES {
        let body = json!({"member_guid": member, "connection_status": status});
        bank.post("/misbehave/member/status", body).await;
        let arrived = receiver.arrived(&bank).await;
        if arrived
            .iter()
            .any(|(_, body)| body["type"] == "CONNECTION_STATUS")
        {
            told.push(status);
        }
    }
    told.sort_unstable();
    let expected = [
        "CHALLENGED",
        "DENIED",
        "EXPIRED",
        "IMPAIRED",
        "IMPEDED",
        "LOCKED",
        "PREVENTED",
        "REJECTED",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_finished_run_is_told_with_its_counts() {
    let bank = TestBank::ready().await;
    let receiver = Sent::start(&bank).await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let (_, body) = receiver.arrived(&bank).await.remove(0);
    assert_eq!(body["type"], "AGGREGATION");
    assert_eq!(body["action"], "member_data_updated");
    assert_eq!(
        (&body["is_background"], &body["completed_on"]),
        (&json!(false), &json!("2026-03-10"))
    );
    let rows = mx.good("GET", "/transactions", Value::Null).await;
    assert_eq!(
        body["transactions_created_count"],
        rows["pagination"]["total_entries"]
    );

    bank.post(
        "/misbehave/transactions/add",
        json!({"member_guid": member}),
    )
    .await;
    let (_, body) = receiver.arrived(&bank).await.remove(0);
    assert_eq!(
        (&body["is_background"], &body["transactions_created_count"]),
        (&json!(true), &json!(1))
    );
    let quiet = json!({"member_guid": member, "quiet": true});
    bank.post("/misbehave/transactions/add", quiet).await;
    assert_eq!(receiver.arrived(&bank).await, []);

    mx.good(
        "POST",
        &format!("/members/{member}/extend_history"),
        Value::Null,
    )
    .await;
    mx.settled(&member).await;
    let (_, body) = receiver.arrived(&bank).await.remove(0);
    assert_eq!(body["type"], "HISTORY");
    assert!(
        body["transactions_created_count"].as_u64() > Some(500),
        "{body}"
    );

    bank.advance_days(2);
    let arrived = receiver.arrived(&bank).await;
    assert_eq!(arrived.len(), 1, "{arrived:?}");
    assert_eq!(arrived[0].1["is_background"], true);
}

#[tokio::test]
async fn a_webhook_that_is_not_taken_comes_again() {
    let bank = TestBank::ready().await;
    let receiver = Sent::start(&bank).await;
    let mx = Mx::new(&bank).await;
    receiver.0.answer(500, None);
    mx.connected().await;
    assert_eq!(receiver.arrived(&bank).await.len(), 1);
    assert_eq!(receiver.arrived(&bank).await.len(), 0, "not yet");
    receiver.0.answer(200, None);
    bank.advance_secs(31);
    assert_eq!(receiver.arrived(&bank).await.len(), 1);
    bank.advance_days(1);
    assert!(
        receiver
            .arrived(&bank)
            .await
            .iter()
            .all(|(_, body)| body["is_background"] == true)
    );
}

#[tokio::test]
async fn any_webhook_goes_out_falsified_late_or_kept_back() {
    let bank = TestBank::ready().await;
    let receiver = Sent::start(&bank).await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    receiver.arrived(&bank).await;
    for (forgery, header) in [
        ("no_password", String::new()),
        ("wrong_password", basic("mx:not-hush")),
        ("garbage", "Basic %%%".to_owned()),
    ] {
        let body = json!({"member_guid": member, "type": "AGGREGATION", "forgery": forgery});
        bank.post("/misbehave/member/webhook/send", body).await;
        let arrived = receiver.arrived(&bank).await;
        assert_eq!(arrived[0].0, header, "{forgery}");
    }
    let body = json!({
        "member_guid": member, "type": "CONNECTION_STATUS", "fields": {"connection_status": "NEW_ONE"},
        "without": ["action"], "times": 3, "delay_seconds": 60,
    });
    bank.post("/misbehave/member/webhook/send", body).await;
    assert_eq!(receiver.arrived(&bank).await.len(), 0);
    bank.advance_secs(60);
    let arrived = receiver.arrived(&bank).await;
    assert_eq!(arrived.len(), 3);
    assert_eq!(arrived[0].1["connection_status"], "NEW_ONE");
    assert_eq!(arrived[0].1.get("action"), None);

    let held = json!({"member_guid": member});
    bank.post("/misbehave/member/webhook/hold", held.clone())
        .await;
    for status in ["DENIED", "LOCKED"] {
        let body = json!({"member_guid": member, "connection_status": status});
        bank.post("/misbehave/member/status", body).await;
        bank.advance_secs(1);
    }
    assert_eq!(receiver.arrived(&bank).await.len(), 0);
    let body = json!({"member_guid": member, "reversed": true});
    bank.post("/misbehave/member/webhook/release", body).await;
    let arrived = receiver.arrived(&bank).await;
    let order: Vec<&Value> = arrived
        .iter()
        .map(|(_, body)| &body["connection_status"])
        .collect();
    assert_eq!(order, ["LOCKED", "DENIED"]);
    let all = bank.post("/misbehave/member/webhook/list", held).await;
    assert!(
        all["webhooks"].as_array().is_some_and(|all| all.len() >= 9),
        "{all}"
    );
    bank.post("/misbehave/member/webhook", json!({})).await;
    let body = json!({"member_guid": member, "type": "AGGREGATION"});
    assert_eq!(
        bank.refused("/misbehave/member/webhook/send", body).await.0,
        400,
        "nowhere to send it"
    );
}

#[tokio::test]
async fn what_a_call_carried_comes_back_in_the_webhook() {
    let bank = TestBank::ready().await;
    let receiver = Sent::start(&bank).await;
    let mx = Mx::new(&bank).await;
    let credentials = mx.typed("mxbank", "mxuser", "x").await;
    let body = json!({"member": {"institution_code": "mxbank", "credentials": credentials}});
    let request = axum::http::Request::post(format!("/users/{}/members", mx.user))
        .header("authorization", basic("a:b"))
        .header("accept-version", "v20250224")
        .header("x-callback-payload", "bXkgb3du")
        .body(axum::body::Body::from(body.to_string()))
        .expect("a request");
    let (status, made) = bank.send(request).await;
    assert_eq!(status, 202);
    let made: Value = serde_json::from_str(&made).expect("JSON");
    mx.settled(made["member"]["guid"].as_str().expect("a guid"))
        .await;
    let arrived = receiver.arrived(&bank).await;
    assert_eq!(arrived[0].1["callback_payload"], "bXkgb3du");
}
