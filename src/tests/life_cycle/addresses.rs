//! A new public address reaches every bank.

use super::*;

#[tokio::test]
async fn a_new_address_is_told_at_the_start_and_acknowledged() {
    let (app, _, _) = TestApp::linked().await;
    let books = app.books().await;
    let told = "SELECT COALESCE(webhook_url, 'nobody knows') FROM connection";
    let before = app.ctx().config.webhook_url("plaid").expect("an address");
    assert_eq!(books.texts(told).await, std::slice::from_ref(&before));
    assert_eq!(
        books
            .number("SELECT COUNT(*) FROM job WHERE kind = 'webhook'")
            .await,
        0
    );

    // The port changes with each start.
    let app = app.restarted().await;
    let after = app.ctx().config.webhook_url("plaid").expect("an address");
    assert_ne!(after, before);
    let acknowledged = "SELECT COUNT(*) FROM connection WHERE webhook_acknowledged_at IS NOT NULL";
    eventually("the acknowledgement", || async {
        (books.number(acknowledged).await == 1).then_some(())
    })
    .await;
    assert_eq!(books.texts(told).await, [after]);
}

#[tokio::test]
async fn without_an_address_the_bank_is_told_that_there_is_none() {
    let public = "https://passbook.example";
    let (mut app, _) = start_with(&[("PASSBOOK_PUBLIC_URL", public)]).await;
    let result = LinkResult {
        public_token: Secret::new(new_item(&app, PLATYPUS, "user_good").await),
        ..LinkResult::default()
    };
    let attempt = begin_attempt(&app, LinkPurpose::NewBank).await;
    let LinkOutcome::Linked(id) = finish_attempt(&app, &attempt, result).await else {
        panic!("not linked");
    };
    idle(&app).await;
    let told = "SELECT webhook_url FROM connection";
    assert_eq!(app.texts(told).await, [format!("{public}/webhooks/plaid")]);
    let token = access_token(&app, &id).await;

    app = app.restarted_with(&[("PASSBOOK_PUBLIC_URL", "")]).await;
    eventually("the word", || async {
        (app.texts(told).await == [""]).then_some(())
    })
    .await;
    let item = json!({"access_token": token});
    let answer = app.bank().ask("/item/get", item).await;
    assert!(answer["item"]["webhook"].is_null(), "{answer}");
    // Reported once: the next start sends nothing.
    idle(&app).await;
    let asked = "SELECT requested FROM job WHERE kind = 'webhook'";
    let before = app.number(asked).await;
    app = app.restarted().await;
    idle(&app).await;
    assert_eq!(app.number(asked).await, before);
}

#[tokio::test]
async fn a_bank_that_does_not_answer_is_told_later() {
    let (app, mut browser) = start().await;
    let (_, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let told = "SELECT COUNT(*) FROM connection WHERE webhook_url = 'https://passbook.example/webhooks/plaid'";
    let failed = "SELECT COUNT(*) FROM job WHERE kind = 'webhook' AND attempts > 0";
    let (bank, books) = (app.bank(), app.books().await);
    let mut moved = None;
    bank.away_during(async {
        let public = [("PASSBOOK_PUBLIC_URL", "https://passbook.example")];
        let app = Box::pin(app.restarted_with(&public)).await;
        eventually("a failure", || async {
            (books.number(failed).await == 1).then_some(())
        })
        .await;
        assert_eq!(books.number(told).await, 0);
        moved = Some(app);
    })
    .await;
    let app = moved.expect("it runs");
    eventually("the word", || async {
        app.pass(SignedDuration::from_secs(30));
        (books.number(told).await == 1).then_some(())
    })
    .await;
}
