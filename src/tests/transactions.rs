//! The list of transactions: searching, narrowing, turning pages.

use std::collections::BTreeSet;

use passbook::domain::search;

use crate::app::{ADA, TestApp};
use crate::books::Books;
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;

async fn linked() -> (TestApp, Browser, Books) {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let books = app.books().await;
    (app, browser, books)
}

fn ids(page: &Page) -> Vec<String> {
    let rows = page.attributes(".days a.row", "href");
    rows.iter()
        .map(|href| href.trim_start_matches("/transactions/").to_owned())
        .collect()
}

/// Every row of a list, page by page; no row twice.
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
        let newer = format!("INSERT INTO bank_transaction SELECT NULL, 'zz{round}' || substr(id, 5), person_id, connection_id, account_id, 'new{round}' || id,
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

#[tokio::test]
async fn search_finds_what_the_definition_finds_for_rare_and_common_words() {
    let (_app, mut browser, books) = linked().await;
    let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(
        "SELECT id, merchant, description FROM bank_transaction ORDER BY day DESC, id DESC",
    )
    .fetch_all(&books.pool)
    .await
    .expect("rows");
    let text = |row: &(String, Option<String>, String)| {
        search::fold(&format!("{} {}", row.1.as_deref().unwrap_or(""), row.2))
    };
    let mut counts = std::collections::BTreeMap::new();
    for row in &rows {
        for word in search::words(&text(row)) {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    let mut by_count: Vec<(&String, &i32)> = counts.iter().collect();
    by_count.sort_by_key(|(_, count)| **count);
    let (rare, common) = (
        by_count[0].0.clone(),
        by_count[by_count.len() - 1].0.clone(),
    );
    let middle = by_count[by_count.len() / 2].0.clone();
    let start: String = common.chars().take(2).collect();
    let queries = [
        rare.clone(),
        common.clone(),
        middle,
        start,
        common.to_uppercase(),
        format!("{common} {rare}"),
        "nosuchword".into(),
        "a".into(),
        "é".into(),
    ];
    for query in queries {
        let words = search::words(&query);
        let meant: Vec<String> = rows
            .iter()
            .filter(|row| search::finds(&text(row), &words))
            .map(|row| row.0.clone())
            .collect();
        let path = format!(
            "/transactions?{}",
            url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", &query)
                .finish()
        );
        assert_eq!(all(&mut browser, &path).await, meant, "{query}");
    }
}

#[tokio::test]
async fn a_word_that_many_thousands_of_rows_have_is_found_like_a_rare_one() {
    let (_app, mut browser, books) = linked().await;
    // Above the count at which the list is walked by day instead of looked up by word.
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10050)
        INSERT INTO bank_transaction SELECT NULL, printf('zz%024d', i), person_id, connection_id, account_id, 'many' || i, NULL,
        date('2020-01-01', '+' || (i % 900) || ' days'), -i, 'USD', 2, NULL, 'Bulk ' || i, NULL, NULL, NULL, 0, '{}',
        ' bulk ' || CASE i % 2500 WHEN 0 THEN 'needle ' ELSE '' END
        FROM n, (SELECT * FROM bank_transaction LIMIT 1)";
    sqlx::query(many)
        .execute(&books.pool)
        .await
        .expect("inserted");
    let page = browser.get("/transactions?q=bulk").await;
    let first = wanted(&books, "SELECT id FROM bank_transaction WHERE search LIKE ' bulk %' ORDER BY day DESC, id DESC LIMIT 50").await;
    assert_eq!(ids(&page), first);
    let older = browser
        .get(&page.attribute("a.older", "href").expect("more"))
        .await;
    let next = wanted(&books, "SELECT id FROM bank_transaction WHERE search LIKE ' bulk %' ORDER BY day DESC, id DESC LIMIT 50 OFFSET 50").await;
    assert_eq!(ids(&older), next);
    let both = wanted(
        &books,
        "SELECT id FROM bank_transaction WHERE search LIKE '%needle%' ORDER BY day DESC, id DESC",
    )
    .await;
    assert_eq!(both.len(), 4);
    assert_eq!(all(&mut browser, "/transactions?q=needle+bulk").await, both);
    assert_eq!(
        all(&mut browser, "/transactions?q=bul+need&from=2020-01-01").await,
        both
    );
}

#[tokio::test]
async fn every_filter_narrows_to_what_it_says() {
    let (_app, mut browser, books) = linked().await;
    let account = wanted(
        &books,
        "SELECT account_id FROM bank_transaction GROUP BY account_id ORDER BY COUNT(*) DESC",
    )
    .await
    .remove(0);
    let one = wanted(&books, "SELECT id FROM bank_transaction WHERE account_id = (SELECT account_id FROM bank_transaction GROUP BY account_id ORDER BY COUNT(*) DESC LIMIT 1) ORDER BY day DESC, id DESC").await;
    assert_eq!(
        all(&mut browser, &format!("/transactions?account={account}")).await,
        one
    );
    let days = wanted(&books, "SELECT id FROM bank_transaction WHERE day BETWEEN '2026-03-01' AND '2026-03-31' ORDER BY day DESC, id DESC").await;
    assert!(!days.is_empty());
    assert_eq!(
        all(&mut browser, "/transactions?from=2026-03-01&to=2026-03-31").await,
        days
    );
    let amounts = wanted(&books, "SELECT id FROM bank_transaction WHERE abs(amount) * CASE exponent WHEN 0 THEN 100 ELSE 1 END BETWEEN 1250 AND 9999 ORDER BY day DESC, id DESC").await;
    assert!(!amounts.is_empty());
    assert_eq!(
        all(&mut browser, "/transactions?min=12.50&max=99.99").await,
        amounts
    );
    for (query, sql) in [
        (
            "pending=yes",
            "SELECT id FROM bank_transaction WHERE pending = 1 ORDER BY day DESC, id DESC",
        ),
        (
            "pending=no",
            "SELECT id FROM bank_transaction WHERE pending = 0 ORDER BY day DESC, id DESC",
        ),
        (
            "category=INCOME",
            "SELECT id FROM bank_transaction WHERE category_primary = 'INCOME' ORDER BY day DESC, id DESC",
        ),
        (
            "category=INCOME&min=100&pending=no&to=2026-06-30",
            "SELECT id FROM bank_transaction WHERE category_primary = 'INCOME' AND abs(amount) >= 10000 AND exponent = 2 AND pending = 0 AND day <= '2026-06-30' ORDER BY day DESC, id DESC",
        ),
    ] {
        let meant = wanted(&books, sql).await;
        assert!(!meant.is_empty(), "{query} says little");
        assert_eq!(
            all(&mut browser, &format!("/transactions?{query}")).await,
            meant,
            "{query}"
        );
    }
    let page = browser.get("/transactions?category=INCOME&q=x&min=5").await;
    assert_eq!(
        page.attribute("option[selected][value=INCOME]", "value")
            .as_deref(),
        Some("INCOME")
    );
    assert_eq!(
        page.attribute("input[name=q]", "value").as_deref(),
        Some("x")
    );
    assert_eq!(
        page.attribute("input[name=min]", "value").as_deref(),
        Some("5")
    );
}

#[tokio::test]
async fn a_mistake_in_the_filter_is_shown_at_its_field() {
    let (_app, mut browser, _books) = linked().await;
    let page = browser
        .get("/transactions?from=yesterday&to=2026-02-30&min=-1&max=lots&q=a%26b")
        .await;
    assert_eq!(page.status, 200);
    for field in ["from", "to", "min", "max"] {
        assert_eq!(
            page.attribute(&format!("#{field}"), "aria-invalid")
                .as_deref(),
            Some("true"),
            "{field}"
        );
        assert!(
            !page.text(&format!("#{field}-problem")).is_empty(),
            "{field}"
        );
    }
    assert_eq!(
        page.attribute("#max", "value").as_deref(),
        Some("lots"),
        "what was typed stays"
    );
    assert_eq!(
        page.attribute("input[name=q]", "value").as_deref(),
        Some("a&b")
    );
    assert_eq!(page.count(".days a.row"), 0);
    let page = browser
        .get("/transactions?from=2026-02-02&to=2026-02-01")
        .await;
    assert!(!page.text("#to-problem").is_empty());
    let page = browser
        .get("/transactions?account=x&category=%3Cb%3E&pending=maybe&after=1")
        .await;
    assert_eq!(
        (page.status, page.text("[role=alert] p").is_empty()),
        (200, false)
    );
    assert_eq!(page.count("main b"), 0);
}
