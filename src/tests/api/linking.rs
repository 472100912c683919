//! A person's programs and browsers link banks at the same time: each public token leads to its own bank.

use std::collections::BTreeSet;

use domain::clock::Clock;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::public_token;
use super::{Answer, ApiClient};
use crate::app::{ADA, EVE, START, TestApp, browsers, eventually};
use crate::bank::OwnBank;
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, TARTAN, connection_of};
use crate::page::Page;
use crate::repairing::finished_at_the_bank;

const EXCHANGE: &str = "/item/public_token/exchange";
const LINKED: &str = "SELECT institution_id FROM connection ORDER BY institution_id";
const EXCHANGES: &str =
    "SELECT COUNT(*) FROM provider_call WHERE endpoint LIKE '%public_token/exchange'";
const OPEN: &str = "SELECT COUNT(*) FROM link_attempt WHERE finished_at IS NULL";

/// A bank, Passbook, and Ada's program and browser.
struct Desk {
    bank: OwnBank,
    app: TestApp,
    program: ApiClient,
    browser: Browser,
}

impl Desk {
    async fn open() -> Self {
        let bank = OwnBank::open(&Clock::settable(START.parse().expect("a moment"))).await;
        let mut settings = bank.settings().to_vec();
        settings.push(("PASSBOOK_API_RATE", "0"));
        settings.push(("PASSBOOK_SIGNUP", "open"));
        let app = TestApp::with(&settings).await;
        Self {
            program: ApiClient::of(&app, &ADA).await,
            browser: app.logged_in(&ADA).await,
            bank,
            app,
        }
    }

    async fn restarted(self) -> Self {
        let app = self.app.restarted().await;
        Self {
            program: ApiClient {
                base: format!("http://{}", app.address()),
                ..self.program
            },
            browser: self.browser.moved_to(app.browser()),
            app,
            bank: self.bank,
        }
    }

    /// Begins a link attempt in the browser; returns its id.
    async fn attempt(&mut self, purpose: &str) -> String {
        let fields = [("purpose", purpose), ("hosted", "")];
        let page = self.browser.post("/forms/link", &fields).await;
        let id = page.path.strip_prefix("/link/");
        id.unwrap_or_else(|| panic!("{}: {}", page.path, page.body))
            .to_owned()
    }

    /// Has the program send the public token that Link returned to it.
    async fn hand(&self, token: &str, institution: &str) -> Answer {
        self.program
            .post("/connections", &handed(token, institution))
            .await
    }

    /// Makes every call of an endpoint fail until faults are cleared.
    async fn fail(&self, endpoint: &str, fault: &str) {
        let order = json!({ "endpoint": endpoint, "fault": fault, "until_cleared": true });
        let http = browsers();
        let done = self.bank.ask(&http, "/misbehave/fault/add", order).await;
        assert!(done["error_code"].is_null(), "{done}");
    }

    async fn work_again(&self) {
        let (http, all) = (browsers(), json!({}));
        let done = self.bank.ask(&http, "/misbehave/fault/clear", all).await;
        assert!(done["error_code"].is_null(), "{done}");
    }

    /// Moves the clock to when unfinished attempts are resumed, then waits until these banks are linked.
    async fn comes_to(&self, institutions: &[&str]) {
        let books = self.app.books().await;
        self.app.pass(SignedDuration::from_secs(61));
        eventually("the banks", || async {
            (books.texts(LINKED).await == institutions).then_some(())
        })
        .await;
    }

    async fn exchanges(&self, wanted: i64) {
        let books = self.app.books().await;
        let recorded = || async { (books.number(EXCHANGES).await >= wanted).then_some(()) };
        eventually("the record of calls", recorded).await;
        assert_eq!(books.number(EXCHANGES).await, wanted);
    }
}

/// Returns what Link hands to a program.
fn handed(token: &str, institution: &str) -> Value {
    json!({
        "public_token": token,
        "metadata": { "institution": { "institution_id": institution, "name": institution }, "accounts": [] },
    })
}

/// Posts what Link's script hands over in the browser.
async fn finished(browser: &mut Browser, attempt: &str, token: &str, institution: &str) -> Page {
    let metadata = handed(token, institution)["metadata"].to_string();
    let fields = [
        ("attempt", attempt),
        ("public_token", token),
        ("metadata", &metadata),
    ];
    browser.post("/forms/link-finished", &fields).await
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = answer.json["connection"]["id"].as_str();
    id.expect("an id").to_owned()
}

