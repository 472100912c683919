//! Errors are reported in full, as problem documents.

use reqwest::Method;
use serde_json::json;

use passbook::api::operations;

use super::{Answer, ApiClient};
use crate::app::{ADA, TestApp};
use crate::guard::routes::ID;

/// Response headers of our own, beyond those that HTTP defines.
const OURS: [&str; 7] = [
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "idempotency-replayed",
    "etag",
    "location",
];

#[tokio::test]
async fn all_that_is_wrong_with_a_body_is_told_at_once() {
    let app = TestApp::start().await;
    let program = ApiClient::new(&app);
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
    let program = ApiClient::of(&app, &ADA).await;
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
    let nine = program.get("/transactions?q=a+b+c+d+e+f+g+h+i").await;
    assert_eq!(nine.is_problem(422).wrong(), ["q"]);
    let eight = program.get("/transactions?q=a+b+c+d+e+f+g+h").await;
    assert_eq!(eight.status, 200, "{}", eight.text);
    let no_text = program.get("/transactions?q=%ff").await;
    assert_eq!(no_text.is_problem(422).wrong(), ["q"]);
    for amount in [".5", "5.", "0.123456789", "0000000000001", "1,000"] {
        let path = format!("/transactions?min_amount={amount}&max_amount=9");
        let answer = program.get(&path).await;
        assert_eq!(answer.is_problem(422).wrong(), ["min_amount"]);
    }
}

#[tokio::test]
async fn an_empty_cursor_begins_everywhere() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let body = json!({ "url": "https://example.org/hook" });
    let made = program.post("/webhooks", &body).await;
    let id = made.json["webhook"]["id"].as_str().expect("an id");
    let deliveries = format!("/webhooks/{id}/deliveries");
    let lists = [
        "/transactions",
        "/jobs",
        "/activity",
        "/changes",
        &deliveries,
    ];
    for list in lists {
        let answer = program.get(&format!("{list}?cursor=")).await;
        assert_eq!(answer.status, 200, "{list}: {}", answer.text);
        assert_eq!(answer.json, program.get(list).await.json, "{list}");
        let answer = program.get(&format!("{list}?cursor=x")).await;
        assert_eq!(answer.is_problem(422).wrong(), ["cursor"], "{list}");
    }
}

#[tokio::test]
async fn what_no_operation_asks_for_is_refused() {
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "0")]).await;
    let program = ApiClient::of(&app, &ADA).await;
    let all = operations(&passbook::api::description());
    assert!(all.len() > 20, "{}", all.len());
    for ((method, path), operation) in all {
        let told = format!("{method} {path}");
        let filled = path.replace("{id}", ID).replace("{delivery}", ID);
        let body = operation.takes_body.then(|| json!({}));
        let strange = format!("{filled}?x=1&y");
        let answer = program.ask(method.clone(), &strange, body.as_ref(), &[]);
        let answer = answer.await;
        answer.is_problem(422);
        let wrong = answer.wrong();
        assert!(wrong.iter().any(|field| field == "x"), "{told}: {wrong:?}");
        assert!(wrong.iter().any(|field| field == "y"), "{told}: {wrong:?}");
        if operation.takes_body {
            continue;
        }
        let key = [("idempotency-key", told.as_str())];
        for body in ["{\"x\":1}", "\0garbage", &"x".repeat(70_000)] {
            for headers in [&[][..], &key[..]] {
                let body = Some(body.as_bytes().to_vec());
                let answer = program.send(method.clone(), &strange, body, headers).await;
                answer.is_problem(422);
                assert_eq!(answer.wrong(), ["", "x", "y"], "{told}");
            }
        }
    }
    // None of these requests has logged the person out.
    assert_eq!(program.get("/accounts?&").await.status, 200);
}

#[tokio::test]
async fn what_nobody_asked_for_is_told_with_the_rest() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let answer = program.post("/link-tokens?x=1", &json!({ "y": 1 })).await;
    assert_eq!(answer.is_problem(422).wrong(), ["x", "y"]);
    let path = format!("/connections/{ID}?keep_transactions=maybe");
    let body = json!({});
    let answer = program.ask(Method::DELETE, &path, Some(&body), &[]).await;
    assert_eq!(answer.is_problem(422).wrong(), ["", "keep_transactions"]);
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let path = format!("/connections/{ID}");
    let answer = program.ask(Method::DELETE, &path, None, &twice).await;
    assert_eq!(answer.is_problem(422).wrong(), ["Idempotency-Key"]);
}

#[tokio::test]
async fn names_that_somebody_has_are_all_told() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let mut body =
        json!({ "username": "Countess", "email": "ADA@example.org", "password": ADA.password });
    let answer = program.post("/users/auth/register", &body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["email", "username"]);
    body["email"] = json!("another@example.org");
    let answer = program.post("/users/auth/register", &body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["username"]);
}

