//! What stays in the program.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::LinkId;
use passbook::sync;
use reqwest::Method;
use serde_json::json;

use crate::activity::token_of;
use crate::api::ApiClient;
use crate::app::{ADA, EVE, Person, TestApp};
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, connection_of};
use crate::outgoing_webhooks::{add, press};
use crate::people::invitations::invitation;
use crate::{log, outgoing_webhooks};

#[tokio::test]
async fn access_tokens_and_passwords_leave_the_program_nowhere() {
    for secret in [ADA.password, EVE.password, "pass-typed-wrong-at-log-in"] {
        log::keep_out(secret);
    }
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    app.browser()
        .log_in(ADA.email, "pass-typed-wrong-at-log-in")
        .await;
    let twice = Person {
        user_name: "",
        ..ADA
    };
    app.browser().sign_up(&twice, "").await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let repair = browser
        .get("/accounts")
        .await
        .form_of_purpose(&format!("repair:{id}"));
    let page = browser.send(&repair.with("hosted", "yes")).await;
    let page = browser.on_to_the_bank(&page).await;
    let page = browser.leave(&page).await;
    browser.come_back(&page).await;
    for path in [
        "/",
        "/accounts",
        "/transactions",
        "/settings",
        "/data/overview",
        "/data/connections",
        "/data/transactions",
    ] {
        browser.get(path).await;
    }
    let row = browser
        .get("/transactions")
        .await
        .attribute("a.row", "href")
        .expect("a row");
    browser.get(&row).await;
    connection_of(&browser.get(&format!("/connections/{id}")).await);

    let token = token_of(&app).await;
    assert!(
        token.starts_with("access-sandbox-"),
        "what is looked for exists"
    );
    let secrets = [
        "access-sandbox-",
        "public-sandbox-",
        ADA.password,
        "pass_good",
        "pass-typed-wrong-at-log-in",
    ];
    assert!(browser.seen.len() > 25);
    for page in &browser.seen {
        let headers = format!("{:?}", page.headers);
        for secret in secrets {
            // The built-in bank's own pages show how to log in there.
            if secret == "pass_good" && page.path.starts_with("/sandbox/") {
                continue;
            }
            assert!(
                !page.body.contains(secret),
                "{secret} in the page {}",
                page.path
            );
            assert!(
                !headers.contains(secret) && !page.path.contains(secret),
                "{secret} in a header of {}",
                page.path
            );
        }
    }
    let encoded = ADA.password.replace(' ', "+");
    for name in ["passbook.db", "passbook.db-wal"] {
        let bytes = file(&app.folder.path().join(name));
        for secret in secrets.iter().copied().chain([token.as_str(), &encoded]) {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {name}");
        }
    }
    let (lines, leaks) = log::heard();
    assert!(lines > 50, "the log is listened to");
    assert!(leaks.is_empty(), "{leaks:?}");
}

/// Secrets that wait in the database for a person are not stored in the clear, neither while they wait nor after.
#[tokio::test]
async fn nothing_that_opens_something_is_in_the_database_as_it_is() {
    let app = TestApp::with(&[
        ("PASSBOOK_SIGNUP", "invite"),
        ("PASSBOOK_WEBHOOKS_TO_PRIVATE", "on"),
    ])
    .await;
    let operator = app.operator_code().expect("a code").to_owned();
    let code = invitation(&app).await;
    let waits = refused_with(&app, &code).await;
    let mut browser = app.browser();
    browser.sign_up(&ADA, &code).await;
    let password = "a password in the wrong field";
    let form = app.browser().get("/log-in").await;
    let form = form.form("form[action='/forms/log-in']");
    app.browser().send_once(&form.with("name", password)).await;
    assert_absent(&app, &[], &[&code, &operator, password]);
    assert_absent(&app, &waits, &[&code]);

    let (waits, key) = made_key(&app, &mut browser).await;
    assert!(key.starts_with("pbk_"), "{key}");
    assert_absent(&app, &waits, &[&key]);
    let receiver = outgoing_webhooks::receiver::WebhookReceiver::open().await;
    let (hook, first) = add(&mut browser, &receiver.url("/hook")).await;
    let second = press(&mut browser, &hook, "webhook-rotate").await;
    let second = second.text("code#new-secret");
    let (token, hosted) = begun_link(&app, &mut browser).await;
    assert!(token.starts_with("link-") && hosted.starts_with("http"));
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let (access, refresh) = (program.bearer.clone().expect("a token"), &program.refresh);
    let hash = kept_request(&program).await;

    assert_ne!(first, second);
    let secrets = [&key, &first, &second, &token, &hosted, &access, refresh];
    let secrets: Vec<&str> = secrets.into_iter().map(String::as_str).collect();
    assert_absent(&app, &[], &secrets);
    assert_absent(&app, &[], &[&hash, ADA.password]);
    let written = "SELECT COUNT(*) FROM idempotent_write WHERE status IS NOT NULL";
    assert_eq!(app.number(written).await, 1, "what is looked for exists");
}