#[tokio::test]
async fn two_tokens_at_once_are_two_banks() {
    let desk = Desk::open().await;
    let answer = desk.program.post("/link-tokens", &json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let one = handed(&public_token(&desk.bank, PLATYPUS).await, PLATYPUS);
    let two = handed(&public_token(&desk.bank, TARTAN).await, TARTAN);
    let (first, second) = tokio::join!(
        desk.program.post("/connections", &one),
        desk.program.post("/connections", &two)
    );
    for (answer, institution) in [(&first, PLATYPUS), (&second, TARTAN)] {
        assert_ne!(id_of(&first), id_of(&second));
        let linked = &answer.json["connection"]["institution_id"];
        assert_eq!(linked, institution, "{}", answer.text);
    }
    assert_eq!(desk.app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    let again = desk.program.post("/connections", &two).await;
    assert_eq!(id_of(&again), id_of(&second));
    desk.exchanges(2).await;
}

#[tokio::test]
async fn a_programs_token_takes_no_attempt_of_the_browsers() {
    let mut desk = Desk::open().await;
    let attempt = desk.attempt("new").await;
    let (ours, theirs) = (
        public_token(&desk.bank, TARTAN).await,
        public_token(&desk.bank, PLATYPUS).await,
    );
    let answer = desk.hand(&theirs, PLATYPUS).await;
    let programs = id_of(&answer);
    let page = finished(&mut desk.browser, &attempt, &ours, TARTAN).await;
    let browsers = connection_of(&page);
    assert_ne!(browsers, programs);
    assert_eq!(desk.app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    // Each token, sent again through either door and with any attempt, leads to the same connection.
    for (token, institution, connection) in
        [(&ours, TARTAN, &browsers), (&theirs, PLATYPUS, &programs)]
    {
        let page = finished(&mut desk.browser, &attempt, token, institution).await;
        assert_eq!(&connection_of(&page), connection);
        let answer = desk.hand(token, "").await;
        assert_eq!(&id_of(&answer), connection);
    }
    desk.exchanges(2).await;
    assert_eq!(desk.app.number(OPEN).await, 0);
}

#[tokio::test]
async fn one_attempt_that_gave_two_tokens_links_two_banks() {
    let mut desk = Desk::open().await;
    let attempt = desk.attempt("new").await;
    let one = public_token(&desk.bank, PLATYPUS).await;
    let two = public_token(&desk.bank, TARTAN).await;
    let mut other = desk.browser.clone();
    let (first, second) = tokio::join!(
        finished(&mut desk.browser, &attempt, &one, PLATYPUS),
        finished(&mut other, &attempt, &two, TARTAN)
    );
    assert_ne!(connection_of(&first), connection_of(&second));
    assert_eq!(desk.app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    // An attempt that the person left still links the token that arrives with it.
    let attempt = desk.attempt("new").await;
    let left = [("attempt", attempt.as_str())];
    desk.browser.post("/forms/link-left", &left).await;
    let three = public_token(&desk.bank, "ins_109510").await;
    connection_of(&finished(&mut desk.browser, &attempt, &three, "ins_109510").await);
}

#[tokio::test]
async fn a_token_that_waits_for_its_exchange_is_put_out_by_no_other() {
    let mut desk = Desk::open().await;
    let attempt = desk.attempt("new").await;
    let waiting = public_token(&desk.bank, PLATYPUS).await;
    let other = public_token(&desk.bank, TARTAN).await;
    desk.fail(EXCHANGE, "server_error").await;
    let page = finished(&mut desk.browser, &attempt, &waiting, PLATYPUS).await;
    let told = page.text(".notice.wrong");
    assert!(told.contains("try again automatically"), "{told}");
    desk.work_again().await;
    let answer = desk.hand(&other, TARTAN).await;
    let tartan = id_of(&answer);
    assert_eq!(desk.app.texts(LINKED).await, [TARTAN]);
    desk.comes_to(&[PLATYPUS, TARTAN]).await;
    let page = finished(&mut desk.browser, &attempt, &other, TARTAN).await;
    assert_eq!(connection_of(&page), tartan);
    let page = finished(&mut desk.browser, &attempt, &waiting, PLATYPUS).await;
    assert_ne!(connection_of(&page), tartan);
}

#[tokio::test]
async fn what_a_program_is_told_to_be_tried_again_is_even_after_a_restart() {
    let desk = Desk::open().await;
    let token = public_token(&desk.bank, PLATYPUS).await;
    let other = public_token(&desk.bank, TARTAN).await;
    desk.fail(EXCHANGE, "server_error").await;
    for (token, institution) in [(&token, PLATYPUS), (&other, TARTAN)] {
        let answer = desk.hand(token, institution).await;
        answer.is_problem(502);
        let told = answer.text_of("detail");
        assert!(told.contains("try again automatically"), "{told}");
    }
    let desk = desk.restarted().await;
    desk.work_again().await;
    // The token that is sent again is exchanged at once; the other is retried automatically.
    let answer = desk.hand(&token, PLATYPUS).await;
    let id = id_of(&answer);
    desk.comes_to(&[PLATYPUS, TARTAN]).await;
    let answer = desk.hand(&token, PLATYPUS).await;
    assert_eq!(id_of(&answer), id);
}

#[tokio::test]
async fn leaving_an_attempt_drops_no_token_that_waits() {
    let mut desk = Desk::open().await;
    let attempt = desk.attempt("new").await;
    let token = public_token(&desk.bank, PLATYPUS).await;
    desk.fail(EXCHANGE, "server_error").await;
    finished(&mut desk.browser, &attempt, &token, PLATYPUS).await;
    let left = [("attempt", attempt.as_str())];
    let page = desk.browser.post("/forms/link-left", &left).await;
    let told = page.text(".notice");
    assert!(told.contains("we’ll keep trying"), "{told}");
    desk.work_again().await;
    desk.comes_to(&[PLATYPUS]).await;
}

#[tokio::test]
async fn the_same_token_ten_times_at_once_is_one_bank() {
    let desk = Desk::open().await;
    desk.program.post("/link-tokens", &json!({})).await;
    let body = handed(&public_token(&desk.bank, TARTAN).await, TARTAN);
    let asks = (0..10).map(|_| {
        let (program, body) = (desk.program.clone(), body.clone());
        tokio::spawn(async move { program.post("/connections", &body).await })
    });
    let mut ids = BTreeSet::new();
    for ask in asks.collect::<Vec<_>>() {
        ids.insert(id_of(&ask.await.expect("it is asked")));
    }
    ids.insert(id_of(&desk.program.post("/connections", &body).await));
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(desk.app.texts(LINKED).await, [TARTAN]);
    desk.exchanges(1).await;
    // No other person can use it.
    let eve = ApiClient::of(&desk.app, &EVE).await;
    let answer = eve.post("/connections", &body).await;
    answer.is_problem(422);
    assert_eq!(answer.wrong(), ["public_token"]);
}

#[tokio::test]
async fn the_same_token_from_browser_and_program_at_once_is_one_bank() {
    let mut desk = Desk::open().await;
    for institution in [PLATYPUS, TARTAN] {
        let attempt = desk.attempt("new").await;
        let token = public_token(&desk.bank, institution).await;
        let body = handed(&token, institution);
        let (page, answer) = tokio::join!(
            finished(&mut desk.browser, &attempt, &token, institution),
            desk.program.post("/connections", &body)
        );
        assert_eq!(connection_of(&page), id_of(&answer));
    }
    assert_eq!(desk.app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    assert_eq!(
        desk.app.number(OPEN).await,
        0,
        "no attempt waits for what is there"
    );
    desk.exchanges(2).await;
}

#[tokio::test]
async fn what_a_program_hands_over_first_ends_the_hosted_attempt_too() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let (attempt, token) = finished_at_the_bank(&app, &mut browser).await;
    let body = handed(&token, PLATYPUS);
    let id = id_of(&program.post("/connections", &body).await);
    let page = browser.get(&format!("/link/{attempt}/return")).await;
    assert_eq!(connection_of(&page), id);
    assert_eq!(app.number(OPEN).await, 0);
    assert_eq!(app.texts(LINKED).await, [PLATYPUS]);
}

#[tokio::test]
async fn a_repair_is_ended_by_its_own_attempt_alone() {
    let mut desk = Desk::open().await;
    let token = public_token(&desk.bank, PLATYPUS).await;
    let answer = desk.hand(&token, PLATYPUS).await;
    let first = id_of(&answer);
    let attempt = desk.attempt(&format!("repair:{first}")).await;
    let token = public_token(&desk.bank, TARTAN).await;
    let answer = desk.hand(&token, TARTAN).await;
    assert_ne!(id_of(&answer), first);
    assert_eq!(desk.app.number(OPEN).await, 1);
    let page = finished(&mut desk.browser, &attempt, "", "").await;
    assert_eq!(connection_of(&page), first);
    assert_eq!(page.text(".notice"), "All set. Catching up now.");
    assert_eq!(desk.app.texts(LINKED).await, [PLATYPUS, TARTAN]);
}

#[tokio::test]
async fn a_token_that_was_used_up_is_told_each_time() {
    let desk = Desk::open().await;
    let body = handed("public-sandbox-none", PLATYPUS);
    for _ in 0..2 {
        let answer = desk.program.post("/connections", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), ["public_token"]);
    }
    // The token of a bank that was linked and then unlinked does not link it again.
    let body = handed(&public_token(&desk.bank, TARTAN).await, TARTAN);
    let path = format!(
        "/connections/{}",
        id_of(&desk.program.post("/connections", &body).await)
    );
    let ended = desk.program.ask(Method::DELETE, &path, None, &[]).await;
    assert_eq!(ended.status, 202, "{}", ended.text);
    let answer = desk.program.post("/connections", &body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["public_token"]);
}

#[tokio::test]
async fn an_exchange_whose_answer_was_lost_is_told_each_time() {
    let desk = Desk::open().await;
    let body = handed(&public_token(&desk.bank, PLATYPUS).await, PLATYPUS);
    desk.fail(EXCHANGE, "lost").await;
    let answer = desk.program.post("/connections", &body).await;
    answer.is_problem(502);
    desk.work_again().await;
    for _ in 0..2 {
        let answer = desk.program.post("/connections", &body).await;
        answer.is_problem(502);
        let told = answer.text_of("detail");
        assert!(told.contains("response was lost"), "{told}");
    }
    assert!(desk.app.texts(LINKED).await.is_empty());
}

#[tokio::test]
async fn a_link_token_that_could_not_be_made_promises_nothing() {
    let mut desk = Desk::open().await;
    desk.fail("/link/token/create", "server_error").await;
    let answer = desk.program.post("/link-tokens", &json!({})).await;
    let told = answer.is_problem(502).text_of("detail");
    let fields = [("purpose", "new"), ("hosted", "")];
    let page = desk.browser.post("/forms/link", &fields).await;
    for told in [told, page.text(".notice.wrong")] {
        assert!(told.contains("Try again in a minute"), "{told}");
        assert!(!told.contains("automatically"), "{told}");
    }
}

#[tokio::test]
async fn accounts_are_chosen_of_a_connection() {
    let desk = Desk::open().await;
    for body in [
        json!({ "choose_accounts": true }),
        json!({ "choose_accounts": true, "connection_id": null, "hosted": true }),
    ] {
        let answer = desk.program.post("/link-tokens", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), ["choose_accounts"]);
    }
    let body = json!({ "choose_accounts": false });
    let answer = desk.program.post("/link-tokens", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test]
async fn a_program_links_a_bank_that_looks_the_same_when_its_person_says_so() {
    let desk = Desk::open().await;
    let mut one = handed(&public_token(&desk.bank, PLATYPUS).await, PLATYPUS);
    let first = id_of(&desk.program.post("/connections", &one).await);
    desk.comes_to(&[PLATYPUS]).await;
    let books = desk.app.books().await;
    eventually("the accounts", || async {
        (books.number("SELECT COUNT(*) FROM account").await > 0).then_some(())
    })
    .await;
    let looks = books.texts("SELECT json_object('id', 'x', 'name', name, 'mask', mask, 'type', kind) FROM account WHERE mask <> '' LIMIT 1");
    let account: Value = serde_json::from_str(&looks.await[0]).expect("JSON");
    one["public_token"] = public_token(&desk.bank, PLATYPUS).await.into();
    one["metadata"]["accounts"] = json!([account]);
    let refused = desk.program.post("/connections", &one).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(refused.json["connection_id"], first.as_str());
    one["link_anyway"] = true.into();
    let second = id_of(&desk.program.post("/connections", &one).await);
    assert_ne!(second, first);
    assert_eq!(
        id_of(&desk.program.post("/connections", &one).await),
        second
    );
    desk.exchanges(2).await;
}
