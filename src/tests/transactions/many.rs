//! Edits of many transactions at once.

use std::collections::BTreeSet;

use super::totals::WRONG_TOTALS;
use super::{ids, linked};
use crate::app::EVE;
use crate::books::Books;

const OTHERS: &str = "form[action='/forms/transaction-others']";

/// The own values of every row, in an order that does not change.
const OWN: &str = "SELECT id || COALESCE(own_name, '-') || COALESCE(own_category, '-') || COALESCE(own_detailed, '-')
        || COALESCE(own_note, '-') || own_tags || own_search || search FROM bank_transaction ORDER BY id";

/// The bank's name that most rows have.
async fn commonest(books: &Books) -> String {
    let commonest = "SELECT COALESCE(merchant, description) FROM bank_transaction
        GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1";
    books.texts(commonest).await.remove(0)
}

#[tokio::test]
async fn one_edit_is_applied_to_all_of_its_name_and_undone() {
    let (_app, mut browser, books) = linked().await;
    let before = books.texts(OWN).await;
    let name = commonest(&books).await;
    let named = format!(
        "COALESCE(merchant, description) = '{}'",
        name.replace('\'', "''")
    );
    let count = books
        .count(&format!(
            "SELECT COUNT(*) FROM bank_transaction WHERE {named}"
        ))
        .await;
    assert!(count > 20, "{name}: {count}");
    let rows = format!("SELECT id FROM bank_transaction WHERE {named} ORDER BY id LIMIT 2");
    let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(rows))
        .fetch_all(&books.pool)
        .await
        .expect("ids");
    let (id, other) = (&rows[0], &rows[1]);
    let page = browser.get(&format!("/transactions/{id}")).await;
    assert_eq!(page.count(OTHERS), 0, "there is nothing to apply yet");
    let form = page.form("form[action='/forms/transaction']");
    let form = form
        .with("name", "Lunch")
        .with("category", "FOOD_AND_DRINK_COFFEE");
    let page = browser.send(&form).await;
    let words = format!("Also for the other {} from {name}", count - 1);
    assert_eq!(page.text(OTHERS), words);
    let one = books.texts(OWN).await;
    let page = browser.send(&page.form(OTHERS)).await;
    let said = format!("Changed {} transactions.", count - 1);
    assert_eq!(page.text(".notice p"), said);
    assert_eq!(page.count(OTHERS), 0);
    let edited = format!(
        "SELECT COUNT(*) FROM bank_transaction WHERE {named} AND own_name = 'Lunch'
        AND own_category = 'FOOD_AND_DRINK' AND own_detailed = 'FOOD_AND_DRINK_COFFEE'"
    );
    assert_eq!(books.count(&edited).await, count);
    assert_eq!(books.number(WRONG_TOTALS).await, 0);

    // One that is edited meanwhile keeps that edit.
    let form = page.form("form[action='/forms/undo-edit']");
    let mut elsewhere = browser.clone();
    let open = elsewhere.get(&format!("/transactions/{other}")).await;
    let edit = open.form("form[action='/forms/transaction']");
    elsewhere.send(&edit.with("name", "Dinner")).await;
    let page = browser.send(&form).await;
    let said = format!("Undone for {} transactions.", count - 2);
    assert_eq!(page.text(".notice p"), said);
    let left = books.texts(OWN).await;
    let differ = |a: &[String], b: &[String]| a.iter().zip(b).filter(|(a, b)| a != b).count();
    assert_eq!(differ(&left, &one), 1, "only the one edited meanwhile");
    assert_eq!(differ(&left, &before), 2);
    let page = browser.send(&form).await;
    assert!(
        page.text(".notice").contains("edited since"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn chosen_rows_and_whole_lists_are_given_a_category_and_tags() {
    let (_app, mut browser, books) = linked().await;
    let list = "/transactions?category=TRAVEL&edit=yes";
    let page = browser.get(list).await;
    let boxes = page.attributes("input[name='ids[]']", "value");
    assert!(boxes.len() > 3, "{boxes:?}");
    let form = page.form("form.bulk");
    let none = browser.send(&form.clone().with("tags", "trip")).await;
    assert_eq!(
        none.text("#ids-problem"),
        "Choose at least one transaction."
    );
    assert_eq!(none.attribute("#tags", "value").as_deref(), Some("trip"));
    let nothing = browser.send(&form.clone().and("ids[]", &boxes[0])).await;
    assert_eq!(
        nothing.text("#category-problem"),
        "Choose a category or enter tags."
    );

    let two = form.clone().and("ids[]", &boxes[0]).and("ids[]", &boxes[2]);
    let page = browser.send(&two.with("tags", "Trip")).await;
    assert_eq!(page.path, "/transactions?category=TRAVEL");
    assert_eq!(page.text(".notice p"), "Changed 2 transactions.");
    let tagged: BTreeSet<String> = ids(&browser.get("/transactions?tag=trip").await)
        .into_iter()
        .collect();
    assert_eq!(tagged, BTreeSet::from([boxes[0].clone(), boxes[2].clone()]));

    let travels = "SELECT COUNT(*) FROM bank_transaction WHERE category_primary = 'TRAVEL'";
    let travels = books.number(travels).await;
    let all = form.with("which", "all").with("category", "ENTERTAINMENT");
    let page = browser.send(&all).await;
    assert_eq!(
        page.text(".notice p"),
        format!("Changed {travels} transactions.")
    );
    let page = browser
        .send(&page.form("form[action='/forms/undo-edit']"))
        .await;
    assert_eq!(
        page.text(".notice p"),
        format!("Undone for {travels} transactions.")
    );
    // The tags of the edit before are still there.
    assert_eq!(ids(&browser.get("/transactions?tag=trip").await).len(), 2);
}

#[tokio::test]
async fn nobody_edits_or_restores_what_is_another_person_s() {
    let (app, mut browser, books) = linked().await;
    let page = browser.get("/transactions?edit=yes").await;
    let id = page.attributes("input[name='ids[]']", "value").remove(0);
    let form = page
        .form("form.bulk")
        .and("ids[]", &id)
        .with("tags", "mine");
    let mut eve = app.signed_up(&EVE).await;
    let before = books.texts(OWN).await;
    let page = eve.send(&form).await;
    assert!(
        page.text(".notice").starts_with("Nothing to change"),
        "{}",
        page.body
    );
    assert_eq!(books.texts(OWN).await, before);
    let done = browser.send(&form).await;
    let undo = done.form("form[action='/forms/undo-edit']");
    let after = books.texts(OWN).await;
    assert_ne!(after, before);
    let page = eve.send(&undo).await;
    assert_eq!(page.status, 404);
    assert_eq!(books.texts(OWN).await, after);
}
