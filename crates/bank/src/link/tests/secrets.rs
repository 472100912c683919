//! No input typed on Link's pages ends up in the bank's files.

use super::{OAUTH, PLATYPUS, World};
use crate::tests::files_with;

/// Occurs nowhere by chance.
const TYPED: &str = "9f-Quokka~rides.a_Zeppelin";

#[tokio::test]
async fn no_password_and_no_answer_is_kept() {
    let world = World::new().await;
    let token = world.token(|_| {}).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    let file = format!("\"{TYPED}\"");
    for (username, password) in [("user_good", TYPED), ("user_custom", &file)] {
        browser.log_in(username, password).await;
        assert_eq!(browser.count("[role=alert]"), 1, "{username}");
    }
    browser.log_in("user_good", "mfa_questions_1_1").await;
    browser.post(&[("answer_0_0", TYPED)]).await;
    assert_eq!(browser.count("[role=alert]"), 1);
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_yuppie", TYPED).await;
    browser.accept_accounts().await;
    browser.post(&[]).await;
    assert!(browser.result().is_object(), "{}", browser.html);
    let mut browser = world.at_bank(&token, OAUTH).await;
    browser.post(&[]).await;
    browser.log_in("somebody", TYPED).await;
    assert_eq!(browser.heading(), "Share accounts with Passbook?");
    let world = world.restarted().await;
    assert_eq!(files_with(world.folder.path(), TYPED), Vec::<String>::new());
}
