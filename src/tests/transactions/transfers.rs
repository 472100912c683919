//! Transfers between a person's own accounts.

use super::totals::{WRONG_TOTALS, WRONG_TRANSFERS};
use super::{ids, linked};
use crate::books::Books;

const FORM: &str = "form.transfer";
const SIDES: &str = "SELECT COUNT(*) FROM transfer_side";

async fn a_side(books: &Books) -> (String, String) {
    let one = "SELECT transaction_id || ' ' || other_id FROM transfer_side WHERE amount < 0
        ORDER BY day DESC LIMIT 1";
    let both = books.texts(one).await.remove(0);
    let (one, other) = both.split_once(' ').expect("two ids");
    (one.to_owned(), other.to_owned())
}

#[tokio::test]
async fn a_transfer_is_recognised_shown_neutral_and_undone_with_one_press() {
    let (_app, mut browser, books) = linked().await;
    let sides = books.number(SIDES).await;
    assert!(sides > 10, "the bank's people move money: {sides}");
    assert_eq!(sides % 2, 0);
    assert_eq!(books.number(WRONG_TRANSFERS).await, 0);
    let (one, other) = a_side(&books).await;
    let page = browser.get(&format!("/transactions/{one}")).await;
    assert_eq!(page.count(".figure.in"), 0);
    let link = page.attribute(".transfer a", "href").expect("a link");
    assert!(
        link.starts_with(&format!("/transactions/{other}")),
        "{link}"
    );
    assert!(page.text(".transfer").starts_with("Transfer to "));
    let all = browser.get("/transactions").await.text(".totals");
    assert!(all.contains("transfers between your accounts"), "{all}");

    let page = browser.send(&page.form(FORM)).await;
    assert_eq!(page.text(".transfer button"), "It is a transfer");
    assert_eq!(books.number(SIDES).await, sides - 2);
    assert_eq!(
        books.number("SELECT COUNT(*) FROM transfer_search").await,
        0
    );
    assert_ne!(browser.get("/transactions").await.text(".totals"), all);
    let there = browser.get(&format!("/transactions/{other}")).await;
    assert_eq!(there.text(".transfer button"), "It is a transfer");
    // No sync joins them again.
    sqlx::query("UPDATE bank_transaction SET amount = amount + 1 WHERE id IN ($1, $2)")
        .bind(&one)
        .bind(&other)
        .execute(&books.pool)
        .await
        .expect("written");
    sqlx::query("UPDATE bank_transaction SET amount = amount - 1 WHERE id IN ($1, $2)")
        .bind(&one)
        .bind(&other)
        .execute(&books.pool)
        .await
        .expect("written");
    let page = browser.send(&there.form(FORM)).await;
    assert_eq!(page.text(".transfer button"), "Not a transfer");
    assert_eq!(books.number(SIDES).await, sides);
    assert_eq!(browser.get("/transactions").await.text(".totals"), all);
}

#[tokio::test]
async fn a_side_that_changes_or_goes_ends_the_transfer() {
    let (_app, mut browser, books) = linked().await;
    let sides = books.number(SIDES).await;
    for (sql, lost) in [
        (
            "UPDATE bank_transaction SET amount = amount + 1 WHERE id = $1",
            2,
        ),
        (
            "UPDATE bank_transaction SET pending = 1 - pending WHERE id = $1",
            0,
        ),
        (
            "UPDATE bank_transaction SET category_detailed = 'TRANSFER_OUT_SAVINGS' WHERE id = $1",
            0,
        ),
        (
            "UPDATE bank_transaction SET day = date(day, '-9 days') WHERE id = $1",
            2,
        ),
        ("DELETE FROM bank_transaction WHERE id = $1", 2),
    ] {
        let before = books.number(SIDES).await;
        let (one, _) = a_side(&books).await;
        sqlx::query(sql)
            .bind(&one)
            .execute(&books.pool)
            .await
            .expect("written");
        assert_eq!(books.number(SIDES).await, before - lost, "{sql}");
        assert_eq!(books.number(WRONG_TRANSFERS).await, 0, "{sql}");
        assert_eq!(books.number(WRONG_TOTALS).await, 0, "{sql}");
    }
    // Without a category it is still one, and so it is when the person calls it one.
    let (one, other) = a_side(&books).await;
    let uncategorised = "UPDATE bank_transaction SET category_primary = NULL, category_detailed = NULL WHERE id IN ($1, $2)";
    sqlx::query(uncategorised)
        .bind(&one)
        .bind(&other)
        .execute(&books.pool)
        .await
        .expect("written");
    let page = browser.get(&format!("/transactions/{one}")).await;
    let form = page.form("form[action='/forms/transaction']");
    let page = browser.send(&form.clone().with("note", "looked at")).await;
    assert_eq!(page.count(FORM), 1, "it is found again");
    let page = browser.send(&form.with("category", "TRANSFER_OUT")).await;
    assert_eq!(page.count(FORM), 1);
    assert_eq!(books.number(WRONG_TRANSFERS).await, 0);
    // A category of the person's own says that it is something else.
    let (one, other) = a_side(&books).await;
    let page = browser.get(&format!("/transactions/{one}")).await;
    let form = page.form("form[action='/forms/transaction']");
    let page = browser
        .send(&form.with("category", "RENT_AND_UTILITIES_RENT"))
        .await;
    assert_eq!(page.count(FORM), 0);
    let there = browser.get(&format!("/transactions/{other}")).await;
    assert_eq!(there.count(FORM), 0);
    assert!(books.number(SIDES).await < sides);
    assert_eq!(books.number(WRONG_TRANSFERS).await, 0);
    sqlx::query("DELETE FROM person")
        .execute(&books.pool)
        .await
        .expect("deleted");
    for left in [SIDES, "SELECT COUNT(*) FROM transfer_search"] {
        assert_eq!(books.number(left).await, 0, "{left}");
    }
}

