//! What a visitor without a log-in can make Passbook store: little, and only up to a limit.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::api::ApiClient;
use crate::app::{ADA, TestApp, eventually};
use crate::browser::Browser;
use crate::page::Page;

async fn start() -> TestApp {
    TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await
}

/// Posts a form from an address without following redirects.
async fn send(browser: &mut Browser, address: &str, path: &str, body: &str) -> Page {
    let headers = [
        ("x-forwarded-for", address),
        ("sec-fetch-site", "same-origin"),
    ];
    browser
        .ask(Method::POST, path, Some(body.to_owned()), &headers)
        .await
}

/// Returns a sign-up form with every field at its maximum length.
fn large_form() -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for field in [
        "first_name",
        "last_name",
        "email",
        "birthday",
        "user_name",
        "invitation",
    ] {
        let value: String = "\u{1}\"\\\u{1f600}".chars().cycle().take(480).collect();
        form.append_pair(field, &value);
    }
    form.append_pair("password", "short").finish()
}

#[tokio::test]
async fn a_form_is_small_until_somebody_is_logged_in() {
    let app = start().await;
    let form = |bytes: usize| format!("appearance=dark&name={}", "x".repeat(bytes - 21));
    let mut stranger = app.browser();
    for path in ["/forms/log-in", "/forms/sign-up"] {
        let page = send(&mut stranger, "203.0.113.9", path, &form(16 << 10)).await;
        assert_eq!(page.status, 303, "{path}");
        let page = send(&mut stranger, "203.0.113.9", path, &form((16 << 10) + 1)).await;
        assert_eq!(page.status, 413, "{path}");
        assert_eq!(page.text("h1"), "That’s too large");
    }
    let mut ada = app.signed_up(&ADA).await;
    let large = form(100_000);
    let page = send(&mut ada, "203.0.113.9", "/forms/appearance", &large).await;
    assert_eq!(page.status, 303);
}

#[tokio::test]
async fn refused_forms_are_counted_by_address_before_anything_is_kept() {
    let app = start().await;
    let form = large_form();
    let mut answers = BTreeMap::new();
    for _ in 0..200 {
        let page = send(&mut app.browser(), "203.0.113.9", "/forms/sign-up", &form).await;
        *answers.entry(page.status).or_insert(0) += 1;
    }
    assert_eq!(answers, BTreeMap::from([(303, 60), (429, 140)]));
    assert_eq!(app.number("SELECT COUNT(*) FROM browser_session").await, 60);
    let largest = app
        .number("SELECT MAX(LENGTH(data)) FROM browser_session")
        .await;
    assert!(largest < 6 * 1024, "{largest}");
    let page = send(&mut app.browser(), "203.0.113.9", "/forms/log-in", "name=a").await;
    assert_eq!(page.status, 429, "all forms together");
    assert!(page.body.contains("Too many forms"), "{}", page.body);
    assert!(!page.header("retry-after").is_empty());
    let page = send(&mut app.browser(), "203.0.113.10", "/forms/sign-up", &form).await;
    assert_eq!(page.status, 303, "another address is not held up");
    // The limit does not apply to people who are logged in.
    let mut ada = app.signed_up(&ADA).await;
    for _ in 0..100 {
        let page = send(
            &mut ada,
            "203.0.113.9",
            "/forms/appearance",
            "appearance=dark",
        )
        .await;
        assert_eq!(page.status, 303);
    }
}

#[tokio::test]
async fn anonymous_sessions_are_bounded_in_all_and_the_oldest_go_first() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut first = app.browser();
    send(&mut first, "192.0.2.1", "/forms/sign-up", "email=first").await;
    for n in 0..1_050 {
        app.pass(jiff::SignedDuration::from_millis(1));
        // Each from its own network.
        let address = format!("2001:db8:{n:x}::1");
        send(&mut app.browser(), &address, "/forms/sign-up", "email=x").await;
    }
    let anonymous = "SELECT COUNT(*) FROM browser_session WHERE person_id IS NULL";
    assert_eq!(app.number(anonymous).await, 1_000);
    let kept = first.get("/sign-up").await.attribute("#email", "value");
    assert_ne!(kept.as_deref(), Some("first"), "the oldest is gone");
    let mut last = app.browser();
    send(&mut last, "192.0.2.1", "/forms/sign-up", "email=last").await;
    let kept = last.get("/sign-up").await.attribute("#email", "value");
    assert_eq!(kept.as_deref(), Some("last"), "the newest is there");
    assert_eq!(
        ada.get("/").await.path,
        "/",
        "nobody who is logged in is put out"
    );
}

