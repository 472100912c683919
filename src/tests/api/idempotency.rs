//! Writes that are sent twice with an `Idempotency-Key`.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use passbook::api::operations;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::public_token;
use super::{ApiClient, Linked};
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::hosted_link::TARTAN;

#[tokio::test]
async fn a_write_with_a_key_is_done_once_and_answered_the_same() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let key = [("idempotency-key", "a-1")];
    let body = json!({ "public_token": public_token(&linked.app, TARTAN).await });
    let first = program
        .ask(Method::POST, "/connections", Some(&body), &key)
        .await;
    assert_eq!(first.status, 202, "{}", first.text);
    let again = program
        .ask(Method::POST, "/connections", Some(&body), &key)
        .await;
    assert_eq!((again.status, &again.text), (202, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = json!({ "public_token": "public-sandbox-other" });
    let answer = program
        .ask(Method::POST, "/connections", Some(&other), &key)
        .await;
    answer.is_problem(422);
    assert_eq!(answer.wrong(), ["Idempotency-Key"]);
    let path = format!("/connections/{}/sync", linked.connection);
    program
        .ask(Method::POST, &path, None, &key)
        .await
        .is_problem(422);
    // The same key from another person is a different key.
    let eve = ApiClient::of(&linked.app, &EVE).await;
    let answer = eve
        .ask(Method::POST, "/connections", Some(&other), &key)
        .await;
    assert_eq!(answer.wrong(), ["public_token"]);
    let long = "x".repeat(256);
    for bad in ["", " ", long.as_str()] {
        let answer = program
            .ask(Method::POST, &path, None, &[("idempotency-key", bad)])
            .await;
        assert_eq!(answer.wrong(), ["Idempotency-Key"], "{bad:?}");
    }
    linked.app.pass(SignedDuration::from_hours(25));
    let mut later = program.clone();
    later.log_in(&ADA).await;
    let answer = later.ask(Method::POST, &path, None, &key).await;
    assert_eq!(answer.status, 202, "a day later it is forgotten");
}

#[tokio::test]
async fn a_registration_with_a_key_is_answered_the_same_to_whoever_knows_its_password() {
    let app = TestApp::start().await;
    let program = ApiClient::new(&app);
    let body = json!({ "username": "eve.m", "email": EVE.email, "password": EVE.password });
    let register = async |body: &Value, key: &str| {
        let key = [("idempotency-key", key)];
        let path = "/users/auth/register";
        program.ask(Method::POST, path, Some(body), &key).await
    };
    let first = register(&body, "r-1").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = register(&body, "r-1").await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1);

    // Another key, password or body makes it another sign-up, and her address is taken.
    assert_eq!(register(&body, "r-2").await.status, 422);
    for (field, value) in [("password", ADA.password), ("first_name", "Eve")] {
        let mut other = body.clone();
        other[field] = json!(value);
        assert_eq!(register(&other, "r-1").await.status, 422, "{field}");
    }
    assert_eq!(register(&body, " ").await.wrong(), ["Idempotency-Key"]);
    let hashed = "SELECT COUNT(*) FROM idempotent_write WHERE body LIKE '%herons%'";
    assert_eq!(app.number(hashed).await, 0);

    // Guessing the password with her key is throttled as at the other doors.
    let mut guess = body.clone();
    guess["password"] = json!("nine loud herons drumming");
    let mut last = 422;
    for _ in 0..30 {
        last = register(&guess, "r-1").await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
    app.pass(SignedDuration::from_hours(25));
    assert_eq!(register(&body, "r-1").await.status, 422);
}

#[tokio::test]
async fn a_write_whose_caller_was_cut_off_is_done_and_told_to_whoever_asks_again() {
    let linked = Linked::start().await;
    let (app, program) = (&linked.app, &linked.program);
    let slow =
        json!({ "fault": "slow", "delay_ms": 700, "endpoint": "/item/public_token/exchange" });
    linked.app.bank().ask("/misbehave/fault/add", slow).await;
    let body = json!({ "public_token": public_token(&linked.app, TARTAN).await });
    let impatient = program
        .http
        .post(format!("{}/api/v1/connections", program.base));
    let impatient = impatient.bearer_auth(program.bearer.as_deref().expect("a token"));
    let impatient = impatient.header("idempotency-key", "cut").json(&body);
    let cut = impatient
        .timeout(std::time::Duration::from_millis(200))
        .send()
        .await;
    assert!(
        cut.is_err_and(|error| error.is_timeout()),
        "it was too quick"
    );
    let key = [("idempotency-key", "cut")];
    let answer = eventually("the answer", async || {
        let answer = program
            .ask(Method::POST, "/connections", Some(&body), &key)
            .await;
        (answer.status != 409).then_some(answer)
    })
    .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.header("idempotency-replayed"), "true");
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 2);
}

