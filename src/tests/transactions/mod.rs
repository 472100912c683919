//! The list of transactions: searching, filtering, turning pages.

mod editing;
mod everything;
mod export;
mod filters;
mod many;
mod search;
pub mod totals;
mod transfers;

use std::collections::BTreeSet;

use crate::app::TestApp;
use crate::books::Books;
use crate::browser::Browser;
use crate::page::Page;

async fn linked() -> (TestApp, Browser, Books) {
    let (app, browser, _) = TestApp::linked().await;
    let books = app.books().await;
    (app, browser, books)
}

fn ids(page: &Page) -> Vec<String> {
    let rows = page.attributes(".days a.row", "href");
    rows.iter()
        .map(|href| href.split('?').next().unwrap_or(href))
        .map(|path| path.trim_start_matches("/transactions/").to_owned())
        .collect()
}

/// Returns every row of a list, page by page; asserts that none is there twice.
async fn all(browser: &mut Browser, path: &str) -> Vec<String> {
    let mut page = browser.get(path).await;
    let mut found = ids(&page);
    while let Some(older) = page.attribute("a.older", "href") {
        page = browser.get(&older).await;
        found.extend(ids(&page));
    }
    let distinct: BTreeSet<&String> = found.iter().collect();
    assert_eq!(distinct.len(), found.len(), "{path}: no row twice");
    found
}

async fn wanted(books: &Books, sql: &'static str) -> Vec<String> {
    books.texts(sql).await
}

#[tokio::test]
async fn turning_pages_visits_every_row_once_in_order() {
    let (_app, mut browser, books) = linked().await;
    let everything = wanted(
        &books,
        "SELECT id FROM bank_transaction ORDER BY day DESC, id DESC",
    )
    .await;
    assert!(everything.len() > 1000);
    assert_eq!(all(&mut browser, "/transactions").await, everything);
}

#[tokio::test]
async fn rows_that_come_between_two_pages_hide_and_repeat_none() {
    let (_app, mut browser, books) = linked().await;
    let everything = wanted(
        &books,
        "SELECT id FROM bank_transaction ORDER BY day DESC, id DESC",
    )
    .await;
    let mut page = browser.get("/transactions").await;
    let (mut found, mut round) = (ids(&page), 0);
    while let Some(older) = page.attribute("a.older", "href") {
        let newer = format!("INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, pending_provider_id, day, amount, currency, exponent,
            amount_exact, description, merchant, category_primary, category_detailed, pending, details, search)
            SELECT 'zz{round}' || substr(id, 5), person_id, connection_id, account_id, 'new{round}' || id,
            NULL, '2026-11-21', amount, currency, exponent, NULL, description, merchant, category_primary, category_detailed, pending, details, search
            FROM bank_transaction ORDER BY seq LIMIT 7");
        sqlx::query(sqlx::AssertSqlSafe(newer))
            .execute(&books.pool)
            .await
            .expect("inserted");
        page = browser.get(&older).await;
        found.extend(ids(&page));
        round += 1;
    }
    assert!(round > 5);
    assert_eq!(found, everything);
}
