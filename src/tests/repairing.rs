//! Linking again, linking twice, and linking while the bank is away.

use domain::id::LinkId;
use domain::link::LinkState;
use jiff::SignedDuration;
use passbook::sync;

use crate::app::{ADA, EVE, TestApp, eventually, named};
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, connection_of};

#[tokio::test]
async fn a_repair_keeps_the_connection_and_its_rows() {
    let (app, mut browser, id) = TestApp::linked().await;
    let books = app.books().await;
    let rows = "SELECT id || provider_id || amount FROM bank_transaction ORDER BY id";
    let (before, accounts) = (
        books.texts(rows).await,
        books.texts("SELECT id FROM account ORDER BY id").await,
    );

    let page = browser.get("/accounts").await;
    let repair = page
        .form_of_purpose(&format!("repair:{id}"))
        .with("hosted", "yes");
    let page = browser.send(&repair).await;
    assert_eq!(page.text("h1"), "Log in to your bank again");
    let page = browser.on_to_the_bank(&page).await;
    let page = browser.answer(&page, &[]).await;
    let page = if page.count("#username") == 1 {
        browser
            .log_in_at_bank(&page, "user_good", "pass_good")
            .await
    } else {
        page
    };
    let page = browser.allow(page).await;
    let page = browser.come_back(&page).await;
    assert_eq!(connection_of(&page), id);
    assert_eq!(page.text(".notice"), "All set. Catching up now.");
    assert_eq!(page.count(".attention"), 0, "it was done a moment ago");
    app.pass(SignedDuration::from_secs(1));
    app.synced(&mut browser, &id).await;
    assert_eq!(books.number("SELECT COUNT(*) FROM connection").await, 1);
    assert_eq!(books.texts(rows).await, before);
    assert_eq!(
        books.texts("SELECT id FROM account ORDER BY id").await,
        accounts
    );
}

#[tokio::test]
async fn a_repair_that_was_left_on_the_banks_own_page_leads_back_to_the_connection() {
    let (_app, mut browser, id) = TestApp::linked().await;
    for (purpose, words) in [
        ("repair", "This connection is working"),
        ("add", "nothing changed"),
    ] {
        let page = browser.get("/accounts").await;
        let begin = page
            .form_of_purpose(&format!("{purpose}:{id}"))
            .with("hosted", "yes");
        let ours = browser.send(&begin).await;
        let page = browser.on_to_the_bank(&ours).await;
        browser.leave(&page).await;
        let page = browser.get(&format!("{}/return", ours.path)).await;
        assert_eq!(connection_of(&page), id, "{purpose}");
        let notice = page.text(".notice");
        assert!(notice.contains(words), "{notice}");
    }
}

#[tokio::test]
async fn coming_back_twice_makes_one_connection() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let ours = browser.begin_to_link().await;
    let page = browser.on_to_the_bank(&ours).await;
    let page = browser.answer(&page, &[]).await;
    let page = browser.answer(&page, &[("institution", PLATYPUS)]).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    browser.allow(page).await;

    let path = format!("{}/return", ours.path);
    let visits = (0..6).map(|_| {
        let (mut browser, path) = (browser.clone(), path.clone());
        tokio::spawn(async move { connection_of(&browser.get(&path).await) })
    });
    let mut ids = Vec::new();
    for visit in visits.collect::<Vec<_>>() {
        ids.push(visit.await.expect("a connection"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 1);
    assert_eq!(
        connection_of(&browser.get(&path).await),
        ids[0],
        "and later too"
    );
}

#[tokio::test]
async fn the_pane_s_form_sent_twice_makes_one_connection() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let (attempt, token) = finished_at_the_bank(&app, &mut browser).await;
    let fields = [
        ("attempt", attempt),
        ("public_token", token),
        ("metadata", "not json".into()),
    ];
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (a, b) = tokio::join!(
        one.post("/forms/link-finished", &fields),
        two.post("/forms/link-finished", &fields)
    );
    assert_eq!(connection_of(&a), connection_of(&b));
    let again = browser.post("/forms/link-finished", &fields).await;
    assert_eq!(connection_of(&again), connection_of(&a));
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 1);
}

