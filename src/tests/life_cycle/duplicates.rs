//! The same bank twice, noticed only after the exchange.

use super::*;

#[tokio::test]
async fn the_same_lasting_ids_are_the_same_accounts() {
    let (app, mut browser) = start().await;
    let (first, _) = link(&app, &mut browser, LASTING, "user_good").await;
    let before = app.books().await.entries(first.as_str()).await;
    // The browser did not name the institution, so it cannot be compared before the exchange.
    let result = LinkResult {
        public_token: Secret::new(new_item(&app, LASTING, "user_good").await),
        ..LinkResult::default()
    };
    let attempt = begin_attempt(&app, LinkPurpose::NewBank).await;
    let outcome = finish_attempt(&app, &attempt, result.clone()).await;
    let LinkOutcome::AlreadyLinked {
        connection_id,
        accounts,
        ..
    } = outcome
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(connection_id, first);
    assert!(!accounts.is_empty());
    let again = finish_attempt(&app, &attempt, result).await;
    assert!(
        matches!(&again, LinkOutcome::AlreadyLinked { connection_id, .. } if *connection_id == first),
        "{again:?}"
    );
    // The second Item is removed at the bank through the outbox, and its token and rows are gone.
    eventually("the end of the second link", || async {
        let left = app.number("SELECT COUNT(*) FROM connection").await;
        (left == 1).then_some(())
    })
    .await;
    assert_eq!(app.books().await.entries(first.as_str()).await, before);
    let told = message(&mut browser, &first).await;
    assert!(told.contains("linked twice"), "{told}");
    let page = browser.get("/").await;
    let page = browser.send(&page.form(".attention form")).await;
    assert_eq!(page.count(".attention"), 0);
}

#[tokio::test]
async fn another_key_to_the_same_item_does_not_end_it() {
    let (app, mut browser) = start().await;
    let (first, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let wanted = json!({"access_token": token});
    let answer = app.bank().ask("/item/public_token/create", wanted).await;
    let result = LinkResult {
        public_token: Secret::new(answer["public_token"].as_str().expect("a token")),
        ..LinkResult::default()
    };
    let attempt = begin_attempt(&app, LinkPurpose::NewBank).await;
    for _ in 0..2 {
        let outcome = finish_attempt(&app, &attempt, result.clone()).await;
        assert!(
            matches!(&outcome, LinkOutcome::AlreadyLinked { connection_id, .. } if *connection_id == first),
            "{outcome:?}"
        );
    }
    sync_now(&app, &mut browser, &first).await;
    assert_eq!(attention(&mut browser, &first).await, [""; 0]);
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 1);
}

/// The bank gives both the same lasting ids, but the person says that the accounts are different.
#[tokio::test]
async fn the_same_lasting_ids_are_linked_anyway_when_the_person_says_so() {
    let (app, mut browser) = start().await;
    let (first, _) = link(&app, &mut browser, LASTING, "user_good").await;
    let attempt = begin_attempt(&app, LinkPurpose::NewBankAnyway).await;
    let result = LinkResult {
        public_token: Secret::new(new_item(&app, LASTING, "user_good").await),
        ..LinkResult::default()
    };
    let outcome = finish_attempt(&app, &attempt, result).await;
    let LinkOutcome::Linked(second) = outcome else {
        panic!("{outcome:?}");
    };
    app.synced(&mut browser, second.as_str()).await;
    sync_now(&app, &mut browser, &second).await;
    assert_eq!(attention(&mut browser, &first).await, [""; 0]);
    let rows = app.books().await.entries(first.as_str()).await;
    assert_eq!(app.books().await.entries(second.as_str()).await, rows);
}

/// A file with one account without digits.
const NAMELESS: &str = r#"{"override_accounts": [{"starting_balance": 10, "meta": {"name": "Checking", "mask": ""},
    "transactions": [{"date_posted": "2026-10-01", "amount": 3, "description": "One"}]}]}"#;
const LINKED: &str = "SELECT COUNT(*) FROM connection";

#[tokio::test]
async fn accounts_without_digits_are_no_proof_that_a_bank_is_linked_already() {
    let (app, mut browser) = start().await;
    for wanted in [1, 2] {
        let id = browser.link(PLATYPUS, "user_custom", NAMELESS).await;
        app.synced(&mut browser, &id).await;
        assert_eq!(app.number(LINKED).await, wanted);
    }
    assert_eq!(
        app.texts("SELECT COALESCE(mask, '') FROM account").await,
        ["", ""]
    );
}

#[tokio::test]
async fn a_bank_that_looks_the_same_is_linked_anyway_even_after_a_restart() {
    let (app, mut browser) = start().await;
    let first = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &first).await;
    let page = browser
        .link_to_the_end(PLATYPUS, "user_good", "pass_good")
        .await;
    assert_eq!(page.path, "/link/already");
    let anyway = page.form("form[action='/forms/link-anyway']");
    let app = app.restarted().await;
    let mut browser = browser.moved_to(app.browser());
    let page = browser.send(&anyway).await;
    let second = crate::hosted_link::connection_of(&page);
    assert_ne!(second, first);
    app.synced(&mut browser, &second).await;
    // Pressed again, it leads to the same connection.
    let page = browser.send(&anyway).await;
    assert_eq!(crate::hosted_link::connection_of(&page), second);
    assert_eq!(app.books().await.number(LINKED).await, 2);
    let kept = "SELECT COUNT(*) FROM link_attempt WHERE sealed_public_token IS NOT NULL";
    assert_eq!(
        app.books().await.number(kept).await,
        0,
        "the token is wiped"
    );
    let mut eve = app.browser();
    let page = eve.send_once(&anyway).await;
    assert_eq!(
        page.header("location"),
        "/log-in",
        "it is its owner's choice"
    );
}
