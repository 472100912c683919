//! Comparing the stored rows with the bank, from the page and from the command line: every kind of difference is found
//! and put right, and nothing else is touched.

use serde_json::json;

use crate::activity::token_of;
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::books::Books;
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;
use crate::process::{Process, output};

/// What a row must keep through everything: its id and the person's own values.
const ROWS: &str =
    "SELECT id || provider_id || day || amount || description || details || COALESCE(own_note, '')
    FROM bank_transaction ORDER BY id";

#[tokio::test]
async fn every_kind_of_difference_is_found_and_put_right_and_edits_stay() {
    let (app, mut browser, id) = TestApp::linked().await;
    let books = app.books().await;
    run(
        &books,
        "UPDATE bank_transaction SET own_note = 'mine ' || provider_id",
    )
    .await;
    let (whole, cursor) = (books.texts(ROWS).await, cursor(&books).await);

    // With no difference yet.
    let page = browser.get(&format!("/connections/{id}/check")).await;
    assert_eq!(page.text("h1"), "Not compared yet");
    let page = checked(&mut browser, &id, "/forms/check").await;
    assert_eq!(page.text("h1"), "Everything matches");
    assert!(page.text(".lead").contains(&format!(
        "All {} transactions match.",
        domain::wording::grouped(whole.len())
    )));
    assert_eq!(page.count("form[action='/forms/put-right']"), 0);

    for sql in [
        "DELETE FROM bank_transaction WHERE seq IN (SELECT seq FROM bank_transaction ORDER BY day DESC, seq LIMIT 2)",
        "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency, exponent,
             description, pending, details, search)
         SELECT 'zz' || substr(id, 3), person_id, connection_id, account_id, 'ghost', day, -100, currency, exponent,
             'GHOST <b>', 0, '{}', ' ghost' FROM bank_transaction ORDER BY day DESC LIMIT 1",
        "UPDATE bank_transaction SET amount = amount - 1 WHERE seq = (SELECT MIN(seq) FROM bank_transaction)",
        "UPDATE bank_transaction SET day = '2026-11-01', details = '{}' WHERE seq = (SELECT seq FROM bank_transaction ORDER BY seq LIMIT 1 OFFSET 1)",
    ] {
        run(&books, sql).await;
    }
    let tampered = books.texts(ROWS).await;
    let page = checked(&mut browser, &id, "/forms/check").await;
    assert_eq!(page.text("h1"), "Some transactions differ");
    let told = page.text(".lead");
    for sentence in [
        "2 transactions are missing here.",
        "1 transaction here isn’t at the bank.",
        "2 transactions have different details.",
    ] {
        assert!(told.contains(sentence), "{sentence} {told}");
    }
    assert_eq!(page.count(".found .row"), 5);
    assert_eq!(page.texts(".found .name")[2], "GHOST <b>");
    let soft = page.texts(".found .soft");
    assert!(
        soft.iter()
            .any(|line| line.starts_with("amount: ") && line.ends_with("at the bank")),
        "{soft:?}"
    );
    assert!(
        soft.iter().any(|line| line == "other details differ"),
        "{soft:?}"
    );
    // A check changes nothing.
    assert_eq!(books.texts(ROWS).await, tampered);
    assert_eq!(self::cursor(&books).await, cursor);

    let page = checked(&mut browser, &id, "/forms/put-right").await;
    assert_eq!(page.text("h1"), "Everything matches");
    assert_eq!(page.count(".found"), 0);
    let right = books.texts("SELECT provider_id || day || amount || description || details FROM bank_transaction ORDER BY provider_id").await;
    assert_eq!(right.len(), whole.len());
    // All rows but the two deleted ones are as they were, including the person's own values.
    let now = books.texts(ROWS).await;
    assert_eq!(
        whole.iter().filter(|row| now.contains(row)).count(),
        whole.len() - 2
    );
    let log = browser.get("/activity").await.texts(".event .name");
    assert_eq!(
        log[0],
        "Compared with First Platypus Bank: everything matches"
    );
    assert_eq!(log[1], "Differences at First Platypus Bank were fixed");

    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(
        eve.get(&format!("/connections/{id}/check")).await.status,
        404
    );
    for form in ["/forms/check", "/forms/put-right"] {
        assert_eq!(
            eve.post(form, &[("connection", id.as_str())]).await.status,
            404
        );
    }
}

#[tokio::test]
async fn what_waits_at_the_bank_is_no_difference_and_is_not_lost() {
    let app = TestApp::build().plaid().start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser
        .link(PLATYPUS, "user_transactions_dynamic", "anything")
        .await;
    app.synced(&mut browser, &id).await;
    let books = app.books().await;
    let before = books.texts(ROWS).await.len();
    let question = json!({
        "access_token": token_of(&app).await,
        "transactions": [{"date_transacted": "2026-11-20", "date_posted": "2026-11-20", "amount": 4.2, "description": "New Coffee", "iso_currency_code": "USD"}],
    });
    let answer = app
        .bank()
        .ask("/sandbox/transactions/create", question)
        .await;
    assert!(answer["error_code"].is_null(), "{answer}");
    run(&books, "UPDATE job SET run_at = NULL").await;

    let page = checked(&mut browser, &id, "/forms/check").await;
    assert_eq!(page.text("h1"), "Everything matches");
    assert!(
        page.text(".lead")
            .contains("at the bank since the last sync"),
        "{}",
        page.text(".lead")
    );
    assert_eq!(
        books.texts(ROWS).await.len(),
        before,
        "looking brings nothing"
    );
    // Putting rows right moves the cursor, so the changes that waited come along.
    run(
        &books,
        "DELETE FROM bank_transaction WHERE seq IN (SELECT seq FROM bank_transaction WHERE pending = 0 ORDER BY day, seq LIMIT 5)",
    )
    .await;
    let page = checked(&mut browser, &id, "/forms/put-right").await;
    assert_eq!(page.text("h1"), "Everything matches");
    assert!(
        !page.text(".lead").contains("since the last sync"),
        "{}",
        page.text(".lead")
    );
    assert!(
        books
            .texts("SELECT description FROM bank_transaction")
            .await
            .contains(&"New Coffee".to_owned())
    );
}

