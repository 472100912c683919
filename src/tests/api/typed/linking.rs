//! From what a program sends to the books.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    OWN_LOGIN, again, answer, comes_to, filled, id_of, link, link_request, link_status, start,
};
use crate::api::ApiClient;
use crate::app::{EVE, eventually};

const CONNECTIONS: &str = "SELECT COUNT(*) FROM connection";

#[tokio::test]
async fn a_wrong_password_is_told_and_the_right_one_goes_to_the_same_connection() {
    let (app, program) = start().await;
    let id = link(&program, "INVALID").await;
    let begun = link_status(&program, &id).await.json;
    assert_eq!(begun["link_status"], "processing");
    assert!(begun["transactions_status"].is_null() && begun["reason"].is_null());
    let refused = comes_to(&app, &program, &id, "wrong_credentials").await;
    assert_eq!(refused["reason"], "wrong_credentials");
    assert!(refused["transactions_status"].is_null(), "{refused}");
    let sync = format!("/connections/{id}/sync");
    let sync = program.ask(Method::POST, &sync, None, &[]).await;
    let told = sync.is_problem(409).text_of("detail");
    assert!(told.contains("isn't linked yet"), "{told}");

    assert_eq!(id_of(&again(&program, &id, "right").await), id);
    let linked = comes_to(&app, &program, &id, "success").await;
    assert!(linked["reason"].is_null(), "{linked}");
    let done = eventually("all transactions", async || {
        let told = link_status(&program, &id).await.json;
        app.pass_unless_busy(SignedDuration::from_secs(3)).await;
        (told["transactions_status"] == "complete").then_some(told)
    })
    .await;
    assert!(done["last_synced"].is_string(), "{done}");
    let rows = program.get("/transactions?limit=1").await;
    assert!(
        rows.json["transactions"][0]["id"].is_string(),
        "{}",
        rows.text
    );
    let connection = program.get(&format!("/connections/{id}")).await.json;
    assert_eq!(connection["provider"], "mx");
    assert!(connection["linked_at"].is_string(), "{connection}");
    assert_eq!(app.number(CONNECTIONS).await, 1);
}

#[tokio::test]
async fn two_rounds_of_challenges_are_answered() {
    let (app, program) = start().await;
    let id = link(&program, "challenge").await;
    let first = comes_to(&app, &program, &id, "challenged").await;
    assert_eq!(first["challenges"][0]["kind"], "text", "{first}");
    let more = answer(&app, &program, &id, "challenge").await;
    assert_eq!(more.json["connection"]["link_status"], "processing");
    let second = comes_to(&app, &program, &id, "challenged").await;
    assert_ne!(second["challenges"][0]["id"], first["challenges"][0]["id"]);
    assert_eq!(id_of(&answer(&app, &program, &id, "correct").await), id);
    let linked = comes_to(&app, &program, &id, "success").await;
    assert!(linked["challenges"].is_null(), "{linked}");
}

#[tokio::test]
async fn every_kind_of_challenge_is_told_with_what_it_needs() {
    let (app, program) = start().await;
    let kinds = ["TEXT", "TOKEN", "OPTIONS", "IMAGE_DATA", "IMAGE_OPTIONS"];
    app.bank()
        .misbehave("member/next", json!({ "challenges": kinds }))
        .await;
    let id = link(&program, "anything").await;
    let asked = comes_to(&app, &program, &id, "challenged").await["challenges"].clone();
    let of = |kind: &str| {
        let mut all = asked.as_array().expect("challenges").iter();
        let one = all.find(|one| one["kind"] == kind);
        one.unwrap_or_else(|| panic!("no {kind}: {asked}"))
    };
    for plain in ["text", "code"] {
        assert_eq!(of(plain)["options"], json!([]));
        assert!(of(plain)["picture"].is_null());
    }
    assert!(of("options")["options"][1]["value"].is_string());
    assert!(of("options")["options"][1]["picture"].is_null());
    assert_eq!(of("picture")["picture"]["media_type"], "image/png");
    let picture = &of("pictures")["options"][0]["picture"];
    assert!(picture["base64"].is_string(), "{asked}");
    // Only an offered option can be chosen, and every challenge must be answered.
    let path = format!("/connections/{id}/answers");
    let chosen = json!({ "challenge": of("options")["id"], "value": "none of these" });
    let answer = program.post(&path, &json!({ "answers": [chosen] })).await;
    let wrong = answer.is_problem(422).wrong();
    assert_eq!(
        wrong,
        [
            "answers",
            "answers",
            "answers",
            "answers",
            "answers.0.value"
        ]
    );
    assert!(!answer.text.contains("none of these"), "{}", answer.text);
}

#[tokio::test]
async fn one_key_sent_twice_makes_one_connection() {
    let (app, program) = start().await;
    let (wanted, key) = (
        link_request(&program, "right").await,
        [("idempotency-key", "link-1")],
    );
    let path = "/connections/credentials";
    let send = async |body: &Value| {
        let ask = program.ask(Method::POST, path, Some(body), &key);
        ask.await
    };
    let first = send(&wanted).await;
    let id = id_of(&first);
    comes_to(&app, &program, &id, "success").await;
    let again = send(&wanted).await;
    assert_eq!((again.status, &again.text), (202, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(app.number(CONNECTIONS).await, 1);
    let other = link_request(&program, "another").await;
    let refused = send(&other).await;
    assert_eq!(refused.is_problem(422).wrong(), ["Idempotency-Key"]);
}

#[tokio::test]
async fn the_same_bank_twice_while_it_is_asked_is_one_connection() {
    let (app, program) = start().await;
    let first = link(&program, "challenge").await;
    let wanted = link_request(&program, "challenge").await;
    let again = program.post("/connections/credentials", &wanted).await;
    assert_eq!(again.status, 200, "nothing was sent: {}", again.text);
    assert_eq!(again.json["connection"]["id"], first.as_str());
    assert_eq!(app.number(CONNECTIONS).await, 1);
}

#[tokio::test]
async fn a_bank_with_a_log_in_of_its_own_takes_no_credentials() {
    let (app, program) = start().await;
    let path = "/connections/credentials";
    let mut wanted = json!({ "provider": "mx", "institution_id": OWN_LOGIN,
        "credentials": filled(&program, "right").await });
    let answer = program.post(path, &wanted).await;
    let wrong = answer.is_problem(422).wrong();
    assert_eq!(wrong, ["credentials.0.field", "credentials.1.field"]);
    wanted["credentials"] = json!([]);
    let id = id_of(&program.post(path, &wanted).await);
    let own = format!("/connections/{id}/own-login");
    let url = program.get(&own).await;
    assert_eq!(url.status, 200, "{}", url.text);
    let url = url.text_of("url");
    assert!(url.starts_with(&app.bank().url), "{url}");
    let kept = program.get(&format!("/connections/{id}")).await;
    assert!(!kept.text.contains(&url), "{}", kept.text);
    let eve = ApiClient::of(&app, &EVE).await;
    eve.get(&own).await.is_problem(404);
    // A bank that takes credentials has no log-in page of its own to wait for.
    let id = link(&program, "challenge").await;
    let url = program.get(&format!("/connections/{id}/own-login")).await;
    assert_eq!(url.json, json!({ "url": null }));
}
