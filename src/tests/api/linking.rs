//! A person's programs and browsers link banks at the same time: each public token leads to its own bank.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::public_token;
use super::{Answer, ApiClient};
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, TARTAN, connection_of};
use crate::page::Page;
use crate::repairing::finished_at_the_bank;

const EXCHANGE: &str = "/item/public_token/exchange";
const LINKED: &str = "SELECT institution_id FROM connection ORDER BY institution_id";
const EXCHANGES: &str =
    "SELECT COUNT(*) FROM provider_call WHERE endpoint LIKE '%public_token/exchange'";
const OPEN: &str = "SELECT COUNT(*) FROM link_attempt WHERE finished_at IS NULL";

/// Starts a Passbook with a bank on its own origin. Returns it, and Ada's program and browser.
async fn start() -> (TestApp, ApiClient, Browser) {
    let built = TestApp::build().plaid().open_to_all();
    let app = built.setting("PASSBOOK_API_RATE", "0").start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let browser = app.logged_in(&ADA).await;
    (app, program, browser)
}

/// Begins a link attempt in the browser; returns its id.
async fn begin_attempt(browser: &mut Browser, purpose: &str) -> String {
    let fields = [("purpose", purpose), ("hosted", "")];
    let page = browser.post("/forms/link", &fields).await;
    let id = page.path.strip_prefix("/link/");
    id.unwrap_or_else(|| panic!("{}: {}", page.path, page.body))
        .to_owned()
}

/// Has the program send the public token that Link returned to it.
async fn hand(program: &ApiClient, token: &str, institution: &str) -> Answer {
    let body = handed(token, institution);
    program.post("/connections", &body).await
}

/// Makes every call of an endpoint fail until faults are cleared.
async fn fail(app: &TestApp, endpoint: &str, fault: &str) {
    let order = json!({ "endpoint": endpoint, "fault": fault, "until_cleared": true });
    app.bank().misbehave("fault/add", order).await;
}

async fn work_again(app: &TestApp) {
    app.bank().misbehave("fault/clear", json!({})).await;
}

/// Moves the clock to when unfinished attempts are resumed, then waits until these banks are linked.
async fn comes_to(app: &TestApp, institutions: &[&str]) {
    let books = app.books().await;
    app.pass(SignedDuration::from_secs(61));
    eventually("the banks", || async {
        (books.texts(LINKED).await == institutions).then_some(())
    })
    .await;
}

