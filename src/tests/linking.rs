//! Linking banks through Hosted Link's real pages.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::app::{ADA, EVE, TestApp};
use crate::books::{Entry, expected, expected_balances, profile};
use crate::hosted_link::{PLATYPUS, TARTAN};

const TODAY: Date = jiff::civil::date(2026, 11, 21);

#[tokio::test]
async fn a_linked_bank_s_accounts_and_transactions_are_those_of_the_bank() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    let page = app.synced(&mut browser, &id).await;

    let bank = profile(PLATYPUS, "user_good", "pass_good", TODAY);
    let (wanted, books) = (expected(&bank, TODAY), app.books().await);
    let entries = books.entries(&id).await;
    assert!(wanted.len() > 500, "{} rows say little", wanted.len());
    assert_eq!(sums(&entries), sums(&wanted));
    assert_eq!(entries, wanted);
    assert_eq!(books.balances(&id).await, expected_balances(&bank));
    let sentence = page.text("#progress-sentence");
    let rows = domain::wording::grouped(wanted.len());
    let said = format!("{} accounts and {rows} transactions", bank.accounts.len());
    assert!(sentence.starts_with(&said), "{sentence}");
}

#[tokio::test]
async fn the_pages_show_what_the_books_hold_with_the_right_signs() {
    let (app, mut browser, id) = TestApp::linked().await;
    let entries = app.books().await.entries(&id).await;
    let salary = entries
        .iter()
        .filter(|e| e.minor > 0)
        .max_by_key(|e| e.minor)
        .expect("income");
    let page = browser
        .get(&format!("/transactions?from={0}&to={0}", salary.day))
        .await;
    let cents = format!("{:02}", salary.minor % 100);
    assert!(
        page.texts(".money.in")
            .iter()
            .any(|text| text.starts_with('+') && text.ends_with(&cents)),
        "{} of {} is not on {}",
        salary.minor,
        salary.day,
        page.body
    );
    let page = browser.get("/accounts").await;
    let bank = profile(PLATYPUS, "user_good", "pass_good", TODAY);
    assert_eq!(page.count("ul.rows > li"), bank.accounts.len());
    for account in bank.accounts.iter().filter(|a| a.kind == "credit") {
        let row = page
            .texts("a.row")
            .into_iter()
            .find(|row| row.contains(&account.name));
        let row = row.expect("the card is there");
        assert!(row.contains('\u{2212}'), "what is owed is negative: {row}");
    }
    assert_eq!(page.text("h2.who a"), "First Platypus Bank");
    let overview = browser.get("/").await;
    assert_eq!(overview.count(".attention"), 0);
    assert!(overview.count("a.row") > 5, "{}", overview.body);
}

#[tokio::test]
async fn the_same_bank_twice_is_noticed_before_the_exchange_and_repair_is_offered() {
    let (app, mut browser, id) = TestApp::linked().await;
    let books = app.books().await;
    let before = books.entries(&id).await;
    let page = browser
        .link_to_the_end(PLATYPUS, "user_good", "pass_good")
        .await;
    assert_eq!(page.path, "/link/already");
    assert_eq!(page.text("h1"), "First Platypus Bank is already linked");
    assert!(page.count("ul.plain li") > 1);
    page.form_of_purpose(&format!("repair:{id}"));
    page.form_of_purpose(&format!("add:{id}"));
    assert_eq!(books.number("SELECT COUNT(*) FROM connection").await, 1);
    let exchanged =
        "SELECT COUNT(*) FROM provider_call WHERE endpoint LIKE '%public_token/exchange'";
    let exchanges = || async { (books.number(exchanged).await > 0).then_some(()) };
    crate::app::eventually("the record of calls", exchanges).await;
    assert_eq!(books.number(exchanged).await, 1);
    assert_eq!(books.entries(&id).await, before);
    assert_eq!(
        browser.get("/link/already").await.text("h1"),
        "Nothing was linked",
        "it is said once"
    );
}

#[tokio::test]
async fn two_banks_and_two_people_stand_beside_one_another() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let first = browser.link(PLATYPUS, "user_good", "pass_good").await;
    let second = browser.link(TARTAN, "user_good", "pass_good").await;
    let mut eve = app.signed_up(&EVE).await;
    let third = eve.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &first).await;
    app.synced(&mut browser, &second).await;
    app.synced(&mut eve, &third).await;
    let books = app.books().await;
    let platypus = expected(&profile(PLATYPUS, "user_good", "pass_good", TODAY), TODAY);
    let tartan = expected(&profile(TARTAN, "user_good", "pass_good", TODAY), TODAY);
    assert_eq!(books.entries(&first).await, platypus);
    assert_eq!(books.entries(&second).await, tartan);
    assert_eq!(books.entries(&third).await, platypus);
    let page = browser.get("/accounts").await;
    assert_eq!(
        page.texts("h2.who a"),
        ["First Platypus Bank", "Tartan Bank"]
    );
    assert_eq!(
        eve.get("/accounts").await.texts("h2.who a"),
        ["First Platypus Bank"]
    );
}

/// Returns the number of rows and their sum, by account and currency.
fn sums(entries: &[Entry]) -> BTreeMap<(String, String), (usize, i64)> {
    let mut sums: BTreeMap<(String, String), (usize, i64)> = BTreeMap::new();
    for entry in entries {
        let sum = sums
            .entry((entry.account.clone(), entry.currency.clone()))
            .or_default();
        *sum = (sum.0 + 1, sum.1 + entry.minor);
    }
    sums
}

#[tokio::test]
async fn a_link_that_was_given_up_is_told_without_a_promise_about_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for (password, words) in [
        ("error_INSTITUTION_DOWN", "isn’t responding"),
        ("error_INTERNAL_SERVER_ERROR", "couldn’t be reached"),
        ("error_ITEM_LOGIN_REQUIRED", "needs you to log in once more"),
        ("error_NONSENSE", "Try again"),
    ] {
        let page = browser.at_the_bank(PLATYPUS).await;
        let page = browser.log_in_at_bank(&page, "user_good", password).await;
        let page = browser.leave(&page).await;
        let page = browser.come_back(&page).await;
        let ended = (page.path.as_str(), page.status);
        assert_eq!(ended, ("/accounts", 200), "{password}");
        let notice = page.text(".notice.wrong");
        assert!(notice.contains(words), "{password}: {notice}");
        assert!(notice.contains("No bank was linked."), "{notice}");
        for untrue in ["Nothing is lost", "automatically", "we’ll"] {
            assert!(!notice.contains(untrue), "{password}: {notice}");
        }
    }
}
