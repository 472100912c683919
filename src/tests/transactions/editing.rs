//! What a person writes on a transaction.

use super::{all, ids, linked};
use crate::app::EVE;
use crate::browser::Browser;
use crate::page::Page;

const FORM: &str = "form[action='/forms/transaction']";

async fn edit(browser: &mut Browser, id: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(&format!("/transactions/{id}")).await;
    let mut form = page.form(FORM);
    for (name, value) in fields {
        form = form.with(name, value);
    }
    browser.send(&form).await
}

#[tokio::test]
async fn a_person_s_own_words_stand_before_the_bank_s_and_beside_them() {
    let (_app, mut browser, books) = linked().await;
    let id = ids(&browser.get("/transactions").await).remove(0);
    let before = browser.get(&format!("/transactions/{id}")).await;
    let banks = before.text("h1");
    let note = "Shared with Bo <b>\n& Cy";
    let fields = [
        ("name", " Lunch at Zoë’s "),
        ("category", "TRAVEL"),
        ("note", note),
        ("tags", "#Work, zebra work"),
    ];
    let page = edit(&mut browser, &id, &fields).await;
    assert_eq!(
        (page.path.clone(), page.text(".notice")),
        (format!("/transactions/{id}"), "Saved.".to_owned())
    );
    let page = browser.get(&format!("/transactions/{id}")).await;
    assert_eq!(page.text("h1"), "Lunch at Zoë’s");
    // The person's values come first, and the bank's are folded below.
    assert_eq!(page.text("option[selected]"), "Travel");
    assert!(page.text(".from-bank").contains("From the bank"));
    assert_eq!(
        page.text("#name-help"),
        format!("Name from the bank: {banks}")
    );
    assert_eq!(
        page.attribute("#name", "value").as_deref(),
        Some("Lunch at Zoë’s")
    );
    let words = note.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(page.text("#note"), words);
    let kept = "SELECT own_note FROM bank_transaction WHERE own_note IS NOT NULL";
    assert_eq!(books.texts(kept).await, [note]);
    assert_eq!(
        page.attribute("#tags", "value").as_deref(),
        Some("work zebra")
    );
    let list = browser.get("/transactions").await;
    let row = format!("a.row[href='/transactions/{id}']");
    assert_eq!(list.text(&format!("{row} .name")), "Lunch at Zoë’s");
    assert!(
        list.text(&format!("{row} .what > .soft"))
            .starts_with("Travel · "),
        "{}",
        list.body
    );

    // Clearing the fields restores the bank's values.
    let fields = [("name", ""), ("category", ""), ("note", ""), ("tags", " ")];
    edit(&mut browser, &id, &fields).await;
    let page = browser.get(&format!("/transactions/{id}")).await;
    assert_eq!(page.text("h1"), banks);
    let kept = "SELECT COUNT(*) FROM bank_transaction WHERE own_name IS NOT NULL OR own_category IS NOT NULL
        OR own_note IS NOT NULL OR own_tags <> '' OR own_search <> ''";
    assert_eq!(books.number(kept).await, 0);
}

#[tokio::test]
async fn what_a_person_wrote_is_found_and_counts_in_filters() {
    let (_app, mut browser, books) = linked().await;
    let shown = ids(&browser.get("/transactions?category=FOOD_AND_DRINK").await);
    let (id, other) = (shown[0].clone(), shown[1].clone());
    let fields = [
        ("name", "Quokka"),
        ("category", "MEDICAL"),
        ("note", "from the Überweisung"),
        ("tags", "xylo-phone"),
    ];
    edit(&mut browser, &id, &fields).await;
    let banks_word =
        books.texts("SELECT trim(search) FROM bank_transaction WHERE own_name = 'Quokka'");
    let banks_word = banks_word.await[0].split(' ').next().map(str::to_owned);
    let both = format!("quok+{}", banks_word.expect("a word"));
    for query in ["quok", "uber", "xylo", "phone+QUOKKA", &both] {
        let found = all(&mut browser, &format!("/transactions?q={query}")).await;
        assert_eq!(found, [id.as_str()], "{query}");
    }
    let food = all(&mut browser, "/transactions?category=FOOD_AND_DRINK").await;
    assert!(!food.contains(&id) && food.contains(&other));
    let medical = all(&mut browser, "/transactions?category=MEDICAL").await;
    assert!(medical.contains(&id));
    let page = browser.get("/transactions").await;
    assert_eq!(page.count("#category option[value=MEDICAL]"), 1);
    edit(&mut browser, &id, &[("note", ""), ("name", "Wombat")]).await;
    for query in ["quokka", "uber"] {
        let found = all(&mut browser, &format!("/transactions?q={query}")).await;
        assert!(found.is_empty(), "{query}");
    }
    // The search index still matches the rows.
    sqlx::query(
        "INSERT INTO transaction_words (transaction_words, rank) VALUES ('integrity-check', 1)",
    )
    .execute(&books.pool)
    .await
    .expect("whole");
}

