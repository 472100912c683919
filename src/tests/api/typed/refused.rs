//! What is refused, and that the answer says why.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    MXBANK, again, answer, comes_to, filled, id_of, link, link_request, link_status, start,
};
use crate::api::{Answer, ApiClient, Linked};
use crate::app::EVE;
use crate::guard::routes::ID;

#[tokio::test]
async fn what_is_wrong_with_credentials_is_told_and_never_repeated() {
    let (app, program) = start().await;
    let right = filled(&program, "a-password-of-mine").await;
    let (user, password) = (right[0].clone(), right[1].clone());
    let mut unknown = user.clone();
    unknown["field"] = json!("a-password-of-mine");
    let with = |value: Value| json!({ "field": password["field"], "value": value });
    for (credentials, wrong) in [
        (json!([]), &["credentials", "credentials"][..]),
        (json!([user]), &["credentials"]),
        (json!([user, password, unknown]), &["credentials.2.field"]),
        (json!([user, password, password]), &["credentials.2.field"]),
        (json!([user, with(json!(""))]), &["credentials.1.value"]),
        (
            json!([user, with(json!("x".repeat(501)))]),
            &["credentials.1.value"],
        ),
        (json!([user, with(json!(5))]), &["credentials.1.value"]),
        (json!([user, with(json!("a\0"))]), &["credentials.1.value"]),
        (json!([user, { "field": "x" }]), &["credentials.1.value"]),
        (json!("a-password-of-mine"), &["credentials"]),
        (json!(vec![&password; 21]), &["credentials"]),
    ] {
        let body =
            json!({ "provider": "mx", "institution_id": MXBANK, "credentials": credentials });
        let answer = program.post("/connections/credentials", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), wrong, "{}", answer.text);
        assert!(
            !answer.text.contains("a-password-of-mine"),
            "{}",
            answer.text
        );
    }
    for (provider, institution, wrong) in [
        ("none", MXBANK, "provider"),
        ("plaid", "ins_109508", "provider"),
        ("mx", "none", "institution_id"),
    ] {
        let body =
            json!({ "provider": provider, "institution_id": institution, "credentials": right });
        let answer = program.post("/connections/credentials", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), [wrong], "{}", answer.text);
    }
    let nothing = "SELECT COUNT(*) FROM connection";
    assert_eq!(app.number(nothing).await, 0);
}

#[tokio::test]
async fn a_bank_that_asks_nothing_takes_no_answers() {
    let (app, program) = start().await;
    let id = link(&program, "challenge").await;
    let asked = comes_to(&app, &program, &id, "challenged").await;
    let path = format!("/connections/{id}/answers");
    let post = async |answers: Value| {
        let body = json!({ "answers": answers });
        program.post(&path, &body).await
    };
    let foreign = post(json!([{ "challenge": "CHL-none", "value": "canary" }])).await;
    let wrong = foreign.is_problem(422).wrong();
    assert_eq!(wrong, ["answers", "answers.0.challenge"]);
    assert!(!foreign.text.contains("canary"), "{}", foreign.text);
    assert_eq!(post(json!([])).await.is_problem(422).wrong(), ["answers"]);
    let right = json!([{ "challenge": asked["challenges"][0]["id"], "value": "correct" }]);
    assert_eq!(id_of(&post(right.clone()).await), id);
    comes_to(&app, &program, &id, "success").await;
    post(right).await.is_problem(409);
}

