//! Transactions as a file.

use super::{linked, wanted};
use crate::app::EVE;

#[tokio::test]
async fn what_a_filter_lets_through_is_saved_as_a_file_and_noted() {
    let (app, mut browser, books) = linked().await;
    let everything = "SELECT id FROM bank_transaction ORDER BY day DESC, id DESC";
    let everything = wanted(&books, everything).await;
    assert!(everything.len() > 1000, "more than one lot");
    let page = browser.get("/transactions").await;
    let href = page.attribute("a[download]", "href").expect("a link");
    assert_eq!(href, "/transactions.csv");
    let file = browser.get(&href).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.body.trim_end().split("\r\n").collect();
    assert!(
        lines[0].starts_with("date,amount,currency,name,"),
        "{}",
        lines[0]
    );
    let ids: Vec<&str> = lines[1..]
        .iter()
        .map(|line| line.rsplit(',').next().unwrap_or_default())
        .collect();
    assert_eq!(ids, everything);
    for line in &lines[1..] {
        assert!(line.contains(",\"First Platypus Bank\","), "{line}");
    }

    let page = browser.get("/transactions?pending=yes&q=").await;
    let href = page.attribute("a[download]", "href").expect("a link");
    let pending = "SELECT COUNT(*) FROM bank_transaction WHERE pending = 1";
    let file = browser.get(&href).await;
    let lines = i64::try_from(file.body.matches("\r\n").count()).expect("a number");
    assert_eq!(lines - 1, books.number(pending).await);
    let activity = browser.get("/activity").await;
    assert!(
        activity.body.contains("You exported transactions as CSV"),
        "{}",
        activity.body
    );

    let wrong = browser.get("/transactions.csv?from=2026-13-40").await;
    assert_eq!(
        wrong.path, "/transactions?from=2026-13-40",
        "the list says what is wrong"
    );
    let mut eve = app.signed_up(&EVE).await;
    let empty = eve.get("/transactions.csv").await;
    assert_eq!(empty.body.matches("\r\n").count(), 1, "nobody else's rows");
}
