//! Walks through the pages as a browser without scripts does, and checks the messages to the opener.

mod oauth;
mod trouble;

use serde_json::{Value, json};

use crate::tests::TestBank;
use crate::tests::browser::Browser;
use crate::tests::mx::{Mx, text};

/// Takes the types of the messages since the last call, without `mx/connect/`.
fn news(browser: &mut Browser) -> Vec<String> {
    let told = browser.told.drain(..);
    told.map(|one| {
        assert_eq!(one["mx"], true);
        text(&one["type"])
            .trim_start_matches("mx/connect/")
            .to_owned()
    })
    .collect()
}

/// Returns the address of a user's widget.
async fn widget(mx: &Mx<'_>, options: Value) -> String {
    let mut body = json!({"widget_type": "connect_widget"});
    if let (Value::Object(body), Value::Object(options)) = (&mut body, options) {
        body.extend(options);
    }
    let answer = mx
        .good("POST", "/widget_urls", json!({"widget_url": body}))
        .await;
    assert_eq!(answer["widget_url"]["type"], "connect_widget");
    text(&answer["widget_url"]["url"])
}

#[tokio::test]
async fn a_bank_is_chosen_logged_in_to_and_answered_in_the_widget() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let mut browser = Browser::of(&bank);
    browser.get(&widget(&mx, json!({})).await).await;
    assert_eq!(
        (browser.status.as_u16(), browser.heading().as_str()),
        (200, "Choose your bank")
    );
    assert_eq!(news(&mut browser), ["loaded"]);
    browser.post(&[("go", "search"), ("q", "mx bank")]).await;
    assert_eq!(news(&mut browser), ["institutionSearch"]);
    assert!(!browser.html.contains("Tartan Bank"));
    browser
        .post(&[("go", "bank"), ("institution", "mxbank")])
        .await;
    assert_eq!(
        news(&mut browser),
        ["stepChange", "selectedInstitution", "enterCredentials"]
    );
    browser.post(&[("go", "back")]).await;
    assert_eq!(news(&mut browser), ["stepChange", "backToSearch"]);
    browser
        .post(&[("go", "bank"), ("institution", "mxbank")])
        .await;
    news(&mut browser);
    browser
        .post(&[
            ("go", "log-in"),
            ("LOGIN", "mxuser"),
            ("PASSWORD", "options"),
        ])
        .await;
    assert_eq!(browser.heading(), "Connecting to MX Bank…");
    assert_eq!(
        browser.told[0]["metadata"]["connection_status"], 0,
        "{:?}",
        browser.told
    );
    assert_eq!(news(&mut browser), ["memberStatusUpdate", "stepChange"]);
    browser.reload().await;
    assert_eq!(browser.heading(), "MX Bank needs to confirm it’s you");
    assert_eq!(browser.told[0]["metadata"]["connection_status"], 3);
    news(&mut browser);
    let name = browser
        .attribute("input[type=radio]", "name")
        .expect("a choice");
    browser.post(&[("go", "answer"), (&name, "correct")]).await;
    assert_eq!(
        news(&mut browser),
        ["submitMFA", "memberStatusUpdate", "stepChange"]
    );
    for _ in 0..3 {
        browser.reload().await;
    }
    assert_eq!(browser.heading(), "Connected to MX Bank");
    let told = browser.told.last().expect("told").clone();
    assert_eq!(
        news(&mut browser),
        ["memberStatusUpdate", "stepChange", "memberConnected"]
    );
    let members = mx.good("GET", "/members", Value::Null).await;
    let member = &members["members"][0];
    assert_eq!(told["metadata"]["member_guid"], member["guid"]);
    assert_eq!(told["metadata"]["user_guid"], mx.user.as_str());
    assert!(told["metadata"]["session_guid"].is_string());
    assert_eq!(member["connection_status"], "CONNECTED");
}

#[tokio::test]
async fn an_address_opens_once_and_for_ten_minutes() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let mut browser = Browser::of(&bank);
    let once = widget(&mx, json!({})).await;
    browser.get(&once).await;
    assert_eq!(browser.status, 200);
    browser.reload().await;
    assert_eq!(browser.status, 200, "its pages stay");
    browser.get(&once).await;
    assert_eq!(
        (browser.status.as_u16(), browser.heading().as_str()),
        (404, "This page is gone")
    );
    let late = widget(&mx, json!({})).await;
    bank.advance_secs(600);
    browser.get(&late).await;
    assert_eq!(browser.status, 404);
    browser.get("/sandbox/mx/session/guessed").await;
    assert_eq!(browser.status, 404);
}

#[tokio::test]
async fn a_widget_begins_where_it_is_told() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let mut browser = Browser::of(&bank);
    let chosen = json!({"current_institution_code": "mxcu", "disable_institution_search": true});
    browser.get(&widget(&mx, chosen).await).await;
    assert_eq!(browser.heading(), "Log in to MXCU");
    assert_eq!(browser.attribute("button[value=back]", "value"), None);

    let member = mx.member("INVALID").await;
    mx.settled(&member).await;
    browser
        .get(&widget(&mx, json!({"current_member_guid": member})).await)
        .await;
    assert_eq!(browser.heading(), "Log in to MX Bank again");
    news(&mut browser);
    browser
        .post(&[("go", "log-in"), ("LOGIN", "mxuser"), ("PASSWORD", "right")])
        .await;
    assert_eq!(
        news(&mut browser),
        ["updateCredentials", "memberStatusUpdate", "stepChange"]
    );
    for _ in 0..3 {
        browser.reload().await;
    }
    assert_eq!(browser.heading(), "Connected to MX Bank");
    let again = json!({"current_member_guid": member, "update_credentials": true});
    browser.get(&widget(&mx, again).await).await;
    assert_eq!(browser.heading(), "Log in to MX Bank again");
    for (body, status) in [
        (json!({"widget_url": {"widget_type": "goals_widget"}}), 403),
        (json!({"widget_url": {"color_scheme": "dark"}}), 400),
        (
            json!({"widget_url": {"widget_type": "connect_widget", "current_member_guid": "MBR-1"}}),
            404,
        ),
        (
            json!({"widget_url": {"widget_type": "connect_widget", "current_institution_code": "x"}}),
            404,
        ),
    ] {
        assert_eq!(
            mx.call("POST", "/widget_urls", body.clone()).await.0,
            status,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_member_that_is_there_already_is_said() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    mx.connected().await;
    let mut browser = Browser::of(&bank);
    browser
        .get(&widget(&mx, json!({"current_institution_code": "mxbank"})).await)
        .await;
    news(&mut browser);
    browser
        .post(&[("go", "log-in"), ("LOGIN", "mxuser"), ("PASSWORD", "x")])
        .await;
    assert!(browser.html.contains("already exists"));
    assert_eq!(news(&mut browser), ["createMemberError"]);
}

#[tokio::test]
async fn the_older_version_has_an_address_of_its_own() {
    let bank = TestBank::ready().await;
    let old = Mx::speaking(&bank, "v20111101").await;
    let mut browser = Browser::of(&bank);
    for body in [
        json!({"config": {"current_institution_code": "mxbank"}}),
        json!({"config": {}}),
        Value::Null,
    ] {
        let answer = old.good("POST", "/connect_widget_url", body).await;
        assert_eq!(answer["user"]["guid"], old.user.as_str());
        browser
            .get(&text(&answer["user"]["connect_widget_url"]))
            .await;
        assert_eq!(browser.status, 200);
    }
    let new = Mx::new(&bank).await;
    assert_eq!(
        new.call("POST", "/connect_widget_url", Value::Null).await.0,
        404
    );
}
