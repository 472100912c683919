//! Webhooks created and managed by a program.

use reqwest::Method;
use serde_json::json;

use super::ApiClient;
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::outgoing_webhooks::receiver::WebhookReceiver;

#[tokio::test]
async fn a_program_makes_a_webhook_tests_it_and_deletes_it() {
    let app = TestApp::with(&[("PASSBOOK_WEBHOOKS_TO_PRIVATE", "on")]).await;
    let (program, receiver) = (
        ApiClient::of(&app, &ADA).await,
        WebhookReceiver::open().await,
    );
    let body = json!({ "url": receiver.url("/hook"), "description": "Budget" });
    let made = program.post("/webhooks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("cache-control"), "no-store");
    let secret = made.text_of("secret");
    let id = made.json["webhook"]["id"].as_str().expect("an id");
    let path = format!("/webhooks/{id}");
    let press = async |path: &str| program.ask(Method::POST, path, None, &[]).await;

    let sent = press(&format!("{path}/test")).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let call = eventually("a call", || async { receiver.calls().pop() }).await;
    assert_eq!(call.signed_by(&secret), 1);
    assert_eq!(call.header("webhook-id"), sent.text_of("delivery_id"));
    let one = eventually("its end", || async {
        let answer = program.get(&format!("{path}/deliveries")).await;
        let one = answer.json["deliveries"][0].clone();
        (one["state"] == "arrived").then_some(one)
    })
    .await;
    assert_eq!(
        (&one["type"], &one["status"]),
        (&json!("ping"), &json!(204))
    );

    let again = format!("{path}/deliveries/{}/send", call.header("webhook-id"));
    assert_eq!(press(&again).await.status, 202);
    eventually("another call", || async {
        (receiver.calls().len() == 2).then_some(())
    })
    .await;
    let rotated = press(&format!("{path}/secret")).await;
    assert_ne!(rotated.text_of("secret"), secret);
    assert_eq!(rotated.header("cache-control"), "no-store");
    assert_eq!(press(&format!("{path}/enable")).await.status, 200);
    for read in [path.as_str(), "/webhooks"] {
        let answer = program.get(read).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(!answer.text.contains("whsec_"), "{}", answer.text);
    }

    let eve = ApiClient::of(&app, &EVE).await;
    assert_eq!(eve.get("/webhooks").await.json["webhooks"], json!([]));
    eve.get(&path).await.is_problem(404);
    eve.ask(Method::POST, &again, None, &[])
        .await
        .is_problem(404);
    let gone = program.ask(Method::DELETE, &path, None, &[]).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    program.get(&path).await.is_problem(404);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    for url in ["https://10.0.0.1/", "http://example.org/", "nowhere"] {
        let answer = program.post("/webhooks", &json!({ "url": url })).await;
        answer.is_problem(422);
        assert_eq!(answer.wrong(), ["url"], "{url}");
    }
    let long = "x".repeat(101);
    let body = json!({ "url": "https://example.org/", "description": long, "more": 1 });
    let answer = program.post("/webhooks", &body).await;
    answer.is_problem(422);
    assert_eq!(answer.wrong(), ["description", "more"]);
    let body = json!({ "url": "https://10.0.0.1/", "description": "a\nb", "more": 1 });
    let answer = program.post("/webhooks", &body).await;
    assert_eq!(
        answer.is_problem(422).wrong(),
        ["description", "more", "url"]
    );
    let answer = program
        .post("/webhooks", &json!({ "description": "a\nb" }))
        .await;
    assert_eq!(answer.is_problem(422).wrong(), ["description", "url"]);
}

#[tokio::test]
async fn deliveries_come_in_pages() {
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "0")]).await;
    let program = ApiClient::of(&app, &ADA).await;
    let body = json!({ "url": "https://hook.invalid/" });
    let made = program.post("/webhooks", &body).await;
    let id = made.json["webhook"]["id"].as_str().expect("an id");
    let mut sent = Vec::new();
    for _ in 0..30 {
        let path = format!("/webhooks/{id}/test");
        let answer = program.ask(Method::POST, &path, None, &[]).await;
        sent.push(answer.text_of("delivery_id"));
    }
    let path = format!("/webhooks/{id}/deliveries");
    let first = program.get(&path).await;
    let cursor = first.text_of("next_cursor");
    let second = program.get(&format!("{path}?cursor={cursor}")).await;
    assert_eq!(second.json["next_cursor"], json!(null));
    let pages = [&first, &second].map(|page| page.json["deliveries"].as_array().cloned());
    let all: Vec<_> = pages.into_iter().flatten().flatten().collect();
    let ids: Vec<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
    sent.sort();
    sent.reverse();
    assert_eq!(ids, sent);
}
