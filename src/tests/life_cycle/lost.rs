//! A program that was stopped between the bank's answer and the write to the books.

use domain::secret::Secret;
use store::Intent;

use super::*;

/// Simulates a stop right after the intent to exchange was stored.
async fn stopped(app: &TestApp, public_token: &str) {
    let (ctx, user) = (app.ctx(), app.user(&ADA).await);
    let attempt = begin_attempt(app, LinkPurpose::NewBank).await;
    let token = Secret::new(public_token.to_owned());
    let sealed = ctx.vault.seal(&token, attempt.as_str(), user.id.as_str());
    let intent = Intent {
        link: &attempt,
        token_hash: "its-hash",
        sealed_public_token: &sealed.expect("it seals"),
        institution_id: Some(PLATYPUS),
        institution_name: Some("First Platypus Bank"),
        links_anyway: false,
    };
    let written = ctx.store.intend_exchange(&intent, ctx.clock.now()).await;
    assert!(written.expect("it is written"), "the attempt is free");
}

#[tokio::test]
async fn an_exchange_that_was_cut_short_is_taken_up_again() {
    let (app, _) = start().await;
    let token = new_item(&app, PLATYPUS, "user_good").await;
    stopped(&app, &token).await;
    let kept = "SELECT COUNT(*) FROM link_attempt WHERE instr(sealed_public_token, 'public-') > 0";
    assert_eq!(app.number(kept).await, 0, "it is sealed");
    let app = app.restarted().await;
    app.pass(jiff::SignedDuration::from_mins(2));
    let linked = "SELECT COUNT(*) FROM connection c JOIN link_attempt l ON l.result_id = c.id
        WHERE l.sealed_public_token IS NULL";
    eventually("the connection", || async {
        (app.number(linked).await == 1).then_some(())
    })
    .await;
    assert_eq!(
        app.texts("SELECT institution_id FROM connection").await,
        [PLATYPUS]
    );
}

#[tokio::test]
async fn an_answer_that_was_lost_is_told() {
    let (app, _) = start().await;
    let token = new_item(&app, PLATYPUS, "user_good").await;
    let exchanged = json!({"public_token": token});
    app.bank()
        .ask("/item/public_token/exchange", exchanged)
        .await;
    stopped(&app, &token).await;
    let app = app.restarted().await;
    app.pass(jiff::SignedDuration::from_mins(2));
    let lost = "SELECT COUNT(*) FROM link_attempt WHERE lost_at IS NOT NULL AND sealed_public_token IS NULL";
    eventually("the loss", || async {
        (app.number(lost).await == 1).then_some(())
    })
    .await;
    let mut browser = app.logged_in(&ADA).await;
    let told = browser.get("/").await.text(".attention p");
    assert!(
        told.starts_with("First Platypus Bank wasn’t linked, because"),
        "{told}"
    );
    // Once the bank is linked, there is no message left.
    link(&app, &mut browser, PLATYPUS, "user_good").await;
    assert_eq!(browser.get("/").await.count(".attention"), 0);
}
