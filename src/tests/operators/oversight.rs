//! What the admin sees of other people: how things stand, never money.

use domain::access::Scopes;

use crate::api::ApiClient;
use crate::app::{ADA, EVE, GRACE, TestApp, eventually};

#[tokio::test]
async fn people_and_connections_are_told_without_their_money() {
    let (app, _, _) = TestApp::linked().await;
    app.signed_up(&EVE).await;
    let mut grace = app.admin().await;

    let users = grace.get("/admin/users").await;
    let names = users.texts("li .name");
    assert_eq!(names, ["Grace Hill", "Eve Moss", "Ada Byron"]);
    let lines = users.texts("main li.line");
    assert!(
        lines[0].contains("Admin") && lines[0].contains("no banks"),
        "{lines:?}"
    );
    assert!(lines[2].contains("1 bank · access: 1 browser"), "{lines:?}");

    let connections = grace.get("/admin/connections").await;
    let line = connections.text("main li.line");
    for part in [
        "First Platypus Bank",
        "Ada@Example.org",
        "Healthy",
        "synced just now",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let trouble = grace.get("/admin/connections?show=trouble").await;
    assert!(
        trouble
            .text("main")
            .contains("All connections are working.")
    );

    let overview = grace.get("/admin").await;
    let glance = overview.text(".glances");
    for part in [
        "Users3",
        "1 admin",
        "Connections1",
        "all healthy",
        "none overdue",
    ] {
        assert!(glance.contains(part), "{part} is not in {glance}");
    }
    let books = app.books().await;
    let accounts = books.texts("SELECT name FROM account").await;
    let rows = books
        .texts("SELECT DISTINCT description FROM bank_transaction")
        .await;
    assert!(accounts.len() > 3 && rows.len() > 20);
    for page in [users, connections, overview] {
        assert!(!page.body.contains('$'), "{}", page.path);
        for secret in accounts.iter().chain(&rows).filter(|text| text.len() > 6) {
            assert!(
                !page.body.contains(secret.as_str()),
                "{secret} on {}",
                page.path
            );
        }
    }
}

#[tokio::test]
async fn an_operator_opens_nothing_of_other_people_s() {
    let (app, mut ada, id) = TestApp::linked().await;
    let row = ada
        .get("/transactions")
        .await
        .attribute("a.row", "href")
        .expect("a row");
    let account = ada
        .get("/accounts")
        .await
        .attribute("a.row", "href")
        .expect("an account");
    let mut grace = app.admin().await;
    for path in [
        row,
        account,
        format!("/connections/{id}"),
        format!("/connections/{id}/unlink"),
    ] {
        assert_eq!(grace.get(&path).await.status, 404, "{path}");
    }
    let page = grace
        .post("/forms/unlink", &[("connection", id.as_str())])
        .await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn a_sync_of_anybody_s_connection_is_asked_for() {
    let (app, _, _) = TestApp::linked().await;
    let mut grace = app.admin().await;
    let page = grace.get("/admin/connections").await;
    let books = app.books().await;
    let asked = "SELECT requested FROM job WHERE kind = 'sync'";
    let before = books.number(asked).await;
    let page = grace
        .send(&page.form("form[action='/forms/admin/sync']"))
        .await;
    assert_eq!(page.path, "/admin/connections");
    assert_eq!(page.text("[role=status]"), "Sync started.");
    assert_eq!(books.number(asked).await, before + 1);
    for unknown in ["", "x", "01aaaaaaaaaaaaaaaaaaaaaaaa"] {
        let page = grace
            .post("/forms/admin/sync", &[("connection", unknown)])
            .await;
        assert_eq!(page.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn a_connection_in_trouble_is_told_with_its_code_and_what_is_next() {
    let (app, _, _) = TestApp::linked().await;
    let books = app.books().await;
    // A trigger keeps the problem: a late webhook would start a sync that clears it.
    sqlx::raw_sql(
        "CREATE TRIGGER in_trouble AFTER UPDATE ON connection WHEN new.problem_code IS NULL BEGIN
             UPDATE connection SET problem_remedy = 'repair', problem_code = 'ITEM_LOGIN_REQUIRED', problem_reason = 'log_in_needed',
                 problem_message = 'asks you to log in again.', problem_request_id = 'req-77', problem_since = 1;
         END;
         UPDATE connection SET problem_since = NULL",
    )
    .execute(&books.pool)
    .await
    .expect("written");
    let mut grace = app.admin().await;
    let page = grace.get("/admin").await;
    assert!(
        page.text(".glances").contains("1 needs attention"),
        "{}",
        page.body
    );
    let way = page
        .attribute("a.glance[href*=trouble]", "href")
        .expect("the way there");
    let page = grace.get(&way).await;
    let line = page.text("main li.line");
    for part in [
        "Needs log-in",
        "ITEM_LOGIN_REQUIRED, request req-77",
        "next in",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
}

#[tokio::test]
async fn a_person_is_logged_out_of_browsers_programs_and_keys_at_once() {
    let app = TestApp::start().await;
    let mut one = app.signed_up(&ADA).await;
    let mut two = app.logged_in(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    let mut grace = app.admin().await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let ada = app.user(&ADA).await;
    let hers = ApiClient::new(&app).with(&app.key(&ADA, Scopes::all()).await);
    let others = ApiClient::new(&app).with(&app.key(&EVE, Scopes::all()).await);
    let page = grace.get("/admin/users").await;
    let lines = page.texts("main li.line");
    let logged_in = "access: 2 browsers, 1 app, 1 API key";
    assert!(lines[2].contains(logged_in), "{lines:?}");
    assert!(
        page.text("main").contains("API keys"),
        "the page says what ends"
    );
    let fields = [("person", ada.id.as_str()), ("back", "/admin/users")];
    let page = grace.post("/forms/admin/end-sessions", &fields).await;
    assert_eq!(page.path, "/admin/users");
    assert_eq!(
        page.text("[role=status]"),
        "Ada Byron is logged out. Ended: 2 browsers, 1 app, 1 API key."
    );
    assert!(!page.texts("main li.line")[2].contains("logged in"));
    for browser in [&mut one, &mut two] {
        assert_eq!(browser.get("/").await.path, "/log-in");
    }
    program.get("/accounts").await.is_unauthorized();
    let refresh = serde_json::json!({ "refresh": program.refresh });
    let refreshed = program.post("/users/auth/refresh", &refresh).await;
    refreshed.is_unauthorized();
    hers.get("/accounts").await.is_unauthorized();
    assert_eq!(eve.get("/").await.path, "/", "nobody else's");
    assert_eq!(others.get("/accounts").await.status, 200);

    // She is notified, once.
    let again = grace.post("/forms/admin/end-sessions", &fields).await;
    assert_eq!(
        again.text("[role=status]"),
        "Ada Byron wasn’t logged in anywhere."
    );
    let mut ada = app.logged_in(&ADA).await;
    let activity = ada.get("/activity").await;
    let told = activity.text("main");
    let sentence = "Grace Hill logged you out everywhere";
    assert_eq!(told.matches(sentence).count(), 1, "{told}");
    assert!(
        told.contains("Ended: 2 browsers, 1 app, 1 API key"),
        "{told}"
    );
    let unknown = [("person", "01aaaaaaaaaaaaaaaaaaaaaaaa")];
    assert_eq!(
        grace
            .post("/forms/admin/end-sessions", &unknown)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn somebody_whose_programs_alone_are_logged_in_can_be_logged_out() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let mut grace = app.admin().await;
    let page = grace.get("/admin/users").await;
    assert_eq!(page.count("form[action='/forms/admin/end-sessions']"), 2);
    let ada = app.user(&ADA).await;
    let fields = [("person", ada.id.as_str()), ("back", "/admin/users")];
    let page = grace.post("/forms/admin/end-sessions", &fields).await;
    assert_eq!(page.count("form[action='/forms/admin/end-sessions']"), 1);
    program.get("/accounts").await.is_unauthorized();
}

#[tokio::test]
async fn an_operator_can_end_their_own_sessions_too() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let page = grace.get("/admin/users").await;
    let page = grace
        .send(&page.form("form[action='/forms/admin/end-sessions']"))
        .await;
    assert_eq!((page.path.as_str(), page.status), ("/log-in", 200));
    assert_eq!(grace.get("/admin").await.text("h1"), "Log in");
    let mut again = app.logged_in(&GRACE).await;
    assert_eq!(again.get("/admin").await.status, 200);
}

#[tokio::test]
async fn people_are_leafed_through_by_place() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let books = app.books().await;
    for n in 0..75 {
        sqlx::query(
            "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
             VALUES ($1, $2, $2, 'Some', 'Body', 'x', $3)",
        )
        .bind(format!("01aaaaaaaaaaaaaaaaaaaaaa{n:02}"))
        .bind(format!("p{n}@example.org"))
        .bind(n)
        .execute(&books.pool)
        .await
        .expect("written");
    }
    let first = grace.get("/admin/users").await;
    let next = first.attribute("a[rel=next]", "href").expect("more");
    let second = grace.get(&next).await;
    let mut emails = first.texts("li .name + .soft");
    emails.extend(second.texts("li .name + .soft"));
    assert_eq!(emails.len(), 76);
    emails.sort();
    emails.dedup();
    assert_eq!(emails.len(), 76);
    assert_eq!(second.count("a[rel=next]"), 0);
    assert_eq!(
        second.attribute("nav.pages a", "href").as_deref(),
        Some("/admin/users")
    );
}

#[tokio::test]
async fn last_seen_follows_a_person_to_the_hour() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let seen = "SELECT last_seen_at FROM person WHERE email_folded = 'ada@example.org'";
    let books = app.books().await;
    let first = books.number(seen).await;
    ada.get("/").await;
    assert_eq!(books.number(seen).await, first, "not with each request");
    app.pass(jiff::SignedDuration::from_mins(61));
    eventually("the note", || {
        let mut ada = ada.clone();
        let books = &books;
        async move {
            ada.get("/").await;
            (books.number(seen).await > first).then_some(())
        }
    })
    .await;
}
