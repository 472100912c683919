//! The change feed through real syncs of the built-in bank.

use std::collections::BTreeSet;

use domain::user::User;
use jiff::SignedDuration;
use passbook::ledger;

use crate::app::{ADA, EVE, TestApp, eventually};
use crate::hosted_link::PLATYPUS;

/// Reads from a cursor to the end, page by page, into a set of ids; returns the number of changes and the new cursor.
async fn read(
    app: &TestApp,
    user: &User,
    cursor: Option<String>,
    copy: &mut BTreeSet<String>,
) -> (usize, String) {
    let (mut cursor, mut told) = (cursor, 0);
    loop {
        let page = ledger::changes(app.ctx(), user, cursor.as_deref(), Some(97)).await;
        let page = page.expect("a page");
        for row in &page.changes.added {
            assert!(copy.insert(row.id.to_string()), "added twice");
        }
        for row in &page.changes.modified {
            assert!(copy.contains(row.id.as_str()), "modified, but unknown");
        }
        for gone in &page.changes.removed {
            assert!(copy.remove(gone.id.as_str()), "removed, but unknown");
        }
        told += page.changes.added.len() + page.changes.modified.len() + page.changes.removed.len();
        cursor = Some(page.next_cursor);
        if !page.changes.has_more {
            return (told, cursor.expect("a cursor"));
        }
    }
}

async fn ids(app: &TestApp) -> BTreeSet<String> {
    let all = "SELECT id FROM bank_transaction";
    app.texts(all).await.into_iter().collect()
}

#[tokio::test]
async fn the_feed_follows_the_books_through_syncs_edits_and_an_end() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    app.signed_up(&EVE).await;
    let (ada, eve) = (app.user(&ADA).await, app.user(&EVE).await);
    let bank = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &bank).await;
    let mut copy = BTreeSet::new();
    let (told, cursor) = read(&app, &ada, None, &mut copy).await;
    assert_eq!((told, &copy), (ids(&app).await.len(), &ids(&app).await));

    // The bank's whole feed again: nothing has changed, so nothing is reported.
    let books = app.books().await;
    sqlx::query("UPDATE connection SET cursor = NULL")
        .execute(&books.pool)
        .await
        .expect("forgotten");
    let last = "SELECT last_synced_at FROM connection";
    let before = books.number(last).await;
    app.pass(SignedDuration::from_secs(5));
    browser
        .post("/forms/sync", &[("connection", bank.as_str())])
        .await;
    eventually("another sync", || async {
        (books.number(last).await > before).then_some(())
    })
    .await;
    let (told, cursor) = read(&app, &ada, Some(cursor), &mut copy).await;
    assert_eq!(told, 0);

    // The person's own values are a change.
    let row = copy.first().expect("a row").clone();
    let fields = [("id", row.as_str()), ("note", "shared with Eve")];
    let page = browser.get(&format!("/transactions/{row}")).await;
    let form = page.form("form[action='/forms/transaction']");
    let page = browser.send(&form.with("note", fields[1].1)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let page = ledger::changes(app.ctx(), &ada, Some(&cursor), None).await;
    let page = page.expect("a page");
    assert_eq!(page.changes.modified.len(), 1);
    let own = &page.changes.modified[0].own;
    assert_eq!(own.note.as_deref(), Some("shared with Eve"));

    // Another person sees none of it.
    let hers = ledger::changes(app.ctx(), &eve, None, None).await;
    assert!(hers.expect("a page").changes.added.is_empty());
    assert!(
        ledger::changes(app.ctx(), &eve, Some(&cursor), None)
            .await
            .is_err()
    );

    let unlink = [("connection", bank.as_str()), ("rows", "delete")];
    browser.post("/forms/unlink", &unlink).await;
    eventually("the rows are gone", || async {
        app.pass(SignedDuration::from_secs(1));
        ids(&app).await.is_empty().then_some(())
    })
    .await;
    read(&app, &ada, Some(page.next_cursor), &mut copy).await;
    assert!(copy.is_empty());
}
