//! Typed credentials are stored nowhere.

use reqwest::Method;
use serde_json::{Value, json};

use super::{comes_to, id_of, link_request, link_status, start};
use crate::app::eventually;
use crate::log;

const PASSWORD: &str = "typed-password-canary-7f3a91c2";
const ANSWER: &str = "typed-answer-canary-5be04d77";

/// Searches every answer, table and log line after credentials and answers were accepted, refused and not delivered.
#[tokio::test]
async fn credentials_and_answers_are_in_no_answer_table_or_log() {
    log::keep_out(PASSWORD);
    log::keep_out(ANSWER);
    let (app, program) = start().await;
    let asks = json!({ "challenges": ["TEXT"] });
    app.bank().misbehave("member/next", asks.clone()).await;
    let mut seen: Vec<String> = Vec::new();
    let mut send = async |path: &str, body: &Value, key: &str| {
        let key = [("idempotency-key", key)];
        let answer = program.ask(Method::POST, path, Some(body), &key).await;
        seen.push(format!("{:?} {}", answer.headers, answer.text));
        answer
    };
    let create = "/connections/credentials";
    let wanted = link_request(&program, PASSWORD).await;
    let mut wrong = wanted.clone();
    wrong["credentials"][0] = json!({ "field": PASSWORD, "value": PASSWORD });
    send(create, &wrong, "1").await.is_problem(422);
    wrong["credentials"] = json!([[PASSWORD]]);
    send(create, &wrong, "2").await.is_problem(422);
    let id = id_of(&send(create, &wanted, "3").await);
    assert_eq!(id_of(&send(create, &wanted, "3").await), id);

    let asked = comes_to(&app, &program, &id, "challenged").await;
    let answers = format!("/connections/{id}/answers");
    let body =
        |challenge: &Value| json!({ "answers": [{ "challenge": challenge, "value": ANSWER }] });
    send(&answers, &body(&json!("none")), "4")
        .await
        .is_problem(422);
    let lost = json!({ "endpoint": "PUT /users/{user}/members/{member}/resume", "fault": "server_error", "times": 1 });
    app.bank().misbehave("fault/add", lost).await;
    let right = body(&asked["challenges"][0]["id"]);
    send(&answers, &right, "5").await.is_problem(502);
    id_of(&send(&answers, &right, "6").await);
    eventually("the end of it", async || {
        app.pass(jiff::SignedDuration::from_secs(3));
        let told = link_status(&program, &id).await.json["link_status"].clone();
        (told == "other_error" || told == "wrong_credentials" || told == "challenged").then_some(())
    })
    .await;
    let again = json!({ "credentials": wanted["credentials"] });
    id_of(&send(&format!("/connections/{id}/credentials"), &again, "7").await);
    comes_to(&app, &program, &id, "success").await;

    for path in ["", "/status", "/own-login"] {
        seen.push(program.get(&format!("/connections/{id}{path}")).await.text);
    }
    for path in ["/activity", "/jobs"] {
        seen.push(program.get(path).await.text);
    }
    let kept = "SELECT COUNT(*) FROM idempotent_write WHERE status IS NOT NULL";
    assert!(app.number(kept).await >= 5, "what is looked for exists");
    for secret in [PASSWORD, ANSWER] {
        let told = seen.iter().find(|text| text.contains(secret));
        assert!(told.is_none(), "{told:?}");
        assert!(!app.is_kept(secret), "{secret} is in a file");
    }
    let (lines, leaks) = log::heard();
    assert!(lines > 50, "the log is listened to");
    assert!(leaks.is_empty(), "{leaks:?}");
}