#[tokio::test]
async fn an_answer_before_the_body_was_read_says_that_the_connection_ends() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let nobody = ApiClient::new(&app);
    let answer = nobody.post("/connections", &json!({ "x": 1 })).await;
    answer.is_unauthorized();
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(nobody.get("/accounts").await.header("connection"), "");
    let answer = program.post("/connections", &json!({ "x": 1 })).await;
    assert_eq!(answer.is_problem(422).header("connection"), "");
}

#[tokio::test]
async fn the_headers_of_answers_are_described() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let document = passbook::api::description();
    let described = |method: &str, path: &str, answer: &Answer| {
        let status = answer.status.to_string();
        let response = &document["paths"][path][method]["responses"][&status];
        assert!(response.is_object(), "{method} {path} {status}");
        for name in OURS {
            let told = !answer.header(name).is_empty();
            let mut headers = response["headers"].as_object().into_iter().flatten();
            let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
            let required = found.is_some_and(|(_, it)| it["required"] == json!(true));
            assert!(!told || found.is_some(), "{method} {path} {status}: {name}");
            assert!(told || !required, "{method} {path} {status}: {name}");
        }
    };
    described("get", "/accounts", &program.get("/accounts").await);
    described("get", "/accounts", &program.get("/accounts?x=1").await);
    described("get", "/accounts/{id}", &program.get("/accounts/x").await);
    described(
        "get",
        "/accounts",
        &ApiClient::new(&app).get("/accounts").await,
    );
    let key = [("idempotency-key", "a")];
    let path = format!("/webhooks/{ID}");
    for _ in 0..2 {
        let answer = program.ask(Method::DELETE, &path, None, &key).await;
        described("delete", "/webhooks/{id}", &answer);
    }
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "1")]).await;
    let program = ApiClient::of(&app, &ADA).await;
    described("get", "/accounts", &program.get("/accounts").await);
    let refused = program.get("/accounts").await;
    refused.is_problem(429);
    described("get", "/accounts", &refused);
}

#[tokio::test]
async fn bodies_are_json_and_small() {
    let app = TestApp::start().await;
    let program = ApiClient::new(&app);
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
    let program = ApiClient::of(&app, &ADA).await;
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
    for kind in [
        "accounts",
        "transactions",
        "connections",
        "jobs",
        "webhooks",
    ] {
        program.get(&format!("/{kind}/%ff")).await.is_problem(404);
    }
    for write in ["/connections/%ff/sync", "/webhooks/%ff/deliveries/%fe/send"] {
        let answer = program.ask(Method::POST, write, None, &[]).await;
        answer.is_problem(404);
    }
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/users/auth",
        "/users/auth/",
        "/users/auth/nothing",
        "/users/auth/token/x",
    ] {
        for method in [Method::GET, Method::POST] {
            let url = format!("{}{path}", program.base);
            let answer = program.http.request(method, url).send().await;
            let answer = answer.expect("an answer");
            let kind = answer.headers().get("content-type").cloned();
            assert_eq!(answer.status(), 404, "{path}");
            assert_eq!(kind.expect("a kind"), "application/problem+json", "{path}");
        }
    }
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
    let program = ApiClient::of(&app, &ADA).await;
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
    // An address has a limit too, whatever the caller.
    app.pass(jiff::SignedDuration::from_secs(61));
    let nobody = ApiClient::new(&app);
    for _ in 0..10 {
        nobody.get("/accounts").await.is_problem(401);
    }
    nobody.get("/accounts").await.is_problem(429);
}

#[tokio::test]
async fn an_address_is_counted_whatever_it_asks_for() {
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "4")]).await;
    let nobody = ApiClient::new(&app);
    let delete = async || {
        nobody
            .ask(Method::DELETE, "/accounts", None, &[])
            .await
            .status
    };
    let get = async |path: &str| nobody.get(path).await.status;
    assert_eq!(get("/nothing").await, 404);
    assert_eq!(get("/api/nothing").await, 404);
    assert_eq!(delete().await, 405);
    assert_eq!(get("/api/docs").await, 200);
    assert_eq!(get("/api/openapi.json").await, 200);
    assert_eq!(get("/api/postman.json").await, 200);
    assert_eq!(get("/accounts").await, 401);
    assert_eq!(get("/accounts/%ff").await, 401);
    for path in [
        "/nothing",
        "/api/nothing",
        "/api/docs",
        "/api/openapi.json",
        "/api/postman.json",
    ] {
        nobody.get(path).await.is_problem(429);
    }
    assert_eq!(delete().await, 429);
}
