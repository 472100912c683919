//! Writes that are sent twice.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use super::program::public_token;
use super::{Linked, Program};
use crate::app::{ADA, EVE};
use crate::hosted_link::TARTAN;

#[tokio::test]
async fn a_write_with_a_key_is_done_once_and_answered_the_same() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let key = [("idempotency-key", "a-1")];
    let body = json!({ "public_token": public_token(&linked.bank, TARTAN).await });
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
    // Another person's key is another key.
    let eve = Program::of(&linked.app, &EVE).await;
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
async fn of_many_at_once_one_is_done() {
    let linked = Linked::start().await;
    let body = json!({ "public_token": public_token(&linked.bank, TARTAN).await });
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
    let (key, body) = ([("idempotency-key", "c-1")], json!({}));
    let first = linked
        .program
        .ask(Method::POST, "/link-tokens", Some(&body), &key)
        .await;
    let second = linked
        .program
        .ask(Method::POST, "/link-tokens", Some(&body), &key)
        .await;
    assert_ne!(first.text_of("link_token"), second.text_of("link_token"));
    let kept = "SELECT COUNT(*) FROM idempotent_write";
    assert_eq!(linked.app.number(kept).await, 0);
}
