//! Cookies: their attributes in every response, which Passbook they belong to on a host with several, and what a
//! browser is told at a log-out.

use jiff::SignedDuration;
use passbook::auth::cookies;

use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;

const PUBLIC: (&str, &str) = ("PASSBOOK_PUBLIC_URL", "https://money.example.org");

/// Returns every `Set-Cookie` header that a browser has received.
fn set(browser: &Browser) -> Vec<String> {
    let pages = browser.seen.iter();
    let set = pages.flat_map(|page| page.headers.get_all("set-cookie"));
    set.map(|cookie| cookie.to_str().expect("text").to_owned())
        .collect()
}

async fn log_out(browser: &mut Browser) {
    let page = browser.get("/settings").await;
    let page = browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await;
    assert_eq!(page.path, "/log-in");
}

#[tokio::test]
async fn every_cookie_carries_its_attributes_when_it_is_set_and_when_it_is_removed() {
    for settings in [&[][..], &[PUBLIC]] {
        let app = TestApp::with(settings).await;
        let mut browser = app.browser();
        browser.log_in(ADA.email, "wrong").await;
        browser.sign_up(&ADA, "").await;
        let fields = [("appearance", "dark")];
        browser.post("/forms/appearance", &fields).await;
        assert_eq!(browser.cookies[cookies::APPEARANCE], "dark");
        let mut expired = browser.clone();
        log_out(&mut browser).await;
        assert!(!browser.cookies.contains_key(&app.session_cookie()));
        // An expired session, one that never existed, and one sent to an unknown page.
        app.pass(SignedDuration::from_hours(15 * 24));
        expired.get("/").await;
        let mut stranger = app.browser();
        let never = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
        stranger.cookies.insert(app.session_cookie(), never);
        stranger.get("/nothing").await;
        let all = [set(&browser), set(&expired), set(&stranger)].concat();
        let removed = all.iter().filter(|cookie| cookie.contains("Max-Age=0"));
        assert!(removed.count() >= 3, "{all:?}");
        for cookie in all {
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(part), "{cookie} lacks {part}");
            }
            assert_eq!(cookie.contains("Secure"), !settings.is_empty(), "{cookie}");
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
    }
}

#[tokio::test]
async fn a_log_out_has_the_browser_forget_its_pages_but_no_other_cookie() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    log_out(&mut browser).await;
    let said = browser.seen.iter().filter(|page| page.status == 303);
    let said: Vec<&str> = said.map(|page| page.header("clear-site-data")).collect();
    assert_eq!(said.last(), Some(&r#""cache", "storage""#));

    let mut grace = app.admin().await;
    let page = grace.get("/admin/users").await;
    let form = page.form("form[action='/forms/admin/end-sessions']");
    let me = app.user(&crate::app::GRACE).await;
    let page = grace.send_once(&form.with("person", me.id.as_str())).await;
    assert_eq!(page.header("clear-site-data"), r#""cache", "storage""#);

    let told = browser.get("/log-in").await;
    assert_eq!(told.header("clear-site-data"), "", "only a log-out does");
}

#[tokio::test]
async fn two_passbooks_on_one_host_do_not_log_each_other_out() {
    let (one, two) = (TestApp::start().await, TestApp::start().await);
    assert_ne!(one.session_cookie(), two.session_cookie());
    let mut ada = one.signed_up(&ADA).await;
    // The same browser at the other port: cookies belong to the host.
    let mut eve = ada.moved_to(two.browser());
    assert_eq!(eve.sign_up(&EVE, "").await.path, "/");
    ada.cookies = eve.cookies.clone();
    assert_eq!(ada.get("/").await.text(".person p"), "Ada Byron");
    log_out(&mut ada).await;
    eve.cookies = ada.cookies.clone();
    assert_eq!(eve.get("/").await.text(".person p"), "Eve Moss");

    let name = one.session_cookie();
    let one = one.restarted().await;
    assert_eq!(one.session_cookie(), name, "a restart changes no name");
}

#[tokio::test]
async fn a_session_by_the_old_name_goes_on_by_the_new_one() {
    for settings in [&[][..], &[PUBLIC]] {
        let app = TestApp::with(settings).await;
        let (new, old) = (app.session_cookie(), cookies::old_session(app.ctx()));
        let signed_up = app.signed_up(&ADA).await;
        let before = |value: &str| {
            let mut browser = app.browser();
            browser.cookies.insert(old.clone(), value.to_owned());
            browser
        };
        let id = signed_up.cookies[&new].clone();

        let mut ada = before(&id);
        assert_eq!(ada.get("/").await.text(".person p"), "Ada Byron");
        assert_eq!(ada.cookies.keys().collect::<Vec<_>>(), [&new]);
        assert_eq!(ada.get("/").await.text(".person p"), "Ada Byron");
        assert_eq!(set(&ada).len(), 2, "the answer to the first request alone");

        // When the first request is the log-out, neither name is left.
        let mut ada = before(&id);
        ada.post_once("/forms/log-out", String::new()).await;
        assert!(ada.cookies.is_empty(), "{:?}", ada.cookies);
        assert_eq!(before(&id).get("/").await.path, "/log-in");
    }
}

#[tokio::test]
async fn the_old_name_is_left_alone_when_it_is_another_passbook_s_or_the_new_one_is_there() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let (new, old) = (app.session_cookie(), cookies::old_session(app.ctx()));
    let ada = app.signed_up(&ADA).await;
    let eve = other.signed_up(&EVE).await;
    let theirs = eve.cookies[&other.session_cookie()].clone();
    for value in [theirs.as_str(), "x", "", "AAAAAAAAAAAAAAAAAAAAAA"] {
        let mut browser = app.browser();
        browser.cookies.insert(old.clone(), value.to_owned());
        assert_eq!(browser.get("/").await.path, "/log-in", "{value}");
        assert_eq!(browser.cookies.get(&old).map(String::as_str), Some(value));
    }
    let mut both = app.signed_up(&EVE).await;
    both.cookies.insert(old.clone(), ada.cookies[&new].clone());
    assert_eq!(both.get("/").await.text(".person p"), "Eve Moss");
    assert!(both.cookies.contains_key(&old));
}
