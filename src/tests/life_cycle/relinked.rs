//! A bank that is linked again: its accounts have new ids, and continue the old ones once the person has said which are
//! the same.

use std::collections::BTreeMap;

use super::*;
use crate::app::EVE;
use crate::books::Entry;

/// Returns every row of every connection, sorted.
async fn all_entries(books: &Books) -> Vec<Entry> {
    let mut all = Vec::new();
    for id in books.texts("SELECT id FROM connection").await {
        all.extend(books.entries(&id).await);
    }
    all.sort();
    all
}

async fn accounts(books: &Books, id: &ConnectionId) -> BTreeMap<String, String> {
    let sql = format!("SELECT name, id FROM account WHERE connection_id = '{id}'");
    let rows: Vec<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .fetch_all(&books.pool)
        .await
        .expect("accounts");
    rows.into_iter().collect()
}

async fn write(books: &Books, sql: &str) {
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(&books.pool)
        .await;
    done.expect("it is SQL");
}

/// Returns the net worth on the first page.
async fn net_worth(browser: &mut Browser) -> String {
    browser.get("/").await.text(".figure")
}

/// Confirms the proposed matches.
async fn confirm(browser: &mut Browser, id: &ConnectionId) -> Page {
    let page = browser.get(&format!("/connections/{id}/match")).await;
    assert_eq!(page.text("h1"), "Have you linked these accounts before?");
    let form = page.form("form[action='/forms/match-accounts']");
    browser.send(&form).await
}

#[tokio::test]
async fn accounts_go_on_where_they_were_and_no_row_is_there_twice() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let before = accounts(&app.books().await, &old).await;
    let worth = net_worth(&mut browser).await;
    // A note of the person on one row, and another from before the bank's two years of history.
    let noted = app
        .texts("SELECT id FROM bank_transaction WHERE pending = 0 ORDER BY day DESC, id LIMIT 1")
        .await
        .remove(0);
    write(&app.books().await, &format!("UPDATE bank_transaction SET own_note = 'With Tom', own_search = ' with tom ', search = search || ' with tom ' WHERE id = '{noted}'")).await;
    write(&app.books().await, "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency, exponent, description, pending, details, search)
        SELECT '01aaaaaaaaaaaaaaaaaaaaaaaa', person_id, connection_id, account_id, 'ancient', '2019-05-01', -100, currency, exponent, 'Ancient', 0, '{}', ' ancient ' FROM bank_transaction LIMIT 1").await;
    let rows = all_entries(&app.books().await).await;

    unlink(&app, &mut browser, &old).await;
    let (new, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    assert_eq!(net_worth(&mut browser).await, worth, "nothing counts twice");
    let told = message(&mut browser, &new).await;
    assert!(told.contains("look like ones you linked before"), "{told}");
    assert_ne!(accounts(&app.books().await, &new).await, before);

    let page = confirm(&mut browser, &new).await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    assert_eq!(
        accounts(&app.books().await, &new).await,
        before,
        "the same accounts under the same names"
    );
    assert_eq!(
        all_entries(&app.books().await).await,
        rows,
        "each row once, the ancient one too"
    );
    let note = format!(
        "SELECT COUNT(*) FROM bank_transaction WHERE id = '{noted}' AND own_note = 'With Tom'
        AND connection_id = '{new}' AND instr(search, ' with tom ') > 0"
    );
    assert_eq!(app.count(&note).await, 1);
    assert_eq!(net_worth(&mut browser).await, worth);
    assert_eq!(attention(&mut browser, &new).await, [""; 0]);
    assert_eq!(
        browser.get("/accounts").await.count("section.connection"),
        1
    );
    let page = browser.get("/transactions?q=tom").await;
    assert_eq!(page.count("a.row"), 1);

    // A replay from the beginning and a second press change nothing.
    write(&app.books().await, "UPDATE connection SET cursor = NULL").await;
    sync_now(&app, &mut browser, &new).await;
    assert_eq!(all_entries(&app.books().await).await, rows);
    assert_eq!(accounts(&app.books().await, &new).await, before);
}

#[tokio::test]
async fn the_same_answer_twice_is_done_once() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let rows = all_entries(&app.books().await).await;
    unlink(&app, &mut browser, &old).await;
    let (new, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let page = browser.get(&format!("/connections/{new}/match")).await;
    let form = page.form("form[action='/forms/match-accounts']");
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (a, b) = tokio::join!(one.send(&form), two.send(&form));
    assert_eq!(
        (a.path.as_str(), b.path.as_str()),
        ("/accounts", "/accounts")
    );
    assert_eq!(all_entries(&app.books().await).await, rows);
    let page = browser.send(&form).await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    assert_eq!(all_entries(&app.books().await).await, rows);
    assert_eq!(
        app.number("SELECT COUNT(*) FROM account").await,
        i64::try_from(form.fields.len() - 1).expect("few")
    );
}

#[tokio::test]
async fn different_accounts_stay_beside_each_other() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let worth = net_worth(&mut browser).await;
    unlink(&app, &mut browser, &old).await;
    let (new, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let page = browser.get(&format!("/connections/{new}/match")).await;
    let mut form = page.form("form[action='/forms/match-accounts']");
    for (name, value) in &mut form.fields {
        if name.starts_with("same") {
            value.clear();
        }
    }
    let page = browser.send(&form).await;
    assert_eq!(page.path, "/accounts");
    assert_eq!(attention(&mut browser, &new).await, [""; 0]);
    assert_eq!(net_worth(&mut browser).await, worth);
    let page = browser.get("/accounts").await;
    assert_eq!(page.count("section.connection"), 2);
    // The person can still match the accounts later.
    let again = format!("/connections/{new}/match");
    assert_eq!(page.attributes("section.connection p a", "href"), [again]);
    confirm(&mut browser, &new).await;
    assert_eq!(
        browser.get("/accounts").await.count("section.connection"),
        1
    );
}

#[tokio::test]
async fn two_accounts_cannot_become_the_same_one() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    unlink(&app, &mut browser, &old).await;
    let (new, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let rows = all_entries(&app.books().await).await;
    let page = browser.get(&format!("/connections/{new}/match")).await;
    let mut form = page.form("form[action='/forms/match-accounts']");
    let one = form.fields[1].1.clone();
    for (name, value) in &mut form.fields {
        if name.starts_with("same") {
            value.clone_from(&one);
        }
    }
    let page = browser.send(&form).await;
    assert_eq!(page.path, format!("/connections/{new}/match"));
    assert!(
        page.text(".notice")
            .contains("can’t match the same new one"),
        "{}",
        page.body
    );
    assert_eq!(all_entries(&app.books().await).await, rows);
}

#[tokio::test]
async fn nobody_matches_somebody_else_s_accounts() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    unlink(&app, &mut browser, &old).await;
    let (new, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let path = format!("/connections/{new}/match");
    let page = browser.get(&path).await;
    let form = page.form("form[action='/forms/match-accounts']");
    let rows = all_entries(&app.books().await).await;
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.get(&path).await.status, 404);
    assert_eq!(eve.send(&form).await.status, 404);
    // Nor can she match them with an account of her own.
    let theirs = eve.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut eve, &theirs).await;
    let page = eve.send(&form.with("connection", &theirs)).await;
    assert_eq!(page.path, format!("/connections/{theirs}/match"));
    let mine = format!("SELECT COUNT(*) FROM bank_transaction WHERE connection_id = '{old}'");
    let kept = app.count(&mine).await;
    assert_eq!(usize::try_from(kept).expect("few"), rows.len() / 2);
}

