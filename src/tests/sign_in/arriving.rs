//! Coming back from an identity provider: who is logged in, and who is not.

use jiff::SignedDuration;
use passbook::auth::invite_into;

use super::{
    CLIENT, all_identities, come_back, decide, log_in, parameter, people, sign_up, start,
    start_with, told,
};
use crate::app::ADA;
use crate::browser::Browser;
use crate::log;

const STRAY: &str = "That log-in attempt expired or was already used. Please try again.";
const ON: &str = "/log-in?next=%2Faccounts";
const PROVIDERS: [(&str, &str); 3] = [
    ("google", "Google"),
    ("facebook", "Facebook"),
    ("oidc", "the family’s server"),
];

async fn log_out(browser: &mut Browser) {
    let page = browser.get("/settings").await;
    browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await;
}

#[tokio::test]
async fn each_provider_signs_somebody_up_at_once_and_lets_them_in_again() {
    for (provider, _) in PROVIDERS {
        let app = start().await;
        let mut browser = app.browser();
        let page = sign_up(&app, &mut browser, provider, &[]).await;
        assert_eq!(
            (page.status, page.path.as_str()),
            (200, "/accounts"),
            "{provider}: {}",
            page.body
        );
        let person = "SELECT first_name || '|' || last_name || '|' || email || '|' || birthday || '|' || password_hash FROM person";
        let expected = "Amélie|Dubois|amelie.dubois@example.com|1990-05-14|";
        assert_eq!(app.texts(person).await, [expected], "{provider}");
        let stored = "SELECT first_name || '|' || last_name || '|' || email || '|' || birthday || '|' || email_verified FROM identity";
        let verified = u8::from(provider != "facebook");
        assert_eq!(
            app.texts(stored).await,
            [format!("{expected}{verified}")],
            "{provider}"
        );
        let profile = app.texts("SELECT profile FROM identity").await.remove(0);
        let profile: serde_json::Value = serde_json::from_str(&profile).expect("JSON");
        assert!(
            profile.to_string().contains("Dubois"),
            "the profile as it was told: {profile}"
        );

        log_out(&mut browser).await;
        assert_eq!(browser.get("/accounts").await.path, ON);
        app.pass(SignedDuration::from_hours(1));
        let again = log_in(&app, &mut browser, provider, &[]).await;
        assert_eq!(again.path, "/accounts", "{provider}");
        assert_eq!(people(&app).await.len(), 1, "{provider}: one person");
        let used = "SELECT used_at - connected_at FROM identity";
        assert_eq!(app.number(used).await, 3_600_000, "{provider}");
    }
}

#[tokio::test]
async fn who_only_wanted_to_log_in_is_asked_before_an_account_is_made() {
    let app = start().await;
    let mut browser = app.browser();
    let page = log_in(&app, &mut browser, "google", &[]).await;
    assert_eq!(page.path, "/sign-up/complete");
    assert!(people(&app).await.is_empty());
    let log_in = page.attribute("a[href^='/log-in']", "href");
    assert_eq!(log_in.as_deref(), Some(ON), "the way to their account");
    let page = browser
        .send(&page.form("form[action='/forms/complete-profile']"))
        .await;
    assert_eq!(page.path, "/accounts", "one button, when all was told");
    assert_eq!(people(&app).await, ["amelie.dubois@example.com"]);
}

#[tokio::test]
async fn the_session_gets_another_id_and_the_old_one_is_nobodys() {
    let app = start().await;
    let mut browser = app.browser();
    sign_up(&app, &mut browser, "google", &[]).await;
    log_out(&mut browser).await;
    let back = come_back(&app, &mut browser, "google", &[]).await;
    let mut old = browser.clone();
    browser.get(&back).await;
    let name = app.session_cookie();
    assert_ne!(browser.cookies[&name], old.cookies[&name]);
    assert!(old.get("/accounts").await.path.starts_with("/log-in"));
}

#[tokio::test]
async fn a_state_that_is_missing_or_wrong_lets_nobody_in_and_uses_nothing_up() {
    let app = start().await;
    let mut browser = app.browser();
    let back = come_back(&app, &mut browser, "google", &[("person", "mei")]).await;
    let state = parameter(&back, "state");
    for wrong in [
        back.replace(&format!("state={state}"), "state="),
        back.replace(&format!("state={state}"), "state=made-up"),
        back.replace(&format!("state={state}"), "other=1"),
        back.replace("/sign-in/google", "/sign-in/oidc"),
        "/sign-in/google".to_owned(),
        "/sign-in/facebook?error=access_denied".to_owned(),
    ] {
        let page = browser.get(&wrong).await;
        assert_eq!((page.status, told(&page).as_str()), (400, STRAY), "{wrong}");
    }
    assert_eq!(browser.get(&back).await.path, "/sign-up/complete");
}