#[tokio::test]
async fn a_made_up_public_token_links_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.begin_to_link().await;
    let attempt = page.path.trim_start_matches("/link/").to_owned();
    for token in ["", "public-sandbox-nothing", "\u{0}\n", &"x".repeat(5000)] {
        let fields = [
            ("attempt", attempt.as_str()),
            ("public_token", token),
            ("metadata", "{}"),
        ];
        let page = browser.post("/forms/link-finished", &fields).await;
        assert!(page.status < 500, "{token:?}: {}", page.body);
        assert!(!page.path.starts_with("/connections/"), "{token:?}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 0);
}

#[tokio::test]
async fn another_person_s_attempt_is_not_there() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let (attempt, token) = finished_at_the_bank(&app, &mut browser).await;
    let mut eve = app.signed_up(&EVE).await;
    for path in [
        format!("/link/{attempt}"),
        format!("/link/{attempt}/return"),
    ] {
        assert_eq!(eve.get(&path).await.status, 404, "{path}");
    }
    let fields = [
        ("attempt", attempt.as_str()),
        ("public_token", &token),
        ("metadata", "{}"),
    ];
    assert_eq!(eve.post("/forms/link-finished", &fields).await.status, 404);
    assert_eq!(eve.post("/forms/link-left", &fields).await.status, 404);
    connection_of(&browser.post("/forms/link-finished", &fields).await);
}

#[tokio::test]
async fn a_bank_that_is_away_is_told_in_words() {
    let nowhere = [
        ("PLAID_CLIENT_ID", "id"),
        ("PLAID_SECRET", "secret"),
        ("PLAID_BASE_URL", "http://127.0.0.1:9"),
    ];
    let app = TestApp::with(&nowhere).await;
    let mut browser = app.signed_up(&ADA).await;
    for hosted in ["", "yes"] {
        let page = browser
            .post("/forms/link", &[("purpose", "new"), ("hosted", hosted)])
            .await;
        assert_eq!((page.path.as_str(), page.status), ("/", 200));
        let notice = page.text(".notice.wrong");
        assert!(notice.len() > 30 && !notice.contains("secret"), "{notice}");
    }
}

#[tokio::test]
async fn keys_that_the_bank_refuses_are_told_with_the_request_id() {
    let built = TestApp::build().with_bank(|bank| {
        named(&[
            ("PLAID_CLIENT_ID", "id"),
            ("PLAID_SECRET", "hush-hush"),
            ("PLAID_BASE_URL", &bank.url),
        ])
    });
    let app = built.start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser
        .post("/forms/link", &[("purpose", "new"), ("hosted", "yes")])
        .await;
    assert_eq!((page.path.as_str(), page.status), ("/", 200));
    let notice = page.text(".notice.wrong");
    assert!(notice.contains("INVALID_API_KEYS, request "), "{notice}");
    assert!(!page.body.contains("hush-hush"));
    let books = app.books().await;
    let refused = "SELECT COUNT(*) FROM provider_call WHERE outcome = 'INVALID_API_KEYS' AND request_id IS NOT NULL";
    let recorded = || async { (books.number(refused).await == 1).then_some(()) };
    eventually("the record of the refused call", recorded).await;
}

/// Begins an attempt in this browser; returns its id and a public token, as the pane's script would hand over.
pub async fn finished_at_the_bank(app: &TestApp, browser: &mut Browser) -> (String, String) {
    let ours = browser.begin_to_link().await;
    let page = browser.on_to_the_bank(&ours).await;
    let page = browser.answer(&page, &[]).await;
    let page = browser.answer(&page, &[("institution", PLATYPUS)]).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    browser.allow(page).await;
    let attempt = ours.path.trim_start_matches("/link/").to_owned();
    let ada = app.user(&ADA).await;
    let id = LinkId::parse(&attempt).expect("an id");
    let begun = sync::attempt_to_open(app.ctx(), &ada, &id).await;
    let token = begun.expect("an attempt").token.expect("a link token");
    let plaid = app.ctx().providers.named("plaid").expect("it is set up");
    let state = plaid.link_state(&token).await.expect("an answer");
    let LinkState::Finished(results) = state else {
        panic!("{state:?}");
    };
    (attempt, results[0].public_token.expose().to_owned())
}
