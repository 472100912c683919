//! The session: its cookie, its id and its end.

use domain::access::Scopes;
use jiff::SignedDuration;

use crate::api::ApiClient;
use crate::app::{ADA, TestApp};
use crate::page::Page;

fn cookies(pages: &[Page]) -> Vec<String> {
    let set = pages
        .iter()
        .flat_map(|page| page.headers.get_all("set-cookie"));
    set.map(|cookie| cookie.to_str().expect("text").to_owned())
        .collect()
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    let app = TestApp::start().await;
    let browser = app.signed_up(&ADA).await;
    let set = cookies(&browser.seen);
    assert!(!set.is_empty());
    for cookie in set {
        let ours = [
            format!("{}=", app.session_cookie()),
            format!("{}=", app.device_cookie()),
        ];
        assert!(ours.iter().any(|name| cookie.starts_with(name)), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie} lacks {part}");
        }
        assert!(
            !cookie.contains("Secure") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_the_host() {
    let app = TestApp::with(&[("PASSBOOK_PUBLIC_URL", "https://money.example.org")]).await;
    let mut browser = app.signed_up(&ADA).await;
    for cookie in cookies(&browser.seen) {
        assert!(cookie.starts_with("__Host-passbook-"), "{cookie}");
        assert!(
            cookie.contains("Secure") && cookie.contains("Path=/"),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let page = browser.get("/").await;
    assert!(
        page.header("strict-transport-security")
            .starts_with("max-age=31536000")
    );
}

#[tokio::test]
async fn logging_in_makes_a_new_id_and_the_database_holds_neither() {
    let app = TestApp::start().await;
    let name = app.session_cookie();
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    // A refused form gives a visitor a session, like one that an attacker has planted.
    browser.log_in(ADA.email, "wrong").await;
    let before = browser.cookies[&name].clone();
    browser.log_in(ADA.email, ADA.password).await;
    let after = browser.cookies[&name].clone();
    assert_ne!(before, after);
    let mut planted = app.browser();
    planted.cookies.insert(name.clone(), before.clone());
    assert_eq!(planted.get("/").await.path, "/log-in");

    let kept = app
        .texts("SELECT id_hash || data FROM browser_session")
        .await;
    assert!(!kept.is_empty());
    for id in [&before, &after] {
        assert!(
            kept.iter().all(|row| !row.contains(id.as_str())),
            "{kept:?}"
        );
    }
    for id in app.texts("SELECT id_hash FROM browser_session").await {
        let mut thief = app.browser();
        thief.cookies.insert(name.clone(), id);
        assert_eq!(
            thief.get("/").await.path,
            "/log-in",
            "a copy of the table logs nobody in"
        );
    }
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_after_two_weeks() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    app.pass(SignedDuration::from_hours(14 * 24 - 1));
    assert_eq!(browser.get("/").await.path, "/");
    app.pass(SignedDuration::from_hours(14 * 24 + 2));
    assert_eq!(browser.get("/").await.path, "/log-in");
}

#[tokio::test]
async fn a_session_that_is_used_ends_after_a_quarter_of_a_year() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for week in 1..=12 {
        app.pass(SignedDuration::from_hours(7 * 24));
        assert_eq!(browser.get("/").await.path, "/", "week {week}");
    }
    app.pass(SignedDuration::from_hours(7 * 24));
    assert_eq!(browser.get("/").await.path, "/log-in");
    let mut other = app.logged_in(&ADA).await;
    assert_eq!(other.get("/settings").await.status, 200);
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let app = TestApp::start().await;
    let browser = app.signed_up(&ADA).await;
    let app = app.restarted().await;
    let mut browser = browser.moved_to(app.browser());
    assert_eq!(browser.get("/").await.text(".person p"), "Ada Byron");
}

#[tokio::test]
async fn a_cookie_that_is_rubbish_is_nobody_s() {
    let app = TestApp::start().await;
    let name = app.session_cookie();
    for rubbish in [
        "",
        "x",
        "../../etc/passwd",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "a;b",
        "%00%ff",
        &"9".repeat(4000),
    ] {
        let mut browser = app.browser();
        browser.cookies.insert(name.clone(), rubbish.into());
        let page = browser.get("/").await;
        assert_eq!(
            (page.path.as_str(), page.status),
            ("/log-in", 200),
            "{rubbish}"
        );
    }
}

#[tokio::test]
async fn another_password_ends_every_other_session_and_the_keys_if_wanted() {
    let app = TestApp::start().await;
    let name = app.session_cookie();
    let mut here = app.signed_up(&ADA).await;
    let mut there = app.logged_in(&ADA).await;
    let program = ApiClient::new(&app).with(&app.key(&ADA, Scopes::all()).await);
    let mut password = ADA.password;
    for (new, keys) in [
        ("slow rivers carry amber", ""),
        ("amber rivers carry slowly", "yes"),
    ] {
        let before = here.cookies[&name].clone();
        let page = here.get("/settings/password").await;
        let form = page
            .form("form[action='/forms/password']")
            .with("present", password);
        let form = form.with("new", new).with("keys", keys);
        let page = here.send(&form).await;
        assert!(
            page.text(".notice")
                .starts_with("Your new password is set."),
            "{}",
            page.body
        );
        assert_eq!(there.get("/").await.path, "/log-in");
        assert_eq!(here.get("/settings").await.status, 200);
        assert_ne!(here.cookies[&name], before, "a session of its own");
        let open = program.get("/accounts").await.status;
        assert_eq!(open, if keys.is_empty() { 200 } else { 401 });
        password = new;
        there.log_in(ADA.email, new).await;
        assert_eq!(there.get("/").await.path, "/");
    }
    // A log-in in progress at that moment creates no session.
    let later = "UPDATE person SET password_version = password_version + 1 RETURNING 1";
    app.number(later).await;
    assert_eq!(there.get("/").await.path, "/log-in");
    assert_eq!(here.get("/").await.path, "/log-in");
}