/// Waits until this many exchanges are recorded, and asserts that there are no more.
async fn exchanges(app: &TestApp, wanted: i64) {
    let books = app.books().await;
    let recorded = || async { (books.number(EXCHANGES).await >= wanted).then_some(()) };
    eventually("the record of calls", recorded).await;
    assert_eq!(books.number(EXCHANGES).await, wanted);
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
    let (app, program, _) = start().await;
    let answer = program.post("/link-tokens", &json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let one = handed(&public_token(&app, PLATYPUS).await, PLATYPUS);
    let two = handed(&public_token(&app, TARTAN).await, TARTAN);
    let (first, second) = tokio::join!(
        program.post("/connections", &one),
        program.post("/connections", &two)
    );
    for (answer, institution) in [(&first, PLATYPUS), (&second, TARTAN)] {
        assert_ne!(id_of(&first), id_of(&second));
        let linked = &answer.json["connection"]["institution_id"];
        assert_eq!(linked, institution, "{}", answer.text);
    }
    assert_eq!(app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    let again = program.post("/connections", &two).await;
    assert_eq!(id_of(&again), id_of(&second));
    exchanges(&app, 2).await;
}

#[tokio::test]
async fn a_programs_token_takes_no_attempt_of_the_browsers() {
    let (app, program, mut browser) = start().await;
    let attempt = begin_attempt(&mut browser, "new").await;
    let (ours, theirs) = (
        public_token(&app, TARTAN).await,
        public_token(&app, PLATYPUS).await,
    );
    let answer = hand(&program, &theirs, PLATYPUS).await;
    let programs = id_of(&answer);
    let page = finished(&mut browser, &attempt, &ours, TARTAN).await;
    let browsers = connection_of(&page);
    assert_ne!(browsers, programs);
    assert_eq!(app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    // Each token, sent again through either door and with any attempt, leads to the same connection.
    for (token, institution, connection) in
        [(&ours, TARTAN, &browsers), (&theirs, PLATYPUS, &programs)]
    {
        let page = finished(&mut browser, &attempt, token, institution).await;
        assert_eq!(&connection_of(&page), connection);
        let answer = hand(&program, token, "").await;
        assert_eq!(&id_of(&answer), connection);
    }
    exchanges(&app, 2).await;
    assert_eq!(app.number(OPEN).await, 0);
}

#[tokio::test]
async fn one_attempt_that_gave_two_tokens_links_two_banks() {
    let (app, _, mut browser) = start().await;
    let attempt = begin_attempt(&mut browser, "new").await;
    let one = public_token(&app, PLATYPUS).await;
    let two = public_token(&app, TARTAN).await;
    let mut other = browser.clone();
    let (first, second) = tokio::join!(
        finished(&mut browser, &attempt, &one, PLATYPUS),
        finished(&mut other, &attempt, &two, TARTAN)
    );
    assert_ne!(connection_of(&first), connection_of(&second));
    assert_eq!(app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    // An attempt that the person left still links the token that arrives with it.
    let attempt = begin_attempt(&mut browser, "new").await;
    let left = [("attempt", attempt.as_str())];
    browser.post("/forms/link-left", &left).await;
    let three = public_token(&app, "ins_109510").await;
    connection_of(&finished(&mut browser, &attempt, &three, "ins_109510").await);
}

#[tokio::test]
async fn a_token_that_waits_for_its_exchange_is_put_out_by_no_other() {
    let (app, program, mut browser) = start().await;
    let attempt = begin_attempt(&mut browser, "new").await;
    let waiting = public_token(&app, PLATYPUS).await;
    let other = public_token(&app, TARTAN).await;
    fail(&app, EXCHANGE, "server_error").await;
    let page = finished(&mut browser, &attempt, &waiting, PLATYPUS).await;
    let told = page.text(".notice.wrong");
    assert!(told.contains("try again automatically"), "{told}");
    work_again(&app).await;
    let answer = hand(&program, &other, TARTAN).await;
    let tartan = id_of(&answer);
    assert_eq!(app.texts(LINKED).await, [TARTAN]);
    comes_to(&app, &[PLATYPUS, TARTAN]).await;
    let page = finished(&mut browser, &attempt, &other, TARTAN).await;
    assert_eq!(connection_of(&page), tartan);
    let page = finished(&mut browser, &attempt, &waiting, PLATYPUS).await;
    assert_ne!(connection_of(&page), tartan);
}

#[tokio::test]
async fn what_a_program_is_told_to_be_tried_again_is_even_after_a_restart() {
    let (app, program, _) = start().await;
    let token = public_token(&app, PLATYPUS).await;
    let other = public_token(&app, TARTAN).await;
    fail(&app, EXCHANGE, "server_error").await;
    for (token, institution) in [(&token, PLATYPUS), (&other, TARTAN)] {
        let answer = hand(&program, token, institution).await;
        answer.is_problem(502);
        let told = answer.text_of("detail");
        assert!(told.contains("try again automatically"), "{told}");
    }
    let app = app.restarted().await;
    let program = ApiClient {
        base: format!("http://{}", app.address()),
        ..program
    };
    work_again(&app).await;
    // The token that is sent again is exchanged at once; the other is retried automatically.
    let answer = hand(&program, &token, PLATYPUS).await;
    let id = id_of(&answer);
    comes_to(&app, &[PLATYPUS, TARTAN]).await;
    let answer = hand(&program, &token, PLATYPUS).await;
    assert_eq!(id_of(&answer), id);
}

#[tokio::test]
async fn leaving_an_attempt_drops_no_token_that_waits() {
    let (app, _, mut browser) = start().await;
    let attempt = begin_attempt(&mut browser, "new").await;
    let token = public_token(&app, PLATYPUS).await;
    fail(&app, EXCHANGE, "server_error").await;
    finished(&mut browser, &attempt, &token, PLATYPUS).await;
    let left = [("attempt", attempt.as_str())];
    let page = browser.post("/forms/link-left", &left).await;
    let told = page.text(".notice");
    assert!(told.contains("we’ll keep trying"), "{told}");
    work_again(&app).await;
    comes_to(&app, &[PLATYPUS]).await;
}

#[tokio::test]
async fn the_same_token_ten_times_at_once_is_one_bank() {
    let (app, program, _) = start().await;
    program.post("/link-tokens", &json!({})).await;
    let body = handed(&public_token(&app, TARTAN).await, TARTAN);
    let asks = (0..10).map(|_| {
        let (program, body) = (program.clone(), body.clone());
        tokio::spawn(async move { program.post("/connections", &body).await })
    });
    let mut ids = BTreeSet::new();
    for ask in asks.collect::<Vec<_>>() {
        ids.insert(id_of(&ask.await.expect("it is asked")));
    }
    ids.insert(id_of(&program.post("/connections", &body).await));
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(app.texts(LINKED).await, [TARTAN]);
    exchanges(&app, 1).await;
    // No other person can use it.
    let eve = ApiClient::of(&app, &EVE).await;
    let answer = eve.post("/connections", &body).await;
    answer.is_problem(422);
    assert_eq!(answer.wrong(), ["public_token"]);
}

#[tokio::test]
async fn the_same_token_from_browser_and_program_at_once_is_one_bank() {
    let (app, program, mut browser) = start().await;
    for institution in [PLATYPUS, TARTAN] {
        let attempt = begin_attempt(&mut browser, "new").await;
        let token = public_token(&app, institution).await;
        let body = handed(&token, institution);
        let (page, answer) = tokio::join!(
            finished(&mut browser, &attempt, &token, institution),
            program.post("/connections", &body)
        );
        assert_eq!(connection_of(&page), id_of(&answer));
    }
    assert_eq!(app.texts(LINKED).await, [PLATYPUS, TARTAN]);
    assert_eq!(
        app.number(OPEN).await,
        0,
        "no attempt waits for what is there"
    );
    exchanges(&app, 2).await;
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
    let (app, program, mut browser) = start().await;
    let token = public_token(&app, PLATYPUS).await;
    let answer = hand(&program, &token, PLATYPUS).await;
    let first = id_of(&answer);
    let attempt = begin_attempt(&mut browser, &format!("repair:{first}")).await;
    let token = public_token(&app, TARTAN).await;
    let answer = hand(&program, &token, TARTAN).await;
    assert_ne!(id_of(&answer), first);
    assert_eq!(app.number(OPEN).await, 1);
    let page = finished(&mut browser, &attempt, "", "").await;
    assert_eq!(connection_of(&page), first);
    assert_eq!(page.text(".notice"), "All set. Catching up now.");
    assert_eq!(app.texts(LINKED).await, [PLATYPUS, TARTAN]);
}

#[tokio::test]
async fn a_token_that_was_used_up_is_told_each_time() {
    let (app, program, _) = start().await;
    let body = handed("public-sandbox-none", PLATYPUS);
    for _ in 0..2 {
        let answer = program.post("/connections", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), ["public_token"]);
    }
    // The token of a bank that was linked and then unlinked does not link it again.
    let body = handed(&public_token(&app, TARTAN).await, TARTAN);
    let path = format!(
        "/connections/{}",
        id_of(&program.post("/connections", &body).await)
    );
    let ended = program.ask(Method::DELETE, &path, None, &[]).await;
    assert_eq!(ended.status, 202, "{}", ended.text);
    let answer = program.post("/connections", &body).await;
    assert_eq!(answer.is_problem(422).wrong(), ["public_token"]);
}

#[tokio::test]
async fn an_exchange_whose_answer_was_lost_is_told_each_time() {
    let (app, program, _) = start().await;
    let body = handed(&public_token(&app, PLATYPUS).await, PLATYPUS);
    fail(&app, EXCHANGE, "lost").await;
    let answer = program.post("/connections", &body).await;
    answer.is_problem(502);
    work_again(&app).await;
    for _ in 0..2 {
        let answer = program.post("/connections", &body).await;
        answer.is_problem(502);
        let told = answer.text_of("detail");
        assert!(told.contains("response was lost"), "{told}");
    }
    assert!(app.texts(LINKED).await.is_empty());
}

#[tokio::test]
async fn a_link_token_that_could_not_be_made_promises_nothing() {
    let (app, program, mut browser) = start().await;
    fail(&app, "/link/token/create", "server_error").await;
    let answer = program.post("/link-tokens", &json!({})).await;
    let told = answer.is_problem(502).text_of("detail");
    let fields = [("purpose", "new"), ("hosted", "")];
    let page = browser.post("/forms/link", &fields).await;
    for told in [told, page.text(".notice.wrong")] {
        assert!(told.contains("Try again in a minute"), "{told}");
        assert!(!told.contains("automatically"), "{told}");
    }
}

#[tokio::test]
async fn accounts_are_chosen_of_a_connection() {
    let (_app, program, _) = start().await;
    for body in [
        json!({ "choose_accounts": true }),
        json!({ "choose_accounts": true, "connection_id": null, "hosted": true }),
    ] {
        let answer = program.post("/link-tokens", &body).await;
        assert_eq!(answer.is_problem(422).wrong(), ["choose_accounts"]);
    }
    let body = json!({ "choose_accounts": false });
    let answer = program.post("/link-tokens", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test]
async fn a_program_links_a_bank_that_looks_the_same_when_its_person_says_so() {
    let (app, program, _) = start().await;
    let mut one = handed(&public_token(&app, PLATYPUS).await, PLATYPUS);
    let first = id_of(&program.post("/connections", &one).await);
    comes_to(&app, &[PLATYPUS]).await;
    let books = app.books().await;
    eventually("the accounts", || async {
        (books.number("SELECT COUNT(*) FROM account").await > 0).then_some(())
    })
    .await;
    let looks = books.texts("SELECT json_object('id', 'x', 'name', name, 'mask', mask, 'type', kind) FROM account WHERE mask <> '' LIMIT 1");
    let account: Value = serde_json::from_str(&looks.await[0]).expect("JSON");
    one["public_token"] = public_token(&app, PLATYPUS).await.into();
    one["metadata"]["accounts"] = json!([account]);
    let refused = program.post("/connections", &one).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(refused.json["connection_id"], first.as_str());
    one["link_anyway"] = true.into();
    let second = id_of(&program.post("/connections", &one).await);
    assert_ne!(second, first);
    assert_eq!(id_of(&program.post("/connections", &one).await), second);
    exchanges(&app, 2).await;
}