#[tokio::test]
async fn what_cannot_be_kept_is_told_and_what_was_typed_stays() {
    let (app, mut browser, books) = linked().await;
    let id = ids(&browser.get("/transactions").await).remove(0);
    let long = "n".repeat(501);
    let fields = [
        ("id", id.as_str()),
        ("name", "A <b>name</b>"),
        ("category", "NO_SUCH_CATEGORY"),
        ("note", &long),
        ("tags", "a/b"),
    ];
    let page = browser.post("/forms/transaction", &fields).await;
    assert_eq!(page.path, format!("/transactions/{id}"));
    for field in ["category", "note", "tags"] {
        assert!(
            !page.text(&format!("#{field}-problem")).is_empty(),
            "{field}"
        );
        let marked = page.attribute(&format!("#{field}"), "aria-invalid");
        assert_eq!(marked.as_deref(), Some("true"), "{field}");
    }
    assert_eq!(
        page.attribute("#name", "value").as_deref(),
        Some("A <b>name</b>")
    );
    assert_eq!(page.text("#note"), long);
    assert_eq!(page.attribute("#tags", "value").as_deref(), Some("a/b"));
    let kept = "SELECT COUNT(*) FROM bank_transaction WHERE own_name IS NOT NULL OR own_tags <> ''";
    assert_eq!(books.number(kept).await, 0, "nothing is kept by half");

    let orders = [
        ("id", id.as_str()),
        ("name", "A\u{0}B\u{1b}[31m\u{202e}C"),
        ("note", "D\u{7}\r\nE\u{2066}\tF"),
        ("tags", "a/\u{9b}b"),
    ];
    let page = browser.post("/forms/transaction", &orders).await;
    assert!(!page.text("#name-problem").is_empty());
    let value = |field| page.attribute(field, "value");
    assert_eq!(value("#name").as_deref(), Some("AB[31mC"));
    assert_eq!(value("#tags").as_deref(), Some("a/b"));
    assert!(page.body.contains("D\nE F</textarea>"), "{}", page.body);

    // Another person's row answers like an unknown one, whatever is sent.
    let mut eve = app.signed_up(&EVE).await;
    let nobodys = id.chars().rev().collect::<String>();
    for tags in ["fine", "a/b"] {
        for id in [id.as_str(), &nobodys, "x"] {
            let fields = [("id", id), ("name", "Mine"), ("tags", tags)];
            let page = eve.post("/forms/transaction", &fields).await;
            assert_eq!(
                (page.status, page.text("h1").as_str()),
                (404, "Page not found")
            );
        }
    }
    assert_eq!(books.number(kept).await, 0);
}

#[tokio::test]
async fn a_transaction_leads_back_to_its_place_in_the_list_also_after_it_was_written_on() {
    let (_app, mut browser, _books) = linked().await;
    let first = browser.get("/transactions?pending=no").await;
    let list = first.attribute("a.older", "href").expect("an older page");
    let page = browser.get(&list).await;
    let row = page.attribute(".days a.row", "href").expect("a row");
    let id = page.attribute(".days li[id]", "id").expect("its place");
    let page = browser.get(&row).await;
    let back = page.attribute(".back a", "href").expect("a way back");
    assert_eq!(back, format!("{list}#{id}"));

    let form = page.form("form[action='/forms/transaction']");
    let page = browser.send(&form.with("note", "lunch")).await;
    assert_eq!(page.text(".notice"), "Saved.");
    assert_eq!(page.attribute(".back a", "href"), Some(back));
    let form = page.form("form[action='/forms/transaction']");
    let page = browser.send(&form.with("back", "//evil.example")).await;
    assert_eq!(page.path, format!("/transactions/{id}"));

    let overview = browser.get("/").await;
    let row = overview.attribute(".days a.row", "href").expect("a row");
    let page = browser.get(&row).await;
    assert_eq!(page.text(".back a"), "Overview");
}
