//! Webhooks through the real door: from the bank that signs them to the rows that they bring.

use domain::attempt::LinkPurpose;
use domain::clock::Clock;
use domain::id::ConnectionId;
use domain::link::LinkResult;
use domain::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use passbook::sync::{self, LinkOutcome};
use serde_json::json;

use crate::app::{ADA, START, TestApp, browsers, eventually};
use crate::bank::OwnBank;
use crate::books::Books;
use crate::hosted_link::PLATYPUS;

/// A Passbook and a bank in its own process whose webhooks reach it.
struct Pair {
    app: TestApp,
    bank: OwnBank,
    http: reqwest::Client,
    books: Books,
}

impl Pair {
    async fn start() -> Self {
        let start: Timestamp = START.parse().expect("a moment");
        let bank = OwnBank::open(&Clock::settable(start)).await;
        let app = TestApp::with(&bank.settings()).await;
        app.signed_up(&ADA).await;
        let books = app.books().await;
        Self {
            http: browsers(),
            app,
            bank,
            books,
        }
    }

    fn door(&self) -> String {
        format!("http://{}/webhooks/plaid", self.app.address())
    }

    /// Creates an Item at a bank that sends us its webhooks; returns its public token.
    async fn public_token(&self) -> String {
        let wanted = json!({
            "institution_id": PLATYPUS,
            "initial_products": ["transactions"],
            "options": {"webhook": self.door(), "override_username": "user_transactions_dynamic"},
        });
        let answer = self
            .bank
            .ask(&self.http, "/sandbox/public_token/create", wanted)
            .await;
        answer["public_token"].as_str().expect("a token").to_owned()
    }

    /// Links a bank; returns its connection and access token.
    async fn link(&self) -> (ConnectionId, String) {
        let (ctx, user) = (self.app.ctx(), self.app.user(&ADA).await);
        let attempt = sync::begin_link(ctx, &user, LinkPurpose::NewBank, None).await;
        let result = LinkResult {
            public_token: Secret::new(self.public_token().await),
            ..LinkResult::default()
        };
        let attempt = attempt.expect("an attempt").attempt.id;
        let outcome = sync::finish_link(ctx, &user, &attempt, result).await;
        let Ok(LinkOutcome::Linked(id)) = outcome else {
            panic!("{outcome:?}");
        };
        let (_, sealed, _) = ctx
            .store
            .connection_to_sync(&id)
            .await
            .expect("the database answers")
            .expect("it is there");
        let token = ctx.vault.unseal(&sealed, id.as_str(), user.id.as_str());
        (id, token.expect("our own key").expose().to_owned())
    }

    async fn fire(&self, access_token: &str, code: &str) {
        let wanted = json!({"access_token": access_token, "webhook_code": code});
        let answer = self
            .bank
            .ask(&self.http, "/sandbox/item/fire_webhook", wanted)
            .await;
        assert_eq!(answer["webhook_fired"], true, "{answer}");
    }

    async fn eventually(&self, what: &str, sql: &'static str, wanted: i64) {
        eventually(what, || async {
            (self.books.number(sql).await >= wanted).then_some(())
        })
        .await;
    }

    async fn knock(&self, body: &'static str, signatures: &[&str]) -> reqwest::Response {
        let mut request = self.http.post(self.door()).body(body);
        for signature in signatures {
            request = request.header("plaid-verification", *signature);
        }
        request.send().await.expect("an answer")
    }
}

#[tokio::test]
async fn what_is_new_at_the_bank_arrives_by_itself() {
    let pair = Pair::start().await;
    let (_, token) = pair.link().await;
    let history = "SELECT COUNT(*) FROM connection WHERE history_complete_at IS NOT NULL";
    eventually("the first sync", || async {
        pair.app.pass(SignedDuration::from_millis(200));
        (pair.books.number(history).await == 1).then_some(())
    })
    .await;
    let latest = "SELECT MAX(seq) FROM bank_transaction";
    let before = pair.books.number(latest).await;
    // The clock stands still from here on, so the rows do not come with the timetable.
    let wanted = json!({"access_token": token});
    pair.bank
        .ask(&pair.http, "/transactions/refresh", wanted)
        .await;
    pair.eventually("new rows", latest, before + 1).await;
}

