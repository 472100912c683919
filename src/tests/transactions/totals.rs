//! What the list adds up to: in all, by month and by day.

use domain::money::{Currency, Money};
use domain::wording::counted;

use super::{ids, linked};
use crate::books::Books;

/// Counts the differences between the stored sums and the sums of the rows; zero, whatever was written.
pub const WRONG_TOTALS: &str = "WITH wanted AS (
        SELECT person_id, day, account_id, COALESCE(own_category, category_primary, '') AS category,
            COALESCE(CASE WHEN own_category IS NULL THEN category_detailed ELSE own_detailed END, '') AS detailed,
            currency, pending, COUNT(*) AS transactions,
            SUM(MAX(amount, 0) >> 32), SUM(MAX(amount, 0) & 4294967295),
            SUM(-MIN(amount, 0) >> 32), SUM(-MIN(amount, 0) & 4294967295)
        FROM bank_transaction GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) SELECT COUNT(*) FROM (
        SELECT * FROM (SELECT * FROM wanted EXCEPT SELECT * FROM daily_total)
        UNION ALL SELECT * FROM (SELECT * FROM daily_total EXCEPT SELECT * FROM wanted))";

/// Counts the sides of transfers that are not what the rows are, or that have no other side; zero, whatever was written.
pub const WRONG_TRANSFERS: &str = "SELECT COUNT(*) FROM transfer_side s
    LEFT JOIN bank_transaction t ON t.id = s.transaction_id
    LEFT JOIN transfer_side o ON o.transaction_id = s.other_id
    WHERE (s.person_id, s.day, s.account_id, s.category, s.detailed, s.currency, s.pending, s.amount) IS NOT
          (t.person_id, t.day, t.account_id, COALESCE(t.own_category, t.category_primary, ''),
           COALESCE(CASE WHEN t.own_category IS NULL THEN t.category_detailed ELSE t.own_detailed END, ''),
           t.currency, t.pending, t.amount)
       OR (o.other_id, o.person_id, o.account_id, o.currency, o.amount) IS NOT
          (s.transaction_id, s.person_id, s.other_account_id, s.currency, -s.amount)
       OR o.account_id = s.account_id OR t.no_transfer_with = s.other_id
       OR ABS(julianday(o.day) - julianday(s.day)) > 4";

/// Returns what the rows of a condition add up to, in the words of the page.
async fn wanted(books: &Books, condition: &str) -> String {
    let sql = format!(
        "SELECT currency, COUNT(*), SUM(MIN(moved, 0)), SUM(MAX(moved, 0)), SUM(transfer) FROM (
             SELECT *, CASE WHEN transfer THEN 0 ELSE amount END AS moved FROM (
                 SELECT *, id IN (SELECT transaction_id FROM transfer_side) AS transfer FROM bank_transaction))
         WHERE {condition} GROUP BY currency ORDER BY COUNT(*) DESC, currency"
    );
    let found: Vec<(String, i64, i64, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .fetch_all(&books.pool)
        .await
        .expect("sums");
    let count: i64 = found.iter().map(|row| row.1).sum();
    let mut words = vec![counted(count, "transaction")];
    let transfers: i64 = found.iter().map(|row| row.4).sum();
    for (currency, _, outgoing, incoming, _) in found {
        for (minor, way) in [(outgoing, "out"), (incoming, "in")] {
            let money = Money::new(minor, Currency::from_storage(&currency));
            if minor != 0 {
                words.push(format!("{} {way}", money.signed_text()));
            }
        }
    }
    if transfers > 0 {
        words.push(format!(
            "{} between your accounts",
            counted(transfers, "transfer")
        ));
    }
    without_spaces(&words.concat())
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn every_filter_is_told_what_it_adds_up_to() {
    let (_app, mut browser, books) = linked().await;
    let account = books
        .texts("SELECT account_id FROM bank_transaction GROUP BY 1 ORDER BY COUNT(*) DESC")
        .await
        .remove(0);
    let of_account = format!("account={account}");
    let is_of_account = format!("account_id = '{account}'");
    for (query, condition) in [
        ("", "1"),
        ("category=INCOME", "category_primary = 'INCOME'"),
        (
            "category=FOOD_AND_DRINK_GROCERIES&from=2026-10-01&to=2026-10-31",
            "category_detailed = 'FOOD_AND_DRINK_GROCERIES' AND day BETWEEN '2026-10-01' AND '2026-10-31'",
        ),
        ("category=TRANSFER_IN", "category_primary = 'TRANSFER_IN'"),
        (
            "category=FOOD_AND_DRINK&from=2026-03-01&to=2026-03-31",
            "category_primary = 'FOOD_AND_DRINK' AND day BETWEEN '2026-03-01' AND '2026-03-31'",
        ),
        ("pending=yes", "pending = 1"),
        (
            "pending=no&from=2026-06-01",
            "pending = 0 AND day >= '2026-06-01'",
        ),
        (of_account.as_str(), is_of_account.as_str()),
        // These add up rows.
        (
            "min=12.50&max=99.99",
            "abs(amount) * CASE exponent WHEN 0 THEN 100 ELSE 1 END BETWEEN 1250 AND 9999",
        ),
        ("q=coffee", "search LIKE '% coffee%'"),
    ] {
        let page = browser.get(&format!("/transactions?{query}")).await;
        let told = without_spaces(&page.text(".totals"));
        assert_eq!(told, wanted(&books, condition).await, "{query}");
    }
    assert_eq!(books.number(WRONG_TOTALS).await, 0);
    assert_eq!(books.number(WRONG_TRANSFERS).await, 0);
}

#[tokio::test]
async fn months_and_days_are_told_what_all_of_them_add_up_to() {
    let (_app, mut browser, books) = linked().await;
    let page = browser
        .get("/transactions?from=2026-03-01&to=2026-04-30")
        .await;
    let months = page.attributes("h2.month time", "datetime");
    assert_eq!(months, ["2026-04"], "the first page ends in April");
    let told = without_spaces(&page.text("h2.month .sums"));
    let wanted = wanted(&books, "day BETWEEN '2026-04-01' AND '2026-04-30'").await;
    assert!(
        wanted.contains(&told) && !told.is_empty(),
        "{told} in {wanted}"
    );
    // The last day of the page goes on on the next one, and its sum is that of the whole day.
    let last = page
        .attributes("h3.band time", "datetime")
        .pop()
        .expect("a day");
    let sql = format!(
        "SELECT SUM(amount) FROM bank_transaction WHERE currency = 'USD' AND day = '{last}'
             AND id NOT IN (SELECT transaction_id FROM transfer_side)"
    );
    let minor: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&books.pool)
        .await
        .expect("a sum");
    let sums = page.texts("h3.band .sums").pop().expect("sums");
    let usd = Money::new(minor, Currency::from_storage("USD")).signed_text();
    assert!(sums.contains(&usd), "{usd} in {sums}");
    // Words select parts of days, which have no sums.
    let page = browser.get("/transactions?q=coffee").await;
    assert!(page.count("h2.month") > 0);
    assert_eq!(page.count(".month .sum") + page.count(".band .sum"), 0);
}