/// Rows that more than fifty others could belong to are left alone: a hostile bank's are not compared each with each.
#[tokio::test]
async fn many_equal_amounts_are_no_transfers() {
    let (_app, mut browser, books) = linked().await;
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency,
            exponent, description, pending, details, search)
        SELECT 'zz' || printf('%024d', i), person_id, connection_id, id, 'many' || i, '2026-11-20',
            CASE WHEN i % 2 THEN 777 ELSE -777 END, 'USD', 2, 'MOVED', 0, '{}', ' moved '
        FROM n JOIN (SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS number FROM account) a ON a.number = 1 + i % 2";
    sqlx::query(many)
        .execute(&books.pool)
        .await
        .expect("inserted");
    let sides = books.number(SIDES).await;
    // Whatever a person edits, new rows are looked at.
    let id = ids(&browser.get("/transactions?category=INCOME").await).remove(0);
    let page = browser.get(&format!("/transactions/{id}")).await;
    let form = page.form("form[action='/forms/transaction']");
    browser.send(&form.with("note", "looked at")).await;
    assert_eq!(books.number(SIDES).await, sides);
    let waiting = "SELECT COUNT(*) FROM transfer_search";
    assert_eq!(books.number(waiting).await, 0);
}

#[tokio::test]
async fn the_neighbours_of_a_transaction_are_those_of_its_list() {
    let (_app, mut browser, _) = linked().await;
    let list = "/transactions?category=FOOD_AND_DRINK";
    let page = browser.get(list).await;
    let listed = ids(&page);
    let href = page.attributes(".days a.row", "href").remove(1);
    let page = browser.get(&href).await;
    let path = |rel: &str| {
        let href = page.attribute(&format!(".ways a[rel={rel}]"), "href");
        let href = href.expect("a link");
        href.split('?').next().expect("a path").to_owned()
    };
    assert_eq!(path("prev"), format!("/transactions/{}", listed[0]));
    assert_eq!(path("next"), format!("/transactions/{}", listed[2]));
    let next = page.attribute(".ways a[rel=next]", "href").expect("a link");
    let next = browser.get(&next).await;
    let back = next.attribute(".ways > a", "href").expect("a way back");
    assert_eq!(back, format!("{list}#{}", listed[2]));
}

#[tokio::test]
async fn pages_are_turned_both_ways() {
    let (_app, mut browser, _) = linked().await;
    let first = browser.get("/transactions").await;
    let older = first.attribute("a.older", "href").expect("more");
    let second = browser.get(&older).await;
    let third = second.attribute("a.older", "href").expect("more");
    let third = browser.get(&third).await;
    let newer = third.attribute("a[rel=prev]", "href").expect("a way up");
    let again = browser.get(&newer).await;
    assert_eq!(ids(&again), ids(&second));
    assert!(again.attribute("a.older", "href").is_some());
    let newer = again.attribute("a[rel=prev]", "href").expect("a way up");
    let top = browser.get(&newer).await;
    assert_eq!(ids(&top), ids(&first));
    assert_eq!(top.count("a[rel=prev]"), 0);
}
