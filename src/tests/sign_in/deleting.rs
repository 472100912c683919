//! Facebook's requests to delete a person's data.

use serde_json::{Value, json};

use super::{CLIENT, all_identities, decide, log_in, people, sign_up, start};
use crate::app::{ADA, TestApp, browsers};

/// Sends Facebook's request; returns the program's answer.
async fn forget(app: &TestApp, subject: &str, secret: &str, forgery: Option<&str>) -> (i64, Value) {
    let url = format!("http://{}/webhooks/facebook/deletion", app.address());
    let mut order = json!({"url": url, "client_secret": secret, "user_id": subject});
    if let Some(forgery) = forgery {
        order["forgery"] = forgery.into();
    }
    let told = app.bank().ask("/misbehave/identity/deletion", order).await;
    let body = told["body"].as_str().unwrap_or_default();
    (
        told["status"].as_i64().expect("a status"),
        serde_json::from_str(body).unwrap_or_default(),
    )
}

async fn subject(app: &TestApp) -> String {
    app.texts("SELECT subject FROM identity WHERE provider = 'facebook'")
        .await
        .remove(0)
}

#[tokio::test]
async fn what_facebook_told_is_gone_and_the_person_can_see_that_it_was_done() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    let leaving = ada
        .post(
            "/forms/connect",
            &[("provider", "facebook"), ("password", ADA.password)],
        )
        .await;
    let back = decide(&app, &leaving, &[]).await;
    ada.get(&back).await;
    let subject = subject(&app).await;

    let (status, told) = forget(&app, &subject, CLIENT.1, None).await;
    assert_eq!(status, 200);
    assert!(all_identities(&app).await.is_empty());
    assert_eq!(people(&app).await, [ADA.email], "the account stays");
    let code = told["confirmation_code"].as_str().expect("a code");
    assert_eq!(code.len(), 16, "{code}");
    let url = told["url"].as_str().expect("an address");
    assert!(url.ends_with("/data-deletion"), "{url}");
    let page = app.browser().get("/data-deletion").await;
    assert_eq!(page.text("h1"), "Your Facebook data");
    let happened = ada.get("/activity").await;
    assert!(
        happened
            .body
            .contains("asked us to delete the profile data"),
        "{}",
        happened.body
    );

    assert_eq!(
        forget(&app, &subject, CLIENT.1, None).await.0,
        200,
        "once more, as Facebook may"
    );
}

#[tokio::test]
async fn who_could_not_log_in_without_it_keeps_the_bare_identity() {
    let app = start().await;
    sign_up(&app, &mut app.browser(), "facebook", &[]).await;
    let subject = subject(&app).await;
    assert_eq!(forget(&app, &subject, CLIENT.1, None).await.0, 200);
    let kept = "SELECT COALESCE(email, '') || COALESCE(first_name, '') || COALESCE(last_name, '') || COALESCE(birthday, '')
                    || COALESCE(profile, '') || email_verified FROM identity";
    assert_eq!(app.texts(kept).await, ["0"]);
    let page = log_in(&app, &mut app.browser(), "facebook", &[]).await;
    assert_eq!(page.path, "/accounts", "the person still comes in");
}

#[tokio::test]
async fn nobody_but_facebook_has_a_profile_deleted() {
    let app = start().await;
    sign_up(&app, &mut app.browser(), "facebook", &[]).await;
    let subject = subject(&app).await;
    for forgery in [
        "wrong_secret",
        "wrong_algorithm",
        "changed_payload",
        "no_signature",
        "garbage",
    ] {
        let (status, _) = forget(&app, &subject, CLIENT.1, Some(forgery)).await;
        assert_eq!(status, 401, "{forgery}");
    }
    assert_eq!(forget(&app, &subject, "another-secret", None).await.0, 401);
    let http = browsers();
    let url = format!("http://{}/webhooks/facebook/deletion", app.address());
    for (body, expected) in [
        ("", 422),
        ("other=1", 422),
        ("signed_request=", 401),
        ("signed_request=a.b", 401),
        ("signed_request=%00.%00", 401),
    ] {
        let request = http
            .post(&url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let status = request.send().await.expect("an answer").status().as_u16();
        assert_eq!(status, expected, "{body}");
    }
    assert_eq!(
        app.number("SELECT COUNT(*) FROM identity WHERE profile IS NOT NULL")
            .await,
        1
    );
}
