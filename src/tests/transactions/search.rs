//! Searching.

use domain::search;

use super::{all, ids, linked, wanted};
use crate::app::{ADA, eventually};

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
        search::indexed(&format!("{} {}", row.1.as_deref().unwrap_or(""), row.2))
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
    // Above this count the list is walked by day instead of looked up by word.
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10050)
        INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, pending_provider_id, day, amount, currency, exponent,
            amount_exact, description, merchant, category_primary, category_detailed, pending, details, search)
        SELECT printf('zz%024d', i), person_id, connection_id, account_id, 'many' || i, NULL,
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
async fn plain_letters_and_words_without_signs_find_what_a_bank_sent() {
    let (app, mut browser, books) = linked().await;
    let rows = ids(&browser.get("/transactions").await);
    let texts = ["Łódź Główna", "Hauptstraße 7", "McDonald's F12"];
    for (id, text) in rows.iter().zip(texts) {
        // As the previous version wrote it.
        sqlx::query("UPDATE bank_transaction SET merchant = NULL, description = $1, search = $2 WHERE id = $3")
            .bind(text)
            .bind(search::fold(text))
            .bind(id)
            .execute(&books.pool)
            .await
            .expect("written");
    }
    let page = browser.get("/transactions?q=mcdonalds").await;
    assert_eq!(ids(&page), [""; 0], "it is not rebuilt yet");
    let marked = "INSERT INTO search_rebuild SELECT 0, MAX(seq) FROM bank_transaction";
    sqlx::query(marked)
        .execute(&books.pool)
        .await
        .expect("marked");
    let app = app.restarted().await;
    eventually("the words", || async {
        let wait = "SELECT COUNT(*) FROM search_rebuild";
        (app.number(wait).await == 0).then_some(())
    })
    .await;
    let mut browser = app.logged_in(&ADA).await;
    for (query, id) in [
        ("lodz", &rows[0]),
        ("łódź", &rows[0]),
        ("hauptstrasse", &rows[1]),
        ("hauptstraße", &rows[1]),
        ("mcdonalds", &rows[2]),
        ("McDonald’s", &rows[2]),
    ] {
        let query_string = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", query)
            .finish();
        let path = format!("/transactions?{query_string}");
        let found = all(&mut browser, &path).await;
        assert!(found.contains(id), "{query}: {found:?}");
    }
}
