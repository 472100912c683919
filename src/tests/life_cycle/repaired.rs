//! A repair that was not needed, and one that was left.

use super::*;

impl House {
    /// Leaves Link in the pane, with or without an error code; returns the page that it leads to.
    async fn leaves(&mut self, purpose: LinkPurpose, error_code: &str) -> Page {
        let attempt = self.attempt(purpose).await;
        let fields = [("attempt", attempt.as_str()), ("error_code", error_code)];
        let page = self.browser.post("/forms/link-left", &fields).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let back = format!("/link/{attempt}/return");
        let again = self.browser.get(&back).await;
        assert_eq!(again.path, page.path, "whoever comes back later");
        page
    }
}

#[tokio::test]
async fn a_log_in_that_works_again_needs_no_repair_and_is_synced_at_once() {
    let mut house = House::open().await;
    let (id, _) = house.link(PLATYPUS, "user_good").await;
    for error_code in ["ITEM_NO_ERROR", ""] {
        house.item_error(&id, Some("ITEM_LOGIN_REQUIRED")).await;
        house.sync(&id).await;
        assert!(house.told(&id).await.contains("log in again"));
        // It was repaired elsewhere, and no webhook reported it.
        house.item_error(&id, None).await;
        let page = house
            .leaves(LinkPurpose::Repair(id.clone()), error_code)
            .await;
        assert_eq!(page.path, format!("/connections/{id}"));
        house.idle().await;
        assert_eq!(house.attention(&id).await, [""; 0], "{error_code}");
    }
}

#[tokio::test]
async fn it_says_that_nothing_needs_repair() {
    let mut house = House::open().await;
    let (id, _) = house.link(PLATYPUS, "user_good").await;
    for error_code in ["ITEM_NO_ERROR", ""] {
        let attempt = house.attempt(LinkPurpose::Repair(id.clone())).await;
        let fields = [("attempt", attempt.as_str()), ("error_code", error_code)];
        let page = house.browser.post("/forms/link-left", &fields).await;
        let notice = page.text(".notice");
        assert!(notice.starts_with("This connection is working"), "{notice}");
        assert_eq!(page.count(".notice.wrong"), 0);
    }
}

#[tokio::test]
async fn a_repair_that_was_closed_is_not_a_link_that_was_closed() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    house.fire(&token, "PENDING_DISCONNECT").await;
    let (repair, add) = (
        LinkPurpose::Repair(id.clone()),
        LinkPurpose::AddAccounts(id.clone()),
    );
    let announced = house.told(&id).await;
    let closed = [
        (repair.clone(), "", "nothing changed"),
        (add.clone(), "", "nothing changed"),
        (repair.clone(), "INSTITUTION_DOWN", "INSTITUTION_DOWN"),
    ];
    for (purpose, error_code, words) in closed {
        let attempt = house.attempt(purpose).await;
        let fields = [("attempt", attempt.as_str()), ("error_code", error_code)];
        let page = house.browser.post("/forms/link-left", &fields).await;
        assert_eq!(page.path, format!("/connections/{id}"));
        let notice = page.text(".notice");
        assert!(notice.contains(words), "{notice}");
        assert!(!notice.contains("No bank"), "{notice}");
    }
    house.idle().await;
    assert_eq!(house.told(&id).await, announced, "it still ends");

    house.item_error(&id, Some("ITEM_LOGIN_REQUIRED")).await;
    house.sync(&id).await;
    let page = house.leaves(repair, "").await;
    assert_eq!(page.path, format!("/connections/{id}"));
    assert!(house.told(&id).await.contains("needs you to log in again"));
}
