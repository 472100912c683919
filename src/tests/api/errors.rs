//! What is wrong is told whole, as a problem document.

use reqwest::Method;
use serde_json::json;

use super::Program;
use crate::app::{ADA, TestApp};

#[tokio::test]
async fn all_that_is_wrong_with_a_body_is_told_at_once() {
    let app = TestApp::start().await;
    let program = Program::new(&app);
    let body = json!({
        "username": 5, "email": "ada@", "password": "short", "birthday": "2026-02-30",
        "last_name": null, "admin": true,
    });
    let answer = program.post("/users/auth/register", &body).await;
    answer.is_problem(422);
    assert_eq!(
        answer.wrong(),
        ["admin", "birthday", "email", "password", "username"]
    );
    let answer = program.post("/users/auth/register", &json!({})).await;
    assert_eq!(answer.wrong(), ["email", "password", "username"]);
    for body in [json!([]), json!("x"), json!(null), json!(1)] {
        program
            .post("/users/auth/token", &body)
            .await
            .is_problem(422);
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_query_is_told_at_once() {
    let app = TestApp::start().await;
    let program = Program::of(&app, &ADA).await;
    let answer = program
        .get("/transactions?start_date=2026-11-02&end_date=2026-11-01&min_amount=2&max_amount=1&limit=0&pending=yes&page=2&q=%21&cursor=x&q=b")
        .await;
    answer.is_problem(422);
    assert_eq!(
        answer.wrong(),
        [
            "cursor",
            "end_date",
            "limit",
            "max_amount",
            "page",
            "pending",
            "q",
            "q"
        ]
    );
    for bad in [
        "limit=501",
        "limit=-1",
        "limit=1.5",
        "limit=%2B5",
        "limit=",
        "limit=99999999999999999999",
        "start_date=yesterday",
        "start_date=20261101",
        "end_date=2026-13-01",
        "min_amount=-1",
        "max_amount=1e9",
        "min_amount=",
        "pending=1",
    ] {
        let answer = program.get(&format!("/transactions?{bad}")).await;
        answer.is_problem(422);
        assert_eq!(answer.wrong().len(), 1, "{bad}: {}", answer.text);
    }
    program.get("/accounts?page=1").await;
}

#[tokio::test]
async fn bodies_are_json_and_small() {
    let app = TestApp::start().await;
    let program = Program::new(&app);
    let path = "/users/auth/token";
    let json = [("content-type", "application/json")];
    for broken in ["", "{", "{\"a\":1}{", "\u{0}", "nul", "{'a':1}"] {
        let body = Some(broken.as_bytes().to_vec());
        program
            .send(Method::POST, path, body, &json)
            .await
            .is_problem(400);
    }
    let deep = Some(format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes());
    program
        .send(Method::POST, path, deep, &json)
        .await
        .is_problem(400);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "json",
    ] {
        let body = Some(b"{}".to_vec());
        let answer = program
            .send(Method::POST, path, body, &[("content-type", kind)])
            .await;
        answer.is_problem(415);
    }
    program
        .send(Method::POST, path, Some(b"{}".to_vec()), &[])
        .await
        .is_problem(415);
    let large = Some(format!("{{\"username\":\"{}\"}}", "a".repeat(70_000)).into_bytes());
    program
        .send(Method::POST, path, large, &json)
        .await
        .is_problem(413);
    let charset = [("content-type", "application/json; charset=utf-8")];
    let answer = program
        .send(Method::POST, path, Some(b"{}".to_vec()), &charset)
        .await;
    answer.is_problem(422);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_document_too() {
    let app = TestApp::start().await;
    let program = Program::of(&app, &ADA).await;
    for path in [
        "/nothing",
        "/accounts/",
        "/accounts/x/y",
        "/api/nothing",
        "/api/v2/accounts",
    ] {
        program.get(path).await.is_problem(404);
    }
    let answer = program.ask(Method::DELETE, "/accounts", None, &[]).await;
    answer.is_problem(405);
    assert_eq!(answer.header("allow"), "GET,HEAD");
    for path in [
        "/accounts/x",
        "/transactions/%00",
        "/connections/..%2f..",
        "/jobs/é",
    ] {
        program.get(path).await.is_problem(404);
    }
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_again() {
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "5")]).await;
    let program = Program::of(&app, &ADA).await;
    for left in (0..5).rev() {
        let answer = program.get("/accounts").await;
        assert_eq!(answer.status, 200);
        let told = format!("\"minute\";r={left};");
        assert!(
            answer.header("ratelimit").starts_with(&told),
            "{}",
            answer.header("ratelimit")
        );
    }
    let answer = program.get("/accounts").await;
    answer.is_problem(429);
    assert_eq!(answer.header("retry-after"), "12");
    app.pass(jiff::SignedDuration::from_secs(12));
    assert_eq!(program.get("/accounts").await.status, 200);
    // An address has a limit too, whoever calls from there.
    app.pass(jiff::SignedDuration::from_secs(61));
    let nobody = Program::new(&app);
    for _ in 0..10 {
        nobody.get("/accounts").await.is_problem(401);
    }
    nobody.get("/accounts").await.is_problem(429);
}
