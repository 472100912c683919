//! A provider's own page, and the banks linked on it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{MXBANK, at_mx, comes_to, filled, start};
use crate::api::{ApiClient, Linked};
use crate::app::{ADA, EVE};

#[tokio::test]
async fn a_page_is_opened_and_what_was_linked_there_is_taken_once() {
    let (app, program) = start().await;
    let mx = json!({ "provider": "mx" });
    let key = [("idempotency-key", "w-1")];
    let mut urls = Vec::new();
    for _ in 0..2 {
        let ask = program.ask(Method::POST, "/widget-urls", Some(&mx), &key);
        let opened = ask.await;
        assert_eq!(opened.status, 201, "{}", opened.text);
        urls.push(opened.text_of("url"));
    }
    assert_ne!(urls[0], urls[1], "each opens once, so none is kept");
    let none = program.post("/connections/from-widget", &mx).await;
    assert_eq!(
        (none.status, &none.json),
        (200, &json!({ "connections": [] }))
    );

    // What the person does on the page.
    let person = app.user(&ADA).await;
    let members = format!("/users/{}/members", person.id);
    let credentials: Value = filled(&program, "right").await;
    let credentials: Value = (credentials.as_array().expect("fields").iter())
        .map(|one| json!({ "guid": one["field"], "value": one["value"] }))
        .collect();
    let member = json!({ "member": { "institution_code": MXBANK, "credentials": credentials } });
    let made = at_mx(&app, Method::POST, &members, member).await;
    assert!(made["member"]["guid"].is_string(), "{made}");

    let eve = ApiClient::of(&app, &EVE).await;
    let hers = eve.post("/connections/from-widget", &mx).await;
    assert_eq!(hers.json, json!({ "connections": [] }), "{}", hers.text);
    let taken = program.post("/connections/from-widget", &mx).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    let connection = &taken.json["connections"][0];
    assert_eq!(connection["institution_id"], MXBANK, "{}", taken.text);
    let id = connection["id"].as_str().expect("an id");
    comes_to(&app, &program, id, "success").await;
    let again = program.post("/connections/from-widget", &mx).await;
    assert_eq!(again.json, json!({ "connections": [] }), "{}", again.text);
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(app.number(connections).await, 1);
    let repair = json!({ "provider": "mx", "connection_id": id });
    let repair = program.post("/widget-urls", &repair).await;
    assert_eq!(repair.status, 201, "{}", repair.text);
}

#[tokio::test]
async fn a_provider_without_a_page_opens_none() {
    let linked = Linked::start().await;
    for provider in ["plaid", "none"] {
        let body = json!({ "provider": provider });
        let answer = linked.program.post("/widget-urls", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), ["provider"]);
    }
    let body = json!({ "provider": "none" });
    let answer = linked.program.post("/connections/from-widget", &body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["provider"]);
    // The connection belongs to another provider.
    let body = json!({ "provider": "mx", "connection_id": linked.connection });
    linked
        .program
        .post("/widget-urls", &body)
        .await
        .is_problem(404);
}