#[tokio::test]
async fn a_state_of_another_session_lets_nobody_in_and_stores_nothing() {
    let app = start().await;
    let back = come_back(&app, &mut app.browser(), "google", &[]).await;
    let sessions = "SELECT COUNT(*) FROM browser_session";
    let before = app.number(sessions).await;
    let mut other = app.browser();
    for _ in 0..5 {
        let page = other.get(&back).await;
        assert_eq!((page.status, told(&page).as_str()), (400, STRAY));
    }
    assert!(other.cookies.is_empty(), "{:?}", other.cookies);
    assert_eq!(app.number(sessions).await, before);
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn a_state_that_was_used_is_no_longer_good() {
    let app = start().await;
    let mut browser = app.browser();
    let back = come_back(&app, &mut browser, "google", &[("person", "mei")]).await;
    let before = browser.clone();
    assert_eq!(browser.get(&back).await.path, "/sign-up/complete");
    for mut again in [browser, before] {
        assert_eq!(told(&again.get(&back).await), STRAY);
    }
}

#[tokio::test]
async fn a_state_lasts_ten_minutes() {
    let app = start().await;
    let mut browser = app.browser();
    let back = come_back(&app, &mut browser, "google", &[]).await;
    app.pass(SignedDuration::from_secs(601));
    assert_eq!(told(&browser.get(&back).await), STRAY);
}

#[tokio::test]
async fn a_reload_after_the_log_in_says_nothing_and_leads_on() {
    let app = start().await;
    let mut browser = app.browser();
    sign_up(&app, &mut browser, "google", &[]).await;
    log_out(&mut browser).await;
    let back = come_back(&app, &mut browser, "google", &[]).await;
    assert_eq!(browser.get(&back).await.path, "/accounts");
    let page = browser.get(&back).await;
    assert_eq!((page.path.as_str(), page.count("[role=alert]")), ("/", 0));
}

#[tokio::test]
async fn two_tabs_do_not_get_in_each_others_way() {
    let app = start().await;
    let mut browser = app.browser();
    let first = come_back(&app, &mut browser, "google", &[("person", "mei")]).await;
    let second = come_back(&app, &mut browser, "facebook", &[("person", "nadia")]).await;
    let of_first = browser.get(&first).await;
    let said = of_first.text("h1 + p");
    assert!(said.starts_with("You’re signing up with Google."), "{said}");
    let of_second = browser.get(&second).await;
    let said = of_second.text("h1 + p");
    assert!(
        said.starts_with("You’re signing up with Facebook."),
        "{said}"
    );
    // The first tab's form is about an identity that no longer waits.
    let form = of_first.form("form[action='/forms/complete-profile']");
    let page = browser.send(&form.with("email", "mei@example.org")).await;
    assert_eq!((told(&page).as_str(), page.path.as_str()), (STRAY, ON));
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn who_is_logged_in_stays_who_they_are() {
    let app = start().await;
    let mut ada = app.browser();
    let stale = ada.get("/log-in?next=/accounts").await;
    let mut other = ada.clone();
    let leaving = other
        .send(&stale.form("form.providers").with("provider", "google"))
        .await;
    let back = decide(&app, &leaving, &[]).await;
    ada.cookies = other.cookies.clone();
    ada.sign_up(&ADA, "").await;
    // The sign-up replaced the session of the sign-in.
    assert_eq!(ada.get(&back).await.path, "/");
    let page = ada
        .send(&stale.form("form.providers").with("provider", "google"))
        .await;
    assert_eq!(
        page.path, "/accounts",
        "the button of a page that was left open"
    );
    assert_eq!(people(&app).await, [ADA.email]);
}

#[tokio::test]
async fn a_provider_that_does_not_exist_or_is_not_set_up_is_refused() {
    let app = start().await;
    let mut browser = app.browser();
    for provider in ["", "twitter", "Google", "../admin"] {
        let fields = [("provider", provider), ("next", "//evil.example")];
        let page = browser.post("/forms/sign-in", &fields).await;
        assert_eq!(
            told(&page),
            "This log-in option isn’t available here.",
            "{provider}"
        );
        assert_eq!(page.path, "/log-in");
    }
    let page = browser.get("/sign-in?next=/accounts").await;
    assert_eq!(page.path, ON, "nowhere to go on to");
    let page = browser.get("/sign-in/twitter").await;
    assert_eq!(page.path, "/log-in?next=%2Fsign-in%2Ftwitter");
}

#[tokio::test]
async fn who_cancels_at_the_provider_is_told_so_and_can_go_on() {
    let app = start().await;
    for (provider, name) in PROVIDERS {
        let mut browser = app.browser();
        let page = log_in(&app, &mut browser, provider, &[("go", "cancel")]).await;
        let expected = format!("You cancelled logging in with {name}.");
        assert_eq!((told(&page), page.path.as_str()), (expected, ON));
        assert_eq!(
            page.attribute("form.providers [name=next]", "value")
                .as_deref(),
            Some("/accounts")
        );
    }
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn a_provider_that_refuses_is_told_in_words() {
    let app = start().await;
    for (provider, name) in PROVIDERS {
        let mut browser = app.browser();
        for back in ["server_error", "no_code"] {
            let page = log_in(&app, &mut browser, provider, &[("back", back)]).await;
            let expected = format!("{name} reported an error. Please try again.");
            assert_eq!((told(&page), page.path.as_str()), (expected, ON), "{back}");
        }
        for back in ["other_state", "no_state"] {
            let page = log_in(&app, &mut browser, provider, &[("back", back)]).await;
            assert_eq!(told(&page), STRAY, "{back}");
        }
        let page = log_in(&app, &mut browser, provider, &[("back", "wrong_code")]).await;
        let expected =
            format!("{name} didn’t accept that; it may have taken too long. Please try again.");
        assert_eq!((told(&page), page.path.as_str()), (expected, ON));
    }
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn where_sign_up_is_closed_nobody_new_comes_in_by_a_provider() {
    let app = start_with(&[("PASSBOOK_SIGNUP", "closed")]).await;
    for provider in ["google", "facebook"] {
        let page = log_in(&app, &mut app.browser(), provider, &[]).await;
        assert!(
            told(&page)
                .starts_with("This Passbook isn’t taking new sign-ups. If you already have an account, log in and"),
            "{}",
            page.body
        );
    }
    assert!(people(&app).await.is_empty());
    assert!(all_identities(&app).await.is_empty());
}

#[tokio::test]
async fn where_people_are_invited_a_provider_needs_the_code_too() {
    let app = start_with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let mut browser = app.browser();
    let page = sign_up(&app, &mut browser, "google", &[]).await;
    assert_eq!(page.path, "/sign-up/complete");
    let form = page.form("form[action='/forms/complete-profile']");
    let refused = browser.send(&form).await;
    assert_eq!(
        refused.text("#invitation-problem"),
        "You need an invitation to sign up here. Ask this Passbook’s admin for one."
    );
    let refused = browser
        .send(&form.clone().with("invitation", "made-up"))
        .await;
    assert!(
        refused
            .text("#invitation-problem")
            .starts_with("This invitation has expired")
    );
    assert!(people(&app).await.is_empty());

    let ctx = app.ctx();
    let invitation = invite_into(&ctx.config, &ctx.clock).await.expect("a code");
    let form = refused.form("form[action='/forms/complete-profile']");
    let page = browser
        .send(&form.with("invitation", invitation.code.expose()))
        .await;
    assert_eq!(page.path, "/accounts");
    assert_eq!(people(&app).await, ["amelie.dubois@example.com"]);
}

#[tokio::test]
async fn the_first_person_only_may_come_by_a_provider_where_that_is_the_rule() {
    let keys = [
        ("PLAID_CLIENT_ID", "x"),
        ("PLAID_SECRET", "y"),
        ("PLAID_BASE_URL", "http://127.0.0.1:9"),
    ];
    let app = start_with(&keys).await;
    let page = sign_up(&app, &mut app.browser(), "google", &[]).await;
    assert_eq!(page.path, "/accounts");
    let second = [("person", "jonas")];
    let page = log_in(&app, &mut app.browser(), "facebook", &second).await;
    assert!(
        told(&page).starts_with("This Passbook isn’t taking new sign-ups."),
        "{}",
        page.body
    );
    let page = log_in(&app, &mut app.browser(), "google", &[]).await;
    assert_eq!(page.path, "/accounts", "who is here already comes in");
}

#[tokio::test]
async fn a_code_and_a_state_are_in_no_log_no_page_and_not_in_the_database() {
    let app = start().await;
    let mut browser = app.browser();
    let back = come_back(&app, &mut browser, "google", &[]).await;
    let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
    assert!(!app.is_kept(&state), "sealed while it is waited for");
    let (lines, before) = (log::heard().0, browser.seen.len());
    for secret in [state.as_str(), code.as_str(), CLIENT.1] {
        log::keep_out(secret);
    }
    browser.get(&back).await;
    for secret in [state.as_str(), code.as_str(), CLIENT.1] {
        assert!(!app.is_kept(secret), "{secret}");
        let mut seen = browser.seen.iter().skip(before);
        assert!(!seen.any(|page| page.body.contains(secret)), "{secret}");
    }
    let (heard, leaks) = log::heard();
    assert!(heard > lines && leaks.is_empty(), "{leaks:?}");
}

#[tokio::test]
async fn sign_ups_by_a_provider_count_like_others() {
    let app = start().await;
    for i in 0..20 {
        // Forms without a log-in are counted by the minute.
        app.pass(SignedDuration::from_secs(61));
        let email = format!("somebody{i}@example.org");
        let chosen = [
            ("person", ""),
            ("typed_email", email.as_str()),
            ("typed_given", "A"),
            ("typed_family", "B"),
        ];
        let mut browser = app.browser();
        let page = sign_up(&app, &mut browser, "google", &chosen).await;
        let form = page.form("form[action='/forms/complete-profile']");
        let page = browser.send(&form.with("birthday", "1990-02-28")).await;
        assert_eq!(page.path, "/accounts", "{}", page.body);
    }
    assert_eq!(people(&app).await.len(), 20);
    let page = sign_up(&app, &mut app.browser(), "google", &[]).await;
    assert!(
        told(&page).starts_with("Too many attempts."),
        "{}",
        page.body
    );
}