/// Sends a sign-up that is refused; returns the database while the typed values wait for the page.
async fn refused_with(app: &TestApp, code: &str) -> Vec<u8> {
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let form = page.form("form[action='/forms/sign-up']");
    let form = form.with("first_name", "Kept").with("invitation", code);
    browser.send_once(&form).await;
    let waits = database(app);
    let page = browser.get("/sign-up").await;
    let typed = |name| page.attribute(&format!("[name={name}]"), "value");
    assert_eq!(typed("first_name").as_deref(), Some("Kept"), "it did wait");
    assert_eq!(typed("invitation").unwrap_or_default(), "");
    waits
}

/// Creates a key; returns the database while the key waits for the page that shows it, and the key.
async fn made_key(app: &TestApp, browser: &mut Browser) -> (Vec<u8>, String) {
    let page = browser.get("/settings/programs").await;
    let form = page.form("form[action='/forms/key']");
    browser.send_once(&form.with("name", "Spreadsheet")).await;
    let waits = database(app);
    let page = browser.get("/settings/programs").await;
    (waits, page.text("#new-key"))
}

/// Returns the link token and the hosted page's address of an open attempt.
async fn begun_link(app: &TestApp, browser: &mut Browser) -> (String, String) {
    let page = browser.begin_to_link().await;
    let id = LinkId::parse(page.path.trim_start_matches("/link/")).expect("an attempt");
    let ada = app.user(&ADA).await;
    let attempt = sync::attempt_to_open(app.ctx(), &ada, &id).await;
    let attempt = attempt.expect("an attempt");
    let token = attempt.token.expect("a link token");
    let hosted = attempt.hosted_url.expect("a page");
    let shown = page.attribute("a.button.main", "href");
    assert_eq!(shown.as_deref(), Some(hosted.expose()));
    (token.expose().to_owned(), hosted.expose().to_owned())
}

/// Sends an idempotent write with a credential in its body; returns the plain hash of the request.
async fn kept_request(program: &ApiClient) -> String {
    let body = json!({ "public_token": "public-sandbox-guessable" });
    let key = [("idempotency-key", "once")];
    let path = "/connections";
    program
        .ask(Method::POST, path, Some(&body), &key)
        .await
        .is_problem(422);
    let request = format!("POST /api/v1/connections\n{body}");
    URL_SAFE_NO_PAD.encode(digest(&SHA256, request.as_bytes()))
}

/// Asserts that neither the earlier copy of the database nor its present files contain a secret.
fn assert_absent(app: &TestApp, before: &[u8], secrets: &[&str]) {
    let now = database(app);
    for secret in secrets {
        assert!(secret.len() > 20, "{secret} might be there by chance");
        for bytes in [before, &now] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in the database");
        }
    }
}

/// Returns the bytes of the database file and the write-ahead log.
fn database(app: &TestApp) -> Vec<u8> {
    let files = ["passbook.db", "passbook.db-wal"];
    files
        .map(|name| file(&app.folder.path().join(name)))
        .concat()
}

/// Deleted data is overwritten, in the file and in the write-ahead log.
#[tokio::test]
async fn what_was_deleted_is_in_no_file_any_more() {
    let (app, mut browser, _) = TestApp::linked().await;
    let row = browser.get("/transactions").await;
    let row = row.attribute("a.row", "href").expect("a row");
    let form = browser.get(&row).await;
    let form = form.form("form[action='/forms/transaction']");
    let note = "a canary that sang in the note of a row";
    browser.send(&form.clone().with("note", note)).await;
    let store = &app.ctx().store;
    assert!(store.empty_write_ahead_log().await.expect("it answers"));
    let left = |bytes: &[u8]| {
        bytes
            .windows(note.len())
            .any(|part| part == note.as_bytes())
    };
    let database = || std::fs::read(app.folder.path().join("passbook.db")).expect("the file");
    assert!(left(&database()), "it is there");

    browser.send(&form.with("note", "")).await;
    sync::request_clean_up(app.ctx()).await.expect("asked");
    crate::app::eventually("the log is emptied", || async {
        let log = app.folder.path().join("passbook.db-wal");
        let log = std::fs::read(log).expect("the log");
        (!left(&log) && !left(&database())).then_some(())
    })
    .await;
}

fn file(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("a file");
    assert!(!bytes.is_empty(), "{}", path.display());
    bytes
}