#[tokio::test]
async fn a_wrong_answer_is_told_and_the_log_in_typed_again() {
    let (app, program) = start().await;
    let id = link(&program, "challenge").await;
    answer(&app, &program, &id, "UNAVAILABLE").await;
    let failed = comes_to(&app, &program, &id, "other_error").await;
    assert!(failed["reason"].is_string(), "{failed}");
    assert_eq!(id_of(&again(&program, &id, "right").await), id);
    comes_to(&app, &program, &id, "success").await;
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    let (app, program) = start().await;
    let id = link(&program, "challenge").await;
    comes_to(&app, &program, &id, "challenged").await;
    let eve = ApiClient::of(&app, &EVE).await;
    let credentials = json!({ "credentials": filled(&program, "right").await });
    let answers = json!({ "answers": [{ "challenge": "any", "value": "any" }] });
    for unknown in [&id, ID, "x"] {
        let connection = format!("/connections/{unknown}");
        let asked = eve.get(&format!("{connection}/status")).await;
        let answered = eve.post(&format!("{connection}/answers"), &answers).await;
        let again = eve
            .post(&format!("{connection}/credentials"), &credentials)
            .await;
        let own = eve.get(&format!("{connection}/own-login")).await;
        let widget = json!({ "provider": "mx", "connection_id": unknown });
        let widget = eve.post("/widget-urls", &widget).await;
        for answer in [asked, answered, again, own, widget] {
            answer.is_problem(404);
        }
    }
    assert_eq!(
        link_status(&program, &id).await.json["link_status"],
        "challenged"
    );
}

#[tokio::test]
async fn a_connection_without_a_pane_opens_none_and_one_that_has_ended_takes_no_log_in() {
    let (app, program) = start().await;
    let id = link(&program, "right").await;
    comes_to(&app, &program, &id, "success").await;
    for choose in [true, false] {
        let pane = json!({ "connection_id": id, "choose_accounts": choose });
        let pane = program.post("/link-tokens", &pane).await;
        assert_eq!(pane.is_problem(422).wrong(), ["connection_id"]);
    }
    let path = format!("/connections/{id}");
    let ended = program.ask(Method::DELETE, &path, None, &[]).await;
    assert_eq!(ended.status, 202, "{}", ended.text);
    again(&program, &id, "right").await.is_problem(404);
    let told = link_status(&program, &id).await.json["link_status"].clone();
    assert!(told == "unlinking" || told == "unlinked", "{told}");
}

#[tokio::test]
async fn a_bank_that_is_linked_with_a_pane_takes_no_credentials() {
    let linked = Linked::start().await;
    let path = format!("/connections/{}", linked.connection);
    let body = json!({ "credentials": [{ "field": "any", "value": "any" }] });
    let again = linked
        .program
        .post(&format!("{path}/credentials"), &body)
        .await;
    assert_eq!(again.is_problem(422).wrong(), ["credentials"]);
    let body = json!({ "answers": [{ "challenge": "any", "value": "any" }] });
    let answer = linked.program.post(&format!("{path}/answers"), &body).await;
    answer.is_problem(409);
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_told_with_its_reason() {
    let (app, program) = start().await;
    let id = link(&program, "challenge").await;
    let asked = comes_to(&app, &program, &id, "challenged").await;
    let wanted = link_request(&program, "right").await;
    let credentials = json!({ "credentials": wanted["credentials"] });
    let answers = json!([{ "challenge": asked["challenges"][0]["id"], "value": "correct" }]);
    let answers = json!({ "answers": answers });
    let (connection, mx) = (format!("/connections/{id}"), json!({ "provider": "mx" }));
    let ask = async {
        let mut all: Vec<Answer> = Vec::new();
        for path in [
            "/banks?name=mx",
            "/banks/mx/mxbank",
            &format!("{connection}/status"),
        ] {
            all.push(program.get(path).await);
        }
        for (path, body) in [
            ("/connections/credentials", &wanted),
            (&format!("{connection}/credentials"), &credentials),
            (&format!("{connection}/answers"), &answers),
            ("/widget-urls", &mx),
            ("/connections/from-widget", &mx),
        ] {
            all.push(program.post(path, body).await);
        }
        for answer in all {
            assert_eq!(answer.is_problem(502).text_of("reason"), "unreachable");
        }
    };
    app.bank().away_during(ask).await;
    // The question is still open.
    app.pass(SignedDuration::from_secs(3));
    assert_eq!(id_of(&answer(&app, &program, &id, "correct").await), id);
    comes_to(&app, &program, &id, "success").await;
}