/// Returns the number of rows of every table.
async fn rows(app: &TestApp) -> BTreeMap<String, i64> {
    let mut rows = BTreeMap::new();
    for file in ["passbook.db", "sandbox.db"] {
        let options = SqliteConnectOptions::new().filename(app.folder.path().join(file));
        let pool = SqlitePool::connect_with(options).await.expect("it opens");
        let tables =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let tables: Vec<String> = sqlx::query_scalar(tables)
            .fetch_all(&pool)
            .await
            .expect("names");
        for table in tables {
            let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM \"{table}\""));
            let count: i64 = sqlx::query_scalar(count)
                .fetch_one(&pool)
                .await
                .expect("a number");
            rows.insert(format!("{file} {table}"), count);
        }
        pool.close().await;
    }
    rows
}

#[tokio::test]
async fn every_other_door_keeps_nothing_of_a_stranger_or_a_bounded_trace() {
    let app = start().await;
    app.signed_up(&ADA).await;
    let program = ApiClient::new(&app);
    let before = rows(&app).await;
    for n in 0..120 {
        let address = format!("2001:db8:{n:x}::1");
        let mut stranger = app.browser();
        for path in [
            "/become-operator?code=guess",
            "/sign-up?invitation=guess",
            "/log-in?next=/settings",
            "/sandbox/link/start?token=link-sandbox-guess",
            "/sandbox/hosted/guess",
            "/sandbox/link/session/guess/guess",
            "/nothing",
        ] {
            stranger.cookies.insert("passbook".into(), "guess".into());
            stranger.get_once(path).await;
        }
        for path in [
            "/forms/become-operator",
            "/forms/link",
            "/forms/key",
            "/forms/log-out",
        ] {
            send(&mut stranger, &address, path, "code=guess").await;
        }
        let from = [
            ("x-forwarded-for", address.as_str()),
            ("idempotency-key", "once"),
        ];
        let nobody =
            json!({ "username": "x", "email": "x", "password": "short", "invitation": "guess" });
        program
            .ask(Method::POST, "/users/auth/register", Some(&nobody), &from)
            .await;
        let guess = json!({ "refresh": "a.b.c" });
        program
            .ask(Method::POST, "/users/auth/refresh", Some(&guess), &from)
            .await;
        let guess = json!({ "name": "x" });
        program
            .ask(Method::POST, "/link-tokens", Some(&guess), &from)
            .await;
        let headers = [("plaid-verification", "a.b.c")];
        stranger
            .ask(Method::POST, "/webhooks/plaid", Some("{}".into()), &headers)
            .await;
    }
    let refused = eventually("refused webhooks are written down", || async {
        let refused = app.number("SELECT COUNT(*) FROM webhook_refusal").await;
        (refused == 120).then_some(refused)
    })
    .await;
    let mut after = rows(&app).await;
    // A ring of 10,000 refusals, a count for each reason, and the program's own work.
    assert_eq!(
        after.insert("passbook.db webhook_refusal".into(), 0),
        Some(refused)
    );
    for by_itself in ["webhook_refusal_count", "job", "job_run", "provider_call"] {
        let name = format!("passbook.db {by_itself}");
        after.insert(name.clone(), before[&name]);
    }
    assert_eq!(after, before);
}

#[tokio::test]
async fn guesses_at_invented_names_leave_counters_and_nothing_else() {
    let app = start().await;
    let before = rows(&app).await;
    for n in 0..40 {
        let address = format!("2001:db8:{n:x}::1");
        let body = json!({ "username": format!("name{n}"), "password": "wrong" });
        let headers = [("x-forwarded-for", address.as_str())];
        let answer = ApiClient::new(&app)
            .ask(Method::POST, "/users/auth/token", Some(&body), &headers)
            .await;
        assert_eq!(answer.status, 401);
    }
    let mut after = rows(&app).await;
    // Each guess counts for three networks, for the account from each of them, and for the account from everywhere. The
    // store bounds the total.
    let counters = after.insert("passbook.db login_throttle".into(), 0);
    assert_eq!(counters, Some(40 * 7));
    for by_itself in ["job", "job_run"] {
        let name = format!("passbook.db {by_itself}");
        after.insert(name.clone(), before[&name]);
    }
    assert_eq!(after, before);
}
