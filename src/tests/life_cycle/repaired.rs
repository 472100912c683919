//! A repair that was not needed, and one that was left.

use super::*;

/// Leaves Link in the pane, with or without an error code; returns the page that it leads to.
async fn leave(
    app: &TestApp,
    browser: &mut Browser,
    purpose: LinkPurpose,
    error_code: &str,
) -> Page {
    let attempt = begin_attempt(app, purpose).await;
    let fields = [("attempt", attempt.as_str()), ("error_code", error_code)];
    let page = browser.post("/forms/link-left", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let back = format!("/link/{attempt}/return");
    let again = browser.get(&back).await;
    assert_eq!(again.path, page.path, "whoever comes back later");
    page
}

#[tokio::test]
async fn a_log_in_that_works_again_needs_no_repair_and_is_synced_at_once() {
    let (app, mut browser) = start().await;
    let (id, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    for error_code in ["ITEM_NO_ERROR", ""] {
        item_error(&app, &id, Some("ITEM_LOGIN_REQUIRED")).await;
        sync_now(&app, &mut browser, &id).await;
        assert!(message(&mut browser, &id).await.contains("log in again"));
        // It was repaired elsewhere, and no webhook reported it.
        item_error(&app, &id, None).await;
        let page = leave(
            &app,
            &mut browser,
            LinkPurpose::Repair(id.clone()),
            error_code,
        )
        .await;
        assert_eq!(page.path, format!("/connections/{id}"));
        idle(&app).await;
        assert_eq!(attention(&mut browser, &id).await, [""; 0], "{error_code}");
    }
}

#[tokio::test]
async fn it_says_that_nothing_needs_repair() {
    let (app, mut browser) = start().await;
    let (id, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    for error_code in ["ITEM_NO_ERROR", ""] {
        let attempt = begin_attempt(&app, LinkPurpose::Repair(id.clone())).await;
        let fields = [("attempt", attempt.as_str()), ("error_code", error_code)];
        let page = browser.post("/forms/link-left", &fields).await;
        let notice = page.text(".notice");
        assert!(notice.starts_with("This connection is working"), "{notice}");
        assert_eq!(page.count(".notice.wrong"), 0);
    }
}

#[tokio::test]
async fn a_repair_that_was_closed_is_not_a_link_that_was_closed() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    fire(&app, &token, "PENDING_DISCONNECT").await;
    let (repair, add) = (
        LinkPurpose::Repair(id.clone()),
        LinkPurpose::AddAccounts(id.clone()),
    );
    let announced = message(&mut browser, &id).await;
    let closed = [
        (repair.clone(), "", "nothing changed"),
        (add.clone(), "", "nothing changed"),
        (repair.clone(), "INSTITUTION_DOWN", "INSTITUTION_DOWN"),
    ];
    for (purpose, error_code, words) in closed {
        let attempt = begin_attempt(&app, purpose).await;
        let fields = [("attempt", attempt.as_str()), ("error_code", error_code)];
        let page = browser.post("/forms/link-left", &fields).await;
        assert_eq!(page.path, format!("/connections/{id}"));
        let notice = page.text(".notice");
        assert!(notice.contains(words), "{notice}");
        assert!(!notice.contains("No bank"), "{notice}");
    }
    idle(&app).await;
    assert_eq!(message(&mut browser, &id).await, announced, "it still ends");

    item_error(&app, &id, Some("ITEM_LOGIN_REQUIRED")).await;
    sync_now(&app, &mut browser, &id).await;
    let page = leave(&app, &mut browser, repair, "").await;
    assert_eq!(page.path, format!("/connections/{id}"));
    assert!(
        message(&mut browser, &id)
            .await
            .contains("needs you to log in again")
    );
}
