//! Every challenge: a wrong answer is reported, and the right one continues.

use super::{Browser, PLATYPUS, World};

async fn after_password(world: &World, password: &str) -> Browser {
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_good", password).await;
    browser
}

async fn links(browser: &mut Browser) {
    assert_eq!(
        browser.heading(),
        "Choose accounts to share",
        "{}",
        browser.text("[role=alert]")
    );
    browser.accept_accounts().await;
    browser.post(&[]).await;
    assert_eq!(browser.result()["kind"], "success");
}

fn says(browser: &Browser, code: &str) {
    let alert = browser.text("[role=alert]");
    assert!(alert.contains(code), "{code} in {alert:?}");
    assert!(browser.event_names().contains(&"ERROR".to_owned()));
}

#[tokio::test]
async fn a_code_is_sent_to_a_device() {
    let world = World::new().await;
    let mut browser = after_password(&world, "mfa_device").await;
    assert_eq!(browser.heading(), "How should we send your code?");
    browser.post(&[("device", "7")]).await;
    says(&browser, "INVALID_SEND_METHOD");
    browser.post(&[("device", "1")]).await;
    assert_eq!(browser.heading(), "Enter your code");
    browser.post(&[("code", "4321")]).await;
    says(&browser, "INVALID_MFA");
    browser.post(&[("code", " 1234 ")]).await;
    links(&mut browser).await;
}

#[tokio::test]
async fn questions_come_in_rounds() {
    let world = World::new().await;
    let mut browser = after_password(&world, "mfa_questions_2_3").await;
    assert_eq!(
        browser.attributes(".scroll input[type=text]", "name").len(),
        3
    );
    let first = [
        ("answer_0_0", "answer_0_0"),
        ("answer_0_1", "answer_0_1"),
        ("answer_0_2", "no"),
    ];
    browser.post(&first).await;
    says(&browser, "INVALID_MFA");
    assert!(browser.heading().contains("1 of 2"));
    let right = ["answer_0_0", "answer_0_1", "answer_0_2"].map(|name| (name, name));
    browser.post(&right).await;
    assert!(browser.heading().contains("2 of 2"));
    browser.post(&right).await;
    says(&browser, "INVALID_MFA");
    browser
        .post(&["answer_1_0", "answer_1_1", "answer_1_2"].map(|name| (name, name)))
        .await;
    links(&mut browser).await;
}

#[tokio::test]
async fn selections_come_in_rounds() {
    let world = World::new().await;
    let mut browser = after_password(&world, "mfa_selections_2_2_4").await;
    assert_eq!(browser.attributes("input[type=radio]", "value").len(), 8);
    browser
        .post(&[
            ("answer_0_0", "answer_0_0_0"),
            ("answer_0_1", "answer_0_1_3"),
        ])
        .await;
    says(&browser, "INVALID_MFA");
    browser
        .post(&[
            ("answer_0_0", "answer_0_0_0"),
            ("answer_0_1", "answer_0_1_0"),
        ])
        .await;
    assert!(browser.heading().contains("2 of 2"));
    browser
        .post(&[
            ("answer_1_0", "answer_1_0_0"),
            ("answer_1_1", "answer_1_1_0"),
        ])
        .await;
    links(&mut browser).await;
}

#[tokio::test]
async fn yes_goes_on_and_no_does_not() {
    let world = World::new().await;
    let mut browser = after_password(&world, "mfa_selections").await;
    assert_eq!(
        browser.attributes("input[type=radio]", "value"),
        ["Yes", "No"]
    );
    browser.post(&[("answer_0_0", "No")]).await;
    says(&browser, "INVALID_MFA");
    browser.post(&[("answer_0_0", "Yes")]).await;
    links(&mut browser).await;
}

#[tokio::test]
async fn an_answer_to_an_earlier_round_changes_nothing() {
    let world = World::new().await;
    let mut browser = after_password(&world, "mfa_questions_2_1").await;
    browser.post(&[("answer_0_0", "answer_0_0")]).await;
    browser
        .send("step=questions-0&answer_0_0=answer_0_0".into())
        .await;
    assert!(browser.heading().contains("2 of 2"));
    assert_eq!(browser.text("[role=alert]"), "");
}

#[tokio::test]
async fn the_second_step_cannot_be_skipped() {
    let world = World::new().await;
    let mut browser = after_password(&world, "mfa_device").await;
    browser.send("step=accounts&account=checking".into()).await;
    browser.send("step=share".into()).await;
    assert_eq!(browser.heading(), "How should we send your code?");
}