#[tokio::test]
async fn old_rows_and_rows_of_former_accounts_are_no_fault() {
    let (app, mut browser, id) = TestApp::linked().await;
    let books = app.books().await;
    for sql in [
        "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency, exponent,
             description, pending, details, search)
         SELECT 'zz' || substr(id, 3), person_id, connection_id, account_id, 'old', '2019-01-01', -100, currency, exponent,
             'OLD', 0, '{}', ' old' FROM bank_transaction LIMIT 1",
        "INSERT INTO account (id, person_id, connection_id, provider_id, position, name, kind, currency, balance_at, closed_at)
         SELECT 'yy' || substr(id, 3), person_id, connection_id, 'former', 9, 'Former', 'depository', 'USD', 0, 1 FROM account LIMIT 1",
        "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency, exponent,
             description, pending, details, search)
         SELECT 'yy' || substr(id, 3), person_id, connection_id, (SELECT id FROM account WHERE provider_id = 'former'), 'former',
             '2026-11-20', -100, currency, exponent, 'FORMER', 0, '{}', ' former' FROM bank_transaction LIMIT 1",
    ] {
        run(&books, sql).await;
    }
    let rows = books.texts(ROWS).await;
    let page = checked(&mut browser, &id, "/forms/put-right").await;
    assert_eq!(page.text("h1"), "Everything matches");
    let told = page.text(".lead");
    assert!(
        told.contains("1 transaction is older than the bank’s history goes back"),
        "{told}"
    );
    assert!(
        told.contains("1 transaction is in an account the bank no longer lists"),
        "{told}"
    );
    assert_eq!(books.texts(ROWS).await, rows, "they stay");
}

#[tokio::test]
async fn a_bank_that_is_away_cannot_be_compared_and_that_is_said() {
    let (app, browser, id) = TestApp::build().plaid().linked().await;
    let rows = app.texts(ROWS).await;
    app.bank()
        .away_during(async {
            let page = checked(&mut browser.clone(), &id, "/forms/put-right").await;
            assert_eq!(page.text("h1"), "Couldn’t compare");
            assert!(
                page.text(".lead").contains("UNREACHABLE"),
                "{}",
                page.text(".lead")
            );
        })
        .await;
    assert_eq!(app.texts(ROWS).await, rows);
}

#[tokio::test]
async fn the_command_line_tells_by_its_exit_code_and_writes_nothing() {
    let (mut process, browser, id) = Process::linked(&[]).await;
    let path = format!("/connections/{id}");
    eventually("the first sync", || {
        let (mut browser, path) = (browser.clone(), path.clone());
        async move { (browser.get(&path).await.text("h1") == "You’re all set").then_some(()) }
    })
    .await;

    // While Passbook runs.
    let (code, said) = fsck(&process, &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("The database file is intact."), "{said}");
    assert!(
        said.contains(&format!("First Platypus Bank ({id}): everything matches")),
        "{said}"
    );

    // While it is stopped.
    assert_eq!(process.terminate().await, Some(0));
    let books = Books::open(&process.data()).await;
    run(&books, "UPDATE bank_transaction SET amount = amount - 1 WHERE seq = (SELECT MIN(seq) FROM bank_transaction)").await;
    let (rows, cursor) = (books.texts(ROWS).await, cursor(&books).await);
    let (code, said) = fsck(&process, &[id.as_str()]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("1 transaction has different details.") && said.contains("amount: "),
        "{said}"
    );
    assert!(!said.contains("access-sandbox-"), "{said}");
    assert_eq!(books.texts(ROWS).await, rows);
    assert_eq!(self::cursor(&books).await, cursor);

    for unknown in ["nonsense", "01m7yce00chpahkrcnyw3y790z"] {
        let (code, said) = fsck(&process, &[unknown]).await;
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("there is no such connection"), "{said}");
    }
    // The file of another version is left alone.
    run(&books, "DELETE FROM _sqlx_migrations WHERE version > 1").await;
    let (code, said) = fsck(&process, &[]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("another version"), "{said}");
    let nowhere = tempfile::tempdir().expect("a folder");
    let none = output(nowhere.path(), &["fsck"], &[]).await;
    assert_eq!(none.status.code(), Some(2));
    assert!(!nowhere.path().join("data").exists(), "nothing was made");
}

/// Runs `passbook fsck`; returns its exit code and all its output.
async fn fsck(process: &Process, connection: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["fsck"], connection].concat();
    let ended = output(process.folder(), &arguments, &[]).await;
    let said = [ended.stdout, ended.stderr].concat();
    (
        ended.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// Requests a check or a repair, and follows its page until it is done.
async fn checked(browser: &mut Browser, id: &str, form: &str) -> Page {
    let page = browser.post(form, &[("connection", id)]).await;
    assert_eq!(
        page.path,
        format!("/connections/{id}/check"),
        "{}",
        page.body
    );
    eventually("a comparison", || {
        let (mut browser, path) = (browser.clone(), page.path.clone());
        async move {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            (page.text("h1") != "Comparing").then_some(page)
        }
    })
    .await
}

async fn cursor(books: &Books) -> Vec<String> {
    books.texts("SELECT cursor FROM connection").await
}

async fn run(books: &Books, sql: &'static str) {
    sqlx::query(sql)
        .execute(&books.pool)
        .await
        .expect("it is done");
}
