//! Coming back from a provider: who is let in, and who is not.

use jiff::SignedDuration;
use passbook::auth::invite_into;

use super::{World, told};
use crate::log;

const STRAY: &str = "This log-in was begun in another browser or too long ago, or it has ended already. Start again.";

#[tokio::test]
async fn each_provider_signs_somebody_up_at_once_and_lets_them_in_again() {
    for (provider, born) in [
        ("google", "1990-05-14"),
        ("facebook", "1990-05-14"),
        ("oidc", "1990-05-14"),
    ] {
        let world = World::start().await;
        let mut browser = world.app.browser();
        let page = world.log_in(&mut browser, provider, &[]).await;
        assert_eq!(
            (page.status, page.path.as_str()),
            (200, "/accounts"),
            "{provider}: {}",
            page.body
        );
        assert_eq!(world.people().await, ["amelie.dubois@example.com"]);
        let person = "SELECT first_name || '|' || last_name || '|' || birthday || '|' || password_hash FROM person";
        assert_eq!(
            world.app.texts(person).await,
            [format!("Amélie|Dubois|{born}|")],
            "{provider}"
        );
        let kept = "SELECT first_name || '|' || last_name || '|' || birthday || '|' || email || '|' || email_verified
                FROM identity";
        let verified = if provider == "facebook" { 0 } else { 1 };
        let expected = format!("Amélie|Dubois|{born}|amelie.dubois@example.com|{verified}");
        assert_eq!(world.app.texts(kept).await, [expected], "{provider}");
        let profile = world
            .app
            .texts("SELECT profile FROM identity")
            .await
            .remove(0);
        let profile: serde_json::Value = serde_json::from_str(&profile).expect("JSON");
        assert!(
            profile.to_string().contains("Dubois"),
            "all that was told: {profile}"
        );

        let out = browser.get("/settings").await;
        browser
            .send(&out.form("form[action='/forms/log-out']"))
            .await;
        assert_eq!(
            browser.get("/accounts").await.path,
            "/log-in?next=%2Faccounts"
        );
        world.app.pass(SignedDuration::from_hours(1));
        let again = world.log_in(&mut browser, provider, &[]).await;
        assert_eq!(again.path, "/accounts", "{provider}");
        assert_eq!(world.people().await.len(), 1, "{provider}: one person");
        let used = "SELECT used_at - connected_at FROM identity";
        assert_eq!(world.app.number(used).await, 3_600_000, "{provider}");
    }
}

#[tokio::test]
async fn the_session_gets_another_id_and_the_old_one_is_nobodys() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    let back = world.come_back(&mut browser, "google", &[]).await;
    let before = browser.clone();
    browser.get(&back).await;
    let name = world.app.session_cookie();
    assert_ne!(browser.cookies[&name], before.cookies[&name]);
    let mut old = before;
    assert!(old.get("/accounts").await.path.starts_with("/log-in"));
}

#[tokio::test]
async fn a_state_is_good_once_in_its_own_session_and_for_ten_minutes() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    let back = world.come_back(&mut browser, "google", &[]).await;
    let state = super::parameter(&back, "state");
    for wrong in [
        back.replace(&format!("state={state}"), "state="),
        back.replace(&format!("state={state}"), "state=made-up"),
        back.replace(&format!("state={state}"), "other=1"),
        back.replace("/sign-in/google", "/sign-in/oidc"),
        "/sign-in/google".to_owned(),
        "/sign-in/facebook?error=access_denied".to_owned(),
    ] {
        let page = browser.get(&wrong).await;
        assert_eq!(
            (told(&page).as_str(), page.path.as_str()),
            (STRAY, "/log-in"),
            "{wrong}"
        );
    }
    let mut other = world.app.browser();
    assert_eq!(told(&other.get(&back).await), STRAY, "another session");
    assert!(world.people().await.is_empty());

    // None of that has used it up.
    assert_eq!(browser.get(&back).await.path, "/accounts");
    assert_eq!(browser.get(&back).await.text("[role=alert]"), STRAY, "once");

    let mut late = world.app.browser();
    let back = world.come_back(&mut late, "google", &[]).await;
    world.app.pass(SignedDuration::from_secs(601));
    assert_eq!(told(&late.get(&back).await), STRAY, "too late");
}

#[tokio::test]
async fn a_provider_that_does_not_exist_or_is_not_told_is_refused() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    for provider in ["", "twitter", "Google", "../admin"] {
        let page = browser
            .post(
                "/forms/sign-in",
                &[("provider", provider), ("next", "//evil.example")],
            )
            .await;
        assert_eq!(
            told(&page),
            "This way to log in is not set up here. Choose another.",
            "{provider}"
        );
        assert_eq!(page.path, "/log-in");
    }
    assert_eq!(
        browser.get("/sign-in").await.path,
        "/log-in",
        "nowhere to go on to"
    );
    assert_eq!(
        browser.get("/sign-in/twitter").await.path,
        "/log-in?next=%2Fsign-in%2Ftwitter"
    );
}

