//! An institution's own site, alone and with the widget.

use serde_json::{Value, json};

use super::{Browser, news, widget};
use crate::tests::TestBank;
use crate::tests::mx::{Mx, text};

/// Creates a member that logs in at its institution; returns its guid and the address there.
async fn oauth(mx: &Mx<'_>, more: Value) -> (String, String) {
    let mut body = json!({"member": {"institution_code": "mxbank_oauth", "is_oauth": true}});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    let made = mx.good("POST", "/members", body).await;
    let member = &made["member"];
    assert_eq!(member["connection_status"], "PENDING");
    assert_eq!(member["is_oauth"], true);
    (text(&member["guid"]), text(&member["oauth_window_uri"]))
}

#[tokio::test]
async fn an_oauth_member_waits_for_its_person_at_the_bank() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let (member, first) = oauth(&mx, json!({})).await;
    let seen = mx.settled(&member).await;
    assert_eq!(
        (&seen["connection_status"], &seen["aggregated_at"]),
        (&json!("PENDING"), &Value::Null)
    );
    let path = format!("/members/{member}/oauth_window_uri");
    let second = mx.good("GET", &path, Value::Null).await;
    let second = text(&second["member"]["oauth_window_uri"]);
    assert_ne!(first, second);
    let mut browser = Browser::of(&bank);
    browser.get(&first).await;
    assert_eq!(browser.heading(), "Share your accounts?");
    browser.post(&[("go", "deny")]).await;
    assert_eq!(news(&mut browser), ["oauthComplete/error"]);
    assert_eq!(mx.settled(&member).await["connection_status"], "DENIED");
    mx.good("POST", &format!("/members/{member}/aggregate"), Value::Null)
        .await;
    assert_eq!(
        mx.settled(&member).await["connection_status"],
        "DENIED",
        "nobody has allowed it"
    );

    browser.get(&second).await;
    let again = mx.settled(&member).await;
    assert_eq!(
        again["connection_status"], "PENDING",
        "they are there again"
    );
    browser.post(&[("go", "allow")]).await;
    let told = browser.told[0].clone();
    assert_eq!(news(&mut browser), ["oauthComplete/success"]);
    assert_eq!(told["metadata"]["member_guid"], member.as_str());
    assert_eq!(browser.attribute("body", "data-done").as_deref(), Some("1"));
    assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
    let rows = mx.good("GET", "/transactions", Value::Null).await;
    assert!(rows["pagination"]["total_entries"].as_u64() > Some(20));
    let plain = mx.connected().await;
    let path = format!("/members/{plain}/oauth_window_uri");
    assert_eq!(mx.call("GET", &path, Value::Null).await.0, 422);
}

#[tokio::test]
async fn an_application_is_gone_back_to_with_what_came_of_it() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let back = "https://app.example/back?mine=1";
    let (member, uri) = oauth(
        &mx,
        json!({"referral_source": "APP", "client_redirect_url": back}),
    )
    .await;
    let mut browser = Browser::of(&bank);
    browser.get(&uri).await;
    browser.post(&[("go", "allow")]).await;
    let expected = format!("https://app.example/back?mine=1&status=success&member_guid={member}");
    assert_eq!(browser.attribute("a.primary", "href"), Some(expected));
    for (query, href) in [
        (
            "?referral_source=APP&ui_message_webview_url_scheme=app",
            Some("app://oauth_complete?status=error"),
        ),
        (
            "?referral_source=APP&client_redirect_url=javascript:alert(1)",
            None,
        ),
        (
            "?referral_source=BROWSER&client_redirect_url=https://app.example/",
            None,
        ),
    ] {
        let mx = Mx::new(&bank).await;
        let (member, _) = oauth(&mx, json!({})).await;
        let path = format!("/members/{member}/oauth_window_uri{query}");
        let uri = mx.good("GET", &path, Value::Null).await;
        browser.get(&text(&uri["member"]["oauth_window_uri"])).await;
        browser.post(&[("go", "deny")]).await;
        let link = browser.attribute("a.primary", "href");
        let begins = link
            .as_deref()
            .zip(href)
            .is_some_and(|(link, href)| link.starts_with(href));
        assert_eq!(begins, href.is_some(), "{query}: {link:?}");
        assert_eq!(link.is_some(), href.is_some(), "{query}: {link:?}");
    }
}

#[tokio::test]
async fn the_widget_waits_while_the_bank_asks_in_its_own_window() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let mut browser = Browser::of(&bank);
    browser
        .get(&widget(&mx, json!({"current_institution_code": "mxbank_oauth"})).await)
        .await;
    news(&mut browser);
    browser.post(&[("go", "log-in")]).await;
    let asked = browser.told.last().expect("told").clone();
    assert_eq!(
        news(&mut browser),
        ["memberStatusUpdate", "stepChange", "oauthRequested"]
    );
    let href = browser.attribute("a.primary", "href").expect("a way");
    assert_eq!(asked["metadata"]["url"], href.as_str());
    browser.reload().await;
    assert_eq!(
        browser.attribute("a.primary", "href"),
        Some(href.clone()),
        "the same way"
    );
    let mut window = Browser::of(&bank);
    window.get(&href).await;
    window.post(&[("go", "allow")]).await;
    for _ in 0..4 {
        browser.reload().await;
    }
    assert_eq!(browser.heading(), "Connected to MX Bank (OAuth)");
    assert_eq!(
        news(&mut browser).last().map(String::as_str),
        Some("memberConnected")
    );
}