#[tokio::test]
async fn how_something_was_sent_is_no_answer_to_keep() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let path = format!("/connections/{}/sync", linked.connection);
    let row = program.get("/transactions").await.json["transactions"][0]["id"].clone();
    let row = format!("/transactions/{}", row.as_str().expect("an id"));
    let body = json!({ "note": "Sourdough" }).to_string().into_bytes();
    for (kind, status) in [("text/plain", 415), ("application/json", 200)] {
        let headers = [("idempotency-key", "n-1"), ("content-type", kind)];
        let answer = program
            .send(Method::PATCH, &row, Some(body.clone()), &headers)
            .await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    // Nor is a write that was in progress when the program stopped.
    let first = program
        .ask(Method::POST, &path, None, &[("idempotency-key", "s-1")])
        .await;
    assert_eq!(first.status, 202, "{}", first.text);
    let open = "UPDATE idempotent_write SET status = NULL, body = NULL RETURNING 1";
    linked.app.number(open).await;
    let bearer = program.bearer.clone();
    let app = linked.app.restarted().await;
    let again = ApiClient {
        bearer,
        ..ApiClient::new(&app)
    };
    let answer = again
        .ask(Method::POST, &path, None, &[("idempotency-key", "s-1")])
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
}

#[tokio::test]
async fn of_many_at_once_one_is_done() {
    let linked = Linked::start().await;
    let body = json!({ "public_token": public_token(&linked.app, TARTAN).await });
    let asks = (0..20).map(|_| {
        let (program, body) = (linked.program.clone(), body.clone());
        tokio::spawn(async move {
            let key = [("idempotency-key", "b-1")];
            program
                .ask(Method::POST, "/connections", Some(&body), &key)
                .await
        })
    });
    let mut done = 0;
    for ask in asks.collect::<Vec<_>>() {
        let answer = ask.await.expect("it is asked");
        match answer.status {
            202 if answer.header("idempotency-replayed").is_empty() => done += 1,
            202 => {}
            _ => drop(answer.is_problem(409).status),
        }
    }
    assert_eq!(done, 1);
    let books = linked.app.books().await;
    assert_eq!(books.number("SELECT COUNT(*) FROM connection").await, 2);
}

#[tokio::test]
async fn what_answers_a_secret_keeps_no_answer() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let mut other = program.clone();
    other.log_in(&ADA).await;
    let hook = |path: &str| json!({ "url": format!("https://example.org/{path}") });
    let made = program.post("/webhooks", &hook("one")).await;
    let webhook = made.json["webhook"]["id"].as_str().expect("an id");
    let log_in = json!({ "username": ADA.email, "password": ADA.password });
    let cases = [
        (
            "GET /connections/{id}/own-login",
            linked.connection.as_str(),
            Value::Null,
        ),
        ("POST /link-tokens", "", json!({})),
        (
            "POST /users/auth/refresh",
            "",
            json!({ "refresh": other.refresh }),
        ),
        ("POST /users/auth/token", "", log_in),
        ("POST /webhooks", "", hook("two")),
        ("POST /webhooks/{id}/secret", webhook, Value::Null),
        ("POST /widget-urls", "", json!({ "provider": "mx" })),
    ];
    let mut tried = BTreeSet::new();
    for (operation, id, body) in cases {
        let (method, path) = operation.split_once(' ').expect("a method and a path");
        let method: Method = method.parse().expect("a method");
        let body = Some(&body).filter(|body| !body.is_null());
        let filled = path.replace("{id}", id);
        let key = [("idempotency-key", operation)];
        let first = program.ask(method.clone(), &filled, body, &key).await;
        let good = (200..300).contains(&first.status);
        assert!(good, "{operation}: {} {}", first.status, first.text);
        let second = program.ask(method.clone(), &filled, body, &key).await;
        assert_eq!(second.header("idempotency-replayed"), "", "{operation}");
        if method != Method::GET {
            assert_ne!(first.text, second.text, "{operation}");
        }
        let kept = "SELECT COUNT(*) FROM idempotent_write";
        assert_eq!(linked.app.number(kept).await, 0, "{operation}");
        tried.insert((method.to_string(), path.to_owned()));
    }
    let all = operations(&passbook::api::description()).into_iter();
    let secret = all.filter(|(_, operation)| operation.secret);
    let secret = secret.map(|((method, path), _)| (method.to_string(), path));
    assert_eq!(tried, secret.collect(), "a new operation needs a case here");
}
