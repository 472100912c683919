//! Filtering the list.

use super::{all, linked, wanted};

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
    let page = browser.get("/transactions?pending=foo").await;
    let marked = page.attribute("select#pending[aria-invalid]", "aria-describedby");
    assert_eq!(marked.as_deref(), Some("pending-problem"));
    assert_eq!(page.text("#pending-problem"), "Choose pending or posted.");
    let page = browser.get("/transactions?after=zzz").await;
    assert!(
        page.text("#after-problem")
            .contains("Start from the first page")
    );
    let page = browser.get("/transactions?min=10,5").await;
    assert!(page.text("#min-problem").contains("1,200"));
    let pink = [("appearance", "pink")];
    let page = browser.post("/forms/appearance", &pink).await;
    assert!(page.text(".notice.wrong").starts_with("Choose light"));
    let page = browser
        .get("/transactions?account=x&category=%3Cb%3E&pending=maybe&after=1")
        .await;
    assert_eq!(
        (page.status, page.text("[role=alert] p").is_empty()),
        (200, false)
    );
    assert_eq!(page.count("main b"), 0);
}
