//! Accounts that a person stops sharing at the bank.

use super::*;
use crate::app::EVE;

#[tokio::test]
async fn an_account_that_is_left_out_is_kept_said_and_not_counted() {
    let (app, mut browser, id) = TestApp::linked().await;
    let books = app.books().await;
    let rows = "SELECT COUNT(*) FROM bank_transaction";
    let before = books.number(rows).await;

    let page = browser.get("/accounts").await;
    let choose = page.form_of_purpose(&format!("add:{id}"));
    let page = browser.send(&choose.with("hosted", "yes")).await;
    let page = browser.on_to_the_bank(&page).await;
    let page = browser.answer(&page, &[]).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    let mut form = page.form("form.step");
    form.action.clone_from(&page.path);
    let first = form.fields.iter().position(|(name, _)| name == "account");
    form.fields.remove(first.expect("accounts to choose from"));
    let page = browser.send(&form).await;
    let page = browser.allow(page).await;
    let page = browser.come_back(&page).await;
    assert_eq!(page.path, format!("/connections/{id}"), "{}", page.body);

    let closed = "SELECT COUNT(*) FROM account WHERE closed_at IS NOT NULL";
    eventually("the selection", || async {
        app.pass(SignedDuration::from_millis(200));
        (books.number(closed).await == 1).then_some(())
    })
    .await;
    let account = books
        .texts("SELECT id FROM account WHERE closed_at IS NOT NULL")
        .await
        .remove(0);
    assert_eq!(books.number(rows).await, before, "its rows are kept");
    let page = browser.get("/accounts").await;
    let soft = page.text(&format!("a[href='/accounts/{account}'] .soft"));
    assert!(soft.ends_with("no longer shared"), "{soft}");
    let open = "SELECT SUM(current) FROM account WHERE closed_at IS NULL AND currency = 'USD'";
    let worth = domain::money::Money::new(
        books.number(open).await,
        domain::money::Currency::from_codes(Some("USD"), None),
    );
    assert_eq!(browser.get("/").await.text(".figure"), worth.text());

    // It can be deleted, but only by its owner and only while it is not shared.
    let delete = format!("/accounts/{account}/delete");
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.get(&delete).await.status, 404);
    let fields = [("account", account.as_str())];
    assert_eq!(eve.post("/forms/forget-account", &fields).await.status, 404);
    let listed = books
        .texts("SELECT id FROM account WHERE closed_at IS NULL")
        .await
        .remove(0);
    assert_eq!(
        browser
            .get(&format!("/accounts/{listed}/delete"))
            .await
            .status,
        404
    );
    let fields = [("account", listed.as_str())];
    assert_eq!(
        browser.post("/forms/forget-account", &fields).await.status,
        404
    );
    let page = browser.get(&delete).await;
    let page = browser
        .send(&page.form("form[action='/forms/forget-account']"))
        .await;
    assert_eq!(page.path, "/accounts");
    let left = format!("SELECT COUNT(*) FROM bank_transaction WHERE account_id = '{account}'");
    assert_eq!(books.count(&left).await, 0);
    assert_eq!(
        books
            .number("SELECT COUNT(*) FROM account WHERE closed_at IS NOT NULL")
            .await,
        0
    );
}
