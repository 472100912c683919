//! The same bank twice, noticed only after the exchange.

use super::*;

#[tokio::test]
async fn the_same_lasting_ids_are_the_same_accounts() {
    let mut house = House::open().await;
    let (first, _) = house.link(LASTING, "user_good").await;
    let before = house.books.entries(first.as_str()).await;
    // The browser has said nothing of the institution: it cannot be compared before the exchange.
    let result = LinkResult {
        public_token: house.public_token(LASTING, "user_good").await,
        ..LinkResult::default()
    };
    let attempt = house.attempt(LinkPurpose::NewBank).await;
    let outcome = house.finish(&attempt, result.clone()).await;
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
    let again = house.finish(&attempt, result).await;
    assert!(
        matches!(&again, LinkOutcome::AlreadyLinked { connection_id, .. } if *connection_id == first),
        "{again:?}"
    );
    // The second Item is ended at the bank through the outbox, and its token and rows are gone.
    eventually("the end of the second link", || async {
        let left = house.books.number("SELECT COUNT(*) FROM connection").await;
        (left == 1).then_some(())
    })
    .await;
    assert_eq!(house.books.entries(first.as_str()).await, before);
    let told = house.told(&first).await;
    assert!(told.contains("linked a second time"), "{told}");
    let page = house.overview().await;
    let page = house.browser.send(&page.form(".attention form")).await;
    assert_eq!(page.count(".attention"), 0);
}

#[tokio::test]
async fn another_key_to_the_same_item_does_not_end_it() {
    let mut house = House::open().await;
    let (first, token) = house.link(PLATYPUS, "user_good").await;
    let wanted = json!({"access_token": token});
    let answer = house
        .bank
        .ask(&house.http, "/item/public_token/create", wanted)
        .await;
    let result = LinkResult {
        public_token: answer["public_token"].as_str().expect("a token").to_owned(),
        ..LinkResult::default()
    };
    let attempt = house.attempt(LinkPurpose::NewBank).await;
    for _ in 0..2 {
        let outcome = house.finish(&attempt, result.clone()).await;
        assert!(
            matches!(&outcome, LinkOutcome::AlreadyLinked { connection_id, .. } if *connection_id == first),
            "{outcome:?}"
        );
    }
    house.sync(&first).await;
    assert_eq!(house.attention(&first).await, [""; 0]);
    assert_eq!(
        house.books.number("SELECT COUNT(*) FROM connection").await,
        1
    );
}