#[tokio::test]
async fn duplicates_are_kept_once_and_ask_again() {
    let pair = Pair::start().await;
    let (id, token) = pair.link().await;
    let synced = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND finished_at IS NOT NULL";
    pair.eventually("the first sync", synced, 1).await;
    for _ in 0..5 {
        pair.fire(&token, "NEW_ACCOUNTS_AVAILABLE").await;
    }
    let times = "SELECT COALESCE(SUM(times), 0) FROM webhook_delivery WHERE webhook_code = 'NEW_ACCOUNTS_AVAILABLE'";
    pair.eventually("five webhooks", times, 5).await;
    let rows = pair
        .books
        .texts("SELECT connection_id || ' ' || caused || ' ' || times FROM webhook_delivery WHERE webhook_code = 'NEW_ACCOUNTS_AVAILABLE'")
        .await;
    assert_eq!(rows, [format!("{id} sync 5")]);
    let asked = pair
        .books
        .number("SELECT requested FROM job WHERE kind = 'sync'")
        .await;
    assert!(asked >= 6, "{asked}");
}

#[tokio::test]
async fn webhooks_of_strangers_items_are_kept_and_answered() {
    let pair = Pair::start().await;
    let public = json!({"public_token": pair.public_token().await});
    let answer = pair
        .bank
        .ask(&pair.http, "/item/public_token/exchange", public)
        .await;
    let token = answer["access_token"].as_str().expect("a token");
    pair.fire(token, "DEFAULT_UPDATE").await;
    let kept =
        "SELECT COUNT(*) FROM webhook_delivery WHERE connection_id IS NULL AND caused = 'nothing'
        AND webhook_code = 'DEFAULT_UPDATE' AND item_id IS NOT NULL";
    pair.eventually("the webhook", kept, 1).await;
    assert_eq!(pair.books.number("SELECT COUNT(*) FROM job").await, 0);
}

#[tokio::test]
async fn forgeries_are_refused_alike_and_counted() {
    let pair = Pair::start().await;
    let body = r#"{"webhook_type":"ITEM","webhook_code":"ERROR","item_id":"x"}"#;
    let mut answers = Vec::new();
    for signatures in [&[][..], &["a.b.c"], &["a.b.c", "a.b.c"], &["\u{fc}"]] {
        let answer = pair.knock(body, signatures).await;
        let (status, retry) = (
            answer.status(),
            answer.headers().contains_key("retry-after"),
        );
        answers.push((status.as_u16(), retry, answer.text().await.expect("a text")));
    }
    assert!(
        answers.iter().all(|a| *a == (401, false, String::new())),
        "{answers:?}"
    );
    let counted = "SELECT COALESCE(SUM(refused), 0) FROM webhook_refusal_count";
    pair.eventually("the count", counted, 4).await;
    assert_eq!(
        pair.books
            .number("SELECT COUNT(*) FROM webhook_refusal")
            .await,
        4
    );
    assert_eq!(
        pair.books
            .number("SELECT COUNT(*) FROM webhook_delivery")
            .await,
        0
    );
    assert_eq!(pair.books.number("SELECT COUNT(*) FROM job").await, 0);
}

#[tokio::test]
async fn a_large_body_is_not_read() {
    let pair = Pair::start().await;
    let door = pair
        .http
        .post(pair.door())
        .header("plaid-verification", "a.b.c");
    let answer = door.body("x".repeat((64 << 10) + 1)).send().await;
    assert_eq!(answer.expect("an answer").status().as_u16(), 413);
    let answer = pair.http.get(pair.door()).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 405);
}

#[tokio::test]
async fn a_bank_is_linked_although_the_tab_was_closed_at_the_bank() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    browser.allow(page).await;
    let books = app.books().await;
    let asked = "SELECT COUNT(*) FROM job WHERE kind = 'link'";
    eventually("the webhook", || async {
        (books.number(asked).await == 1).then_some(())
    })
    .await;
    assert_eq!(
        books.number("SELECT COUNT(*) FROM connection").await,
        0,
        "the browser goes first"
    );
    let linked = "SELECT COUNT(*) FROM connection c JOIN link_attempt l ON l.result_id = c.id";
    app.pass(SignedDuration::from_secs(10));
    eventually("the connection", || async {
        (books.number(linked).await == 1).then_some(())
    })
    .await;
    let page = browser.get("/accounts").await;
    assert_eq!(page.texts("h2.who a"), ["First Platypus Bank"]);
}

#[tokio::test]
async fn leaving_the_bank_s_page_and_closing_the_tab_leaves_the_attempt_open() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    browser.leave(&page).await;
    let books = app.books().await;
    let asked = "SELECT COUNT(*) FROM job WHERE kind = 'link'";
    eventually("the webhook", || async {
        (books.number(asked).await == 1).then_some(())
    })
    .await;
    app.pass(SignedDuration::from_secs(10));
    let done = "SELECT COUNT(*) FROM job WHERE kind = 'link' AND finished_at IS NOT NULL";
    eventually("the work", || async {
        (books.number(done).await == 1).then_some(())
    })
    .await;
    let open = "SELECT COUNT(*) FROM link_attempt WHERE finished_at IS NULL";
    assert_eq!(books.number(open).await, 1);
}
