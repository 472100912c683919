//! What programs change for a person: names, order and visibility of accounts, many transactions at once, transfers.

use domain::access::Scopes;
use domain::account::LONGEST_NAME;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, ApiClient, Linked};
use crate::app::{ADA, TestApp};

async fn send(program: &ApiClient, method: Method, path: &str, body: Value) -> Answer {
    let body = Some(body).filter(|body| !body.is_null());
    program.ask(method, path, body.as_ref(), &[]).await
}

#[tokio::test]
async fn accounts_are_renamed_hidden_and_ordered() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let list = program.get("/accounts").await.json;
    let all: Vec<&str> = list["accounts"]
        .as_array()
        .expect("accounts")
        .iter()
        .map(|one| one["id"].as_str().expect("an id"))
        .collect();
    let path = format!("/accounts/{}", all[0]);
    assert_eq!(
        program.get(&path).await.json["own"],
        json!({ "name": null, "hidden": false, "left_out": false })
    );
    let body = json!({ "name": " Joint ", "hidden": true });
    let answer = send(program, Method::PATCH, &path, body).await;
    assert_eq!(
        answer.json["own"],
        json!({ "name": "Joint", "hidden": true, "left_out": false })
    );
    // What is absent stays; null restores.
    let body = json!({ "left_out": true, "name": null });
    let answer = send(program, Method::PATCH, &path, body).await;
    assert_eq!(
        answer.json["own"],
        json!({ "name": null, "hidden": true, "left_out": true })
    );
    let edits = &passbook::api::description()["components"]["schemas"]["AccountEdits"];
    assert_eq!(edits["properties"]["name"]["maxLength"], LONGEST_NAME);
    let body = json!({ "name": "x".repeat(LONGEST_NAME + 1) });
    let answer = send(program, Method::PATCH, &path, body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["name"]);

    let order: Vec<&str> = all.iter().rev().copied().collect();
    let body = json!({ "accounts": order });
    let answer = send(program, Method::PUT, "/account-order", body).await;
    let first = &answer.json["accounts"][0]["id"];
    assert_eq!(first, all[all.len() - 1]);
    assert_eq!(
        &program.get("/accounts").await.json["accounts"][0]["id"],
        first
    );
    let body = json!({ "accounts": ["01arz3ndektsv4rrffq69g5fav"] });
    let answer = send(program, Method::PUT, "/account-order", body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["accounts"]);
    assert_eq!(
        &program.get("/accounts").await.json["accounts"][0]["id"],
        first
    );
}

#[tokio::test]
async fn a_person_s_names_are_changed_by_their_own_programs_only() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    // What is absent stays; null removes the username.
    let body = json!({ "first_name": " Augusta ", "username": null });
    let answer = send(&program, Method::PATCH, "/me", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let named = ["first_name", "last_name", "username"].map(|name| answer.json[name].clone());
    assert_eq!(named, [json!("Augusta"), json!("Byron"), Value::Null]);
    assert_eq!(program.get("/me").await.json, answer.json);
    let body = json!({ "username": "lovelace" });
    let answer = send(&program, Method::PATCH, "/me", body).await;
    assert_eq!(answer.json["username"], "lovelace");

    for (body, wrong) in [
        (
            json!({ "last_name": "", "username": "a b c" }),
            &["last_name", "username"][..],
        ),
        (
            json!({ "last_name": 5, "username": "a b c" }),
            &["last_name", "username"][..],
        ),
        (json!({ "email": "king@example.org" }), &["email"][..]),
    ] {
        let answer = send(&program, Method::PATCH, "/me", body).await;
        assert_eq!(answer.is_problem(422).wrong(), wrong);
    }
    let key = program.with(&app.key(&ADA, Scopes::all()).await);
    let body = json!({ "first_name": "Ada" });
    let answer = send(&key, Method::PATCH, "/me", body).await;
    answer.is_problem(403);
}

#[tokio::test]
async fn many_transactions_are_edited_at_once_and_restored() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let list = program.get("/transactions?limit=20").await.json;
    let rows = list["transactions"].as_array().expect("transactions");
    let ids: Vec<&Value> = rows.iter().map(|row| &row["id"]).collect();
    let body =
        json!({ "transactions": ids, "category": "FOOD_AND_DRINK_GROCERIES", "tags": ["Bulk"] });
    let done = send(program, Method::POST, "/bulk-edits", body.clone()).await;
    assert_eq!((done.status, &done.json["changed"]), (201, &json!(20)));
    let row = program
        .get(&format!(
            "/transactions/{}",
            ids[3].as_str().expect("an id")
        ))
        .await;
    assert_eq!(row.json["own"]["category"], "FOOD_AND_DRINK_GROCERIES");
    assert_eq!(row.json["own"]["tags"], json!(["bulk"]));
    let listed = program
        .get("/transactions?category=FOOD_AND_DRINK_GROCERIES&tag=bulk")
        .await;
    assert_eq!(
        listed.json["transactions"].as_array().map(Vec::len),
        Some(20)
    );
    let again = send(program, Method::POST, "/bulk-edits", body).await;
    assert_eq!(again.json, json!({ "id": null, "changed": 0 }));

    let edit = format!("/bulk-edits/{}", done.json["id"].as_str().expect("an id"));
    let undone = send(program, Method::DELETE, &edit, Value::Null).await;
    assert_eq!(
        (undone.status, undone.json),
        (200, json!({ "restored": 20 }))
    );
    assert_eq!(program.get("/transactions?limit=20").await.json, list);
    send(program, Method::DELETE, &edit, Value::Null)
        .await
        .is_problem(404);

    for (body, wrong) in [
        (
            json!({ "transactions": [], "category": "TRAVEL" }),
            "transactions",
        ),
        (json!({ "transactions": ids }), "category"),
        (
            json!({ "transactions": ids, "category": "NO_SUCH" }),
            "category",
        ),
        (
            json!({ "transactions": ids, "tags": ["two words"] }),
            "tags",
        ),
    ] {
        let answer = send(program, Method::POST, "/bulk-edits", body).await;
        assert_eq!(answer.is_problem(422).wrong(), [wrong]);
    }
}

#[tokio::test]
async fn a_transfer_is_named_separated_and_joined() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let list = program.get("/transactions?limit=500").await.json;
    let rows = list["transactions"].as_array().expect("transactions");
    let row = rows.iter().find(|row| !row["transfer"].is_null());
    let row = row.expect("a transfer");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let other = text(&row["transfer"]["transaction_id"]);
    let path = format!("/transactions/{}", text(&row["id"]));
    let across = program.get(&format!("/transactions/{other}")).await.json;
    assert_eq!(across["transfer"]["transaction_id"], row["id"]);
    assert_eq!(across["account_id"], row["transfer"]["account_id"]);
    let transfer = format!("{path}/transfer");
    for _ in 0..2 {
        let answer = send(program, Method::DELETE, &transfer, Value::Null).await;
        assert_eq!(
            (answer.status, &answer.json["transfer"]),
            (200, &Value::Null)
        );
    }
    for _ in 0..2 {
        let answer = send(program, Method::PUT, &transfer, Value::Null).await;
        assert_eq!(
            (answer.status, &answer.json["transfer"]),
            (200, &row["transfer"])
        );
    }
}