#[tokio::test]
async fn a_link_that_the_bank_has_lost_is_replaced_by_the_new_one() {
    let (app, mut browser) = start().await;
    let (old, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let rows = all_entries(&app.books().await).await;
    let worth = net_worth(&mut browser).await;
    let gone = json!({"access_token": token});
    app.bank().ask("/item/remove", gone).await;
    sync_now(&app, &mut browser, &old).await;
    assert!(
        message(&mut browser, &old)
            .await
            .contains("has ended this connection")
    );
    // The pop-up says which accounts were chosen; that must not lead to a refusal when the old link is gone.
    let new = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &new).await;
    let new = ConnectionId::parse(&new).expect("an id");
    assert_eq!(net_worth(&mut browser).await, worth, "nothing counts twice");
    confirm(&mut browser, &new).await;
    assert_eq!(all_entries(&app.books().await).await, rows);
    let left = format!("SELECT COUNT(*) FROM account WHERE connection_id = '{old}'");
    assert_eq!(app.count(&left).await, 0);
    idle(&app).await;
    let ended = format!(
        "SELECT COUNT(*) FROM connection WHERE id = '{old}' AND unlinked_at IS NOT NULL AND length(sealed_token) = 0"
    );
    assert_eq!(app.count(&ended).await, 1);
}

#[tokio::test]
async fn lasting_ids_decide_although_the_name_has_changed() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, LASTING, "user_good").await;
    unlink(&app, &mut browser, &old).await;
    write(
        &app.books().await,
        "UPDATE account SET name = 'Mine ' || position, mask = '9999'",
    )
    .await;
    let before: Vec<String> = app.texts("SELECT id FROM account ORDER BY id").await;
    let (new, _) = link(&app, &mut browser, LASTING, "user_good").await;
    let page = browser.get(&format!("/connections/{new}/match")).await;
    assert!(
        page.body
            .contains("The bank says these are the same account."),
        "{}",
        page.body
    );
    confirm(&mut browser, &new).await;
    assert_eq!(
        app.texts("SELECT id FROM account ORDER BY id").await,
        before
    );
}

#[tokio::test]
async fn rows_that_come_after_the_answer_are_matched_too() {
    let (app, mut browser) = start().await;
    let (old, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let rows = all_entries(&app.books().await).await;
    unlink(&app, &mut browser, &old).await;
    let (new, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    // Simulates rows that have not come yet.
    write(
        &app.books().await,
        &format!(
            "DELETE FROM bank_transaction WHERE connection_id = '{new}' AND day < '2026-06-01'"
        ),
    )
    .await;
    confirm(&mut browser, &new).await;
    assert_eq!(
        all_entries(&app.books().await).await,
        rows,
        "the old ones stay meanwhile"
    );
    write(&app.books().await, "UPDATE connection SET cursor = NULL").await;
    sync_now(&app, &mut browser, &new).await;
    assert_eq!(all_entries(&app.books().await).await, rows);
    let of_old = format!("SELECT COUNT(*) FROM bank_transaction WHERE connection_id = '{old}'");
    assert_eq!(app.count(&of_old).await, 0);
}