#[tokio::test]
async fn an_edit_moves_a_transaction_between_categories_and_tags_are_a_filter() {
    let (_app, mut browser, books) = linked().await;
    let of = "/transactions?category=TRAVEL";
    let before = browser.get(of).await.text(".totals strong");
    let id = ids(&browser.get("/transactions?category=INCOME").await).remove(0);
    let page = browser.get(&format!("/transactions/{id}")).await;
    let form = page.form("form[action='/forms/transaction']");
    browser
        .send(&form.with("category", "TRAVEL").with("tags", "work holiday"))
        .await;
    let after = browser.get(of).await.text(".totals strong");
    assert_ne!(before, after);
    assert_eq!(books.number(WRONG_TOTALS).await, 0);

    let page = browser.get("/transactions?tag=Work").await;
    assert_eq!(ids(&page), [id]);
    assert!(page.text(".totals").starts_with("1 transaction"));
    assert_eq!(
        page.attributes("#tag option", "value"),
        ["", "holiday", "work"]
    );
    assert_eq!(ids(&browser.get("/transactions?tag=wor").await), [""; 0]);
    let page = browser.get("/transactions?tag=%3Cb%3E").await;
    assert_eq!(page.text("#tag-problem"), "Choose one of your tags.");
}

#[tokio::test]
async fn sums_that_64_bits_cannot_hold_are_left_out() {
    let (_app, mut browser, books) = linked().await;
    let huge = "UPDATE bank_transaction SET amount = 9223372036854775807 WHERE seq IN
        (SELECT seq FROM bank_transaction WHERE currency = 'USD' ORDER BY day DESC, id DESC LIMIT 2)";
    sqlx::query(huge)
        .execute(&books.pool)
        .await
        .expect("written");
    assert_eq!(books.number(WRONG_TOTALS).await, 0);
    let page = browser.get("/transactions").await;
    assert_eq!(page.status, 200);
    let told = page.text(".totals");
    assert!(told.contains(" out") && !told.contains(" in"), "{told}");
    let page = browser.get("/transactions?min=1").await;
    assert!(page.text(".totals").contains(" out"));
    sqlx::query("DELETE FROM account")
        .execute(&books.pool)
        .await
        .expect("deleted");
    assert_eq!(books.number("SELECT COUNT(*) FROM daily_total").await, 0);
}