#[tokio::test]
async fn who_says_no_at_the_provider_is_told_so_and_nothing_is_kept() {
    let world = World::start().await;
    for (provider, name) in [
        ("google", "Google"),
        ("facebook", "Facebook"),
        ("oidc", "the family’s server"),
    ] {
        let mut browser = world.app.browser();
        let page = world
            .log_in(&mut browser, provider, &[("go", "cancel")])
            .await;
        let expected =
            format!("You did not allow {name} to log you in. Try again, or log in another way.");
        assert_eq!((told(&page), page.path.as_str()), (expected, "/log-in"));
        for back in ["server_error", "no_code"] {
            let page = world
                .log_in(&mut browser, provider, &[("back", back)])
                .await;
            let expected =
                format!("{name} could not log you in. Try again, or log in another way.");
            assert_eq!(told(&page), expected, "{back}");
        }
        for back in ["other_state", "no_state"] {
            let page = world
                .log_in(&mut browser, provider, &[("back", back)])
                .await;
            assert_eq!(told(&page), STRAY, "{back}");
        }
        let page = world
            .log_in(&mut browser, provider, &[("back", "wrong_code")])
            .await;
        let expected =
            format!("{name} didn’t accept the log-in. It may have taken too long: try again.");
        assert_eq!(told(&page), expected);
    }
    assert!(world.people().await.is_empty());
}

#[tokio::test]
async fn where_sign_up_is_closed_nobody_new_comes_in_by_a_provider() {
    let world = World::with(&[("PASSBOOK_SIGNUP", "closed")]).await;
    let page = world.log_in(&mut world.app.browser(), "google", &[]).await;
    assert_eq!(
        told(&page),
        "Sign-up is closed here. Ask whoever runs this Passbook to invite you."
    );
    assert!(world.people().await.is_empty());
    assert_eq!(world.app.number("SELECT COUNT(*) FROM identity").await, 0);
}

#[tokio::test]
async fn where_people_are_invited_a_provider_needs_the_code_too() {
    let world = World::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let mut browser = world.app.browser();
    let page = world.log_in(&mut browser, "google", &[]).await;
    assert_eq!(
        (page.path.as_str(), page.text("h1")),
        ("/sign-up/complete", "Complete your profile".into())
    );
    let form = page.form("form[action='/forms/complete-profile']");
    let refused = browser.send(&form).await;
    assert_eq!(
        refused.text("#invitation-problem"),
        "Only people with an invitation can sign up here. Ask whoever runs this Passbook for one."
    );
    let refused = browser
        .send(&form.clone().with("invitation", "made-up"))
        .await;
    assert!(
        refused
            .text("#invitation-problem")
            .starts_with("This invitation has been used")
    );
    assert!(world.people().await.is_empty());

    let ctx = world.app.ctx();
    let invitation = invite_into(&ctx.config, &ctx.clock).await.expect("a code");
    let form = refused.form("form[action='/forms/complete-profile']");
    let page = browser
        .send(&form.with("invitation", invitation.code.expose()))
        .await;
    assert_eq!(page.path, "/accounts");
    assert_eq!(world.people().await, ["amelie.dubois@example.com"]);
}

#[tokio::test]
async fn the_first_person_only_may_come_by_a_provider_where_that_is_the_rule() {
    let keys = [
        ("PLAID_CLIENT_ID", "x"),
        ("PLAID_SECRET", "y"),
        ("PLAID_BASE_URL", "http://127.0.0.1:9"),
    ];
    let world = World::with(&keys).await;
    assert_eq!(
        world
            .log_in(&mut world.app.browser(), "google", &[])
            .await
            .path,
        "/accounts"
    );
    let page = world
        .log_in(&mut world.app.browser(), "facebook", &[("person", "jonas")])
        .await;
    assert!(
        told(&page).starts_with("Sign-up is closed here."),
        "{}",
        page.body
    );
    assert_eq!(
        world
            .log_in(&mut world.app.browser(), "google", &[])
            .await
            .path,
        "/accounts"
    );
}

#[tokio::test]
async fn a_code_a_state_and_what_is_kept_of_them_are_in_no_log_and_not_in_the_database() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    let back = world.come_back(&mut browser, "google", &[]).await;
    let (state, code) = (
        super::parameter(&back, "state"),
        super::parameter(&back, "code"),
    );
    assert!(!world.app.is_kept(&state), "sealed while it is waited for");
    let (lines, before) = (log::heard().0, browser.seen.len());
    for secret in [state.as_str(), code.as_str(), super::CLIENT.1] {
        log::keep_out(secret);
    }
    browser.get(&back).await;
    for secret in [state.as_str(), code.as_str(), super::CLIENT.1] {
        assert!(!world.app.is_kept(secret), "{secret}");
        let shown = browser
            .seen
            .iter()
            .skip(before)
            .any(|page| page.body.contains(secret));
        assert!(!shown, "{secret}");
    }
    let (heard, leaks) = log::heard();
    assert!(heard > lines && leaks.is_empty(), "{leaks:?}");
}

#[tokio::test]
async fn sign_ups_by_a_provider_count_like_others() {
    let world = World::start().await;
    for i in 0..20 {
        // Forms of strangers are counted by the minute.
        world.app.pass(SignedDuration::from_secs(61));
        let email = format!("somebody{i}@example.org");
        let chosen = [
            ("person", ""),
            ("typed_email", email.as_str()),
            ("typed_given", "A"),
            ("typed_family", "B"),
        ];
        let mut browser = world.app.browser();
        let page = world.log_in(&mut browser, "google", &chosen).await;
        let form = page.form("form[action='/forms/complete-profile']");
        let page = browser.send(&form.with("birthday", "1990-02-28")).await;
        assert_eq!(page.path, "/accounts", "{}", page.body);
    }
    assert_eq!(world.people().await.len(), 20);
    let page = world.log_in(&mut world.app.browser(), "google", &[]).await;
    assert!(
        told(&page).starts_with("Too many attempts."),
        "{}",
        page.body
    );
}
