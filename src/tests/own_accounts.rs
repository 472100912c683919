//! What a person says of their accounts: names, order, hidden accounts, and those left out of net worth.

use crate::app::{EVE, TestApp, eventually};
use crate::browser::Browser;
use crate::page::Page;

const FORM: &str = "form[action='/forms/account']";

/// The names of the accounts on a page, in order.
fn names(page: &Page) -> Vec<String> {
    page.texts(".group a.row .name")
}

async fn account(browser: &mut Browser, name: &str) -> String {
    let page = browser.get("/accounts").await;
    let at = names(&page).iter().position(|one| one == name);
    let at = at.unwrap_or_else(|| panic!("no {name} in {:?}", names(&page)));
    page.attributes(".group a.row", "href").remove(at)
}

#[tokio::test]
async fn an_account_is_renamed_hidden_and_left_out_and_a_sync_changes_none_of_it() {
    let (app, mut browser, _) = TestApp::linked().await;
    let books = app.books().await;
    let before = browser.get("/accounts").await;
    let banks = names(&before).remove(0);
    let path = account(&mut browser, &banks).await;
    let worth = browser.get("/").await.text(".worth .figure");

    let page = browser.get(&path).await;
    let page = browser
        .send(&page.form(FORM).with("name", " House <b>money</b> "))
        .await;
    assert_eq!(
        (page.path.as_str(), page.text(".notice p")),
        (path.as_str(), "Saved.".into())
    );
    assert!(page.text("h1").starts_with("House <b>money</b>"));
    assert_eq!(
        page.text("#name-help"),
        format!("Name from the bank: {banks}")
    );
    assert!(names(&browser.get("/accounts").await).contains(&"House <b>money</b>".to_owned()));
    let id = path.trim_start_matches("/accounts/").to_owned();
    let list = browser.get(&format!("/transactions?account={id}")).await;
    assert!(
        list.text(".days a.row .what > .soft")
            .ends_with("House <b>money</b>")
    );

    let page = browser.get(&path).await;
    let ticked = page
        .form(FORM)
        .with("hidden", "yes")
        .with("left_out", "yes");
    browser.send(&ticked).await;
    let page = browser.get("/accounts").await;
    assert!(!names(&page).contains(&"House <b>money</b>".to_owned()));
    assert_eq!(page.text(".hidden-accounts .name"), "House <b>money</b>");
    assert_eq!(page.text(".hidden-accounts summary"), "1 hidden account");
    let overview = browser.get("/").await;
    assert_ne!(overview.text(".worth .figure"), worth);
    assert_eq!(overview.count(&format!("a.row[href='{path}']")), 0);
    // Its transactions are still listed.
    let list = browser.get(&format!("/transactions?account={id}")).await;
    assert!(list.count("a.row") > 0);

    let runs = "SELECT COUNT(*) FROM job_run WHERE outcome = 'done'";
    let before_sync = books.number(runs).await;
    browser
        .send(&overview.form("form[action='/forms/sync']"))
        .await;
    eventually("the sync is done", async || {
        (books.number(runs).await > before_sync).then_some(())
    })
    .await;
    let kept = "SELECT own_name || hidden || left_out FROM account WHERE own_name IS NOT NULL";
    assert_eq!(books.texts(kept).await, ["House <b>money</b>11"]);
    // An empty name restores the bank's, and unchecked boxes are sent as nothing.
    let page = browser.get(&path).await;
    let mut form = page.form(FORM).with("name", " ");
    form = form.with("hidden", "").with("left_out", "");
    browser.send(&form).await;
    assert_eq!(names(&browser.get("/accounts").await), names(&before));
    assert_eq!(browser.get("/").await.text(".worth .figure"), worth);
}

#[tokio::test]
async fn a_name_that_is_too_long_is_told_and_nothing_is_lost() {
    let (app, mut browser, _) = TestApp::linked().await;
    let name = names(&browser.get("/accounts").await).remove(0);
    let path = account(&mut browser, &name).await;
    let long = "é".repeat(61);
    let page = browser.get(&path).await;
    let form = page.form(FORM).with("name", &long).with("hidden", "yes");
    let page = browser.send(&form).await;
    assert_eq!(
        page.text("#name-problem"),
        "Enter a name of at most 60 characters."
    );
    assert_eq!(page.attribute("#name", "value"), Some(long));
    assert_eq!(
        page.count("details.own-account[open] input[name=hidden][checked]"),
        1
    );
    assert!(!names(&browser.get("/accounts").await).is_empty());
    let mut eve = app.signed_up(&EVE).await;
    let page = eve.send(&form.with("name", "mine")).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn accounts_are_reordered_within_their_type() {
    let (_app, mut browser, _) = TestApp::linked().await;
    let page = browser.get("/accounts?arrange=yes").await;
    let group = |page: &Page| page.texts(".group:first-child .arrange .name");
    let before = group(&page);
    assert!(before.len() > 1, "{before:?}");
    let up = ".group:first-child li:last-child form:has([value=up])";
    let page = browser.send(&page.form(up)).await;
    assert_eq!(page.path, "/accounts?arrange=yes");
    let mut wanted = before.clone();
    let last = wanted.len() - 1;
    wanted.swap(last - 1, last);
    assert_eq!(group(&page), wanted);
    let listed = browser.get("/accounts").await;
    assert_eq!(names(&listed)[..wanted.len()], wanted);
    // The first one can't go further up.
    assert_eq!(
        page.count(".group:first-child li:first-child [value=up]"),
        0
    );
    let down = format!(".group:first-child li:nth-child({last}) form:has([value=down])");
    let page = browser.send(&page.form(&down)).await;
    assert_eq!(group(&page), before);
}
