//! Attackers cannot lock the owner out: devices and addresses that the account knows have their own counters.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use super::{is_throttled, post_from};
use crate::api::ApiClient;
use crate::app::{ADA, EVE, Person, TestApp};
use crate::browser::Browser;
use crate::page::Page;

/// Ada's home address.
const HOME: &str = "198.51.100.7";
const ELSEWHERE: &str = "192.0.2.44";

async fn start() -> TestApp {
    TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await
}

async fn log_in(browser: &mut Browser, address: &str, person: &Person, password: &str) -> Page {
    let fields = [("name", person.email), ("password", password)];
    post_from(browser, address, "/forms/log-in", &fields).await
}

/// Returns a browser on which Ada has logged in at home and logged out again.
async fn of_ada(app: &TestApp) -> Browser {
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    assert_eq!(
        log_in(&mut browser, HOME, &ADA, ADA.password).await.path,
        "/"
    );
    browser.post("/forms/log-out", &[("", ""); 0]).await;
    assert!(
        browser.cookies.contains_key(&app.device_cookie()),
        "it survives the log-out"
    );
    browser
}

/// Tries 101 wrong passwords from 21 addresses.
async fn attack(app: &TestApp) {
    for n in 0..101 {
        let address = format!("203.0.113.{}", n / 5);
        log_in(&mut app.browser(), &address, &ADA, "wrong").await;
    }
    let page = log_in(&mut app.browser(), ELSEWHERE, &ADA, ADA.password).await;
    assert!(
        is_throttled(&page),
        "a stranger waits, whatever the password"
    );
}

#[tokio::test]
async fn a_device_that_has_logged_in_is_not_held_up_by_strangers() {
    let app = start().await;
    let browser = of_ada(&app).await;
    attack(&app).await;
    for address in [ELSEWHERE, "203.0.113.4", "2001:db8::1"] {
        let page = log_in(&mut browser.clone(), address, &ADA, ADA.password).await;
        assert_eq!(page.path, "/", "{address}");
    }
    // A log-in from a known device does not reset the attackers' counters: they still wait.
    let page = log_in(&mut app.browser(), "192.0.2.45", &ADA, "wrong").await;
    assert!(is_throttled(&page));
}

#[tokio::test]
async fn an_address_that_has_logged_in_is_not_held_up_by_strangers_for_ninety_days() {
    let app = start().await;
    of_ada(&app).await;
    app.pass(SignedDuration::from_hours(90 * 24 - 1));
    attack(&app).await;
    let page = log_in(&mut app.browser(), HOME, &ADA, ADA.password).await;
    assert_eq!(page.path, "/");
    // Programs have no cookies, but their addresses are known too.
    let program = ApiClient::new(&app);
    let body = json!({ "username": ADA.email, "password": ADA.password });
    for (address, status) in [(HOME, 200), (ELSEWHERE, 429)] {
        let headers = [("x-forwarded-for", address)];
        let answer = program
            .ask(Method::POST, "/users/auth/token", Some(&body), &headers)
            .await;
        assert_eq!(answer.status, status, "{address}");
    }
    app.pass(SignedDuration::from_hours(90 * 24 + 1));
    attack(&app).await;
    let page = log_in(&mut app.browser(), HOME, &ADA, ADA.password).await;
    assert!(
        is_throttled(&page),
        "nobody has logged in from there for 90 days"
    );
}

#[tokio::test]
async fn a_stolen_device_cookie_has_a_counter_of_its_own() {
    let app = start().await;
    let browser = of_ada(&app).await;
    for n in 0..8 {
        // From whatever address the thief uses.
        let address = format!("192.0.2.{n}");
        let page = log_in(&mut browser.clone(), &address, &ADA, "wrong").await;
        assert_eq!(is_throttled(&page), n >= 5, "{n}");
    }
    let mut owner = app.browser();
    assert_eq!(log_in(&mut owner, HOME, &ADA, ADA.password).await.path, "/");
    let page = log_in(&mut browser.clone(), HOME, &ADA, ADA.password).await;
    assert!(is_throttled(&page), "the stolen one waits");
    let page = log_in(&mut owner, ELSEWHERE, &ADA, ADA.password).await;
    assert_eq!(page.path, "/", "the owner's new one does not");
}

#[tokio::test]
async fn a_neighbor_at_a_known_address_gets_five_guesses_and_holds_no_device_up() {
    let app = start().await;
    let browser = of_ada(&app).await;
    for n in 0..8 {
        let page = log_in(&mut app.browser(), HOME, &ADA, "wrong").await;
        assert_eq!(is_throttled(&page), n >= 5, "{n}");
    }
    let page = log_in(&mut browser.clone(), HOME, &ADA, ADA.password).await;
    assert_eq!(page.path, "/");
    // The counter of the address for all accounts together still applies.
    for n in 0..25 {
        let fields = [("name", format!("name{n}")), ("password", "wrong".into())];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        post_from(&mut app.browser(), HOME, "/forms/log-in", &fields).await;
    }
    app.signed_up(&EVE).await;
    let page = log_in(&mut app.browser(), HOME, &EVE, EVE.password).await;
    assert!(is_throttled(&page));
}

#[tokio::test]
async fn a_device_counts_for_its_own_account_and_an_invented_one_for_none() {
    let app = start().await;
    of_ada(&app).await;
    let mut eve = app.signed_up(&EVE).await;
    eve.cookies.retain(|name, _| *name == app.device_cookie());
    let of_eve = eve.cookies[&app.device_cookie()].clone();
    attack(&app).await;
    let page = log_in(&mut eve, ELSEWHERE, &ADA, ADA.password).await;
    assert!(
        is_throttled(&page),
        "Eve's device is a stranger to Ada's account"
    );
    for invented in ["", "x", "\"", "../..", &"A".repeat(43), &"A".repeat(5_000)] {
        let mut browser = app.browser();
        browser
            .cookies
            .insert(app.device_cookie(), invented.to_owned());
        let page = log_in(&mut browser, ELSEWHERE, &ADA, ADA.password).await;
        assert!(is_throttled(&page), "{invented}");
    }
    // Ada logs in on Eve's browser: the token that Eve knows does not become Ada's.
    assert_eq!(log_in(&mut eve, HOME, &ADA, ADA.password).await.path, "/");
    assert_ne!(eve.cookies[&app.device_cookie()], of_eve);
    let mut browser = app.browser();
    browser.cookies.insert(app.device_cookie(), of_eve);
    let page = log_in(&mut browser, ELSEWHERE, &ADA, ADA.password).await;
    assert!(is_throttled(&page));
}

#[tokio::test]
async fn nobody_learns_from_a_device_cookie_whether_there_is_an_account() {
    let app = start().await;
    let mut known = of_ada(&app).await;
    known.cookies.insert(app.device_cookie(), "A".repeat(43));
    let mut said = Vec::new();
    for name in [ADA.email, "nobody@example.org"] {
        let mut pages = Vec::new();
        for _ in 0..6 {
            let mut browser = known.clone();
            let fields = [("name", name), ("password", "wrong")];
            let page = post_from(&mut browser, ELSEWHERE, "/forms/log-in", &fields).await;
            pages.push((page.status, page.text("main").replace(name, "NAME")));
            assert_eq!(
                browser.cookies[&app.device_cookie()],
                "A".repeat(43),
                "none is given"
            );
        }
        said.push(pages);
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn the_password_is_changed_during_an_attack_and_other_devices_are_forgotten() {
    let app = start().await;
    let other = of_ada(&app).await;
    let mut browser = app.logged_in(&ADA).await;
    attack(&app).await;
    let new = "slow rivers carry amber";
    let fields = [("present", ADA.password), ("new", new), ("keys", "")];
    let page = post_from(&mut browser, ELSEWHERE, "/forms/password", &fields).await;
    assert_eq!(page.path, "/settings", "{}", page.body);
    assert_eq!(
        app.number("SELECT COUNT(*) FROM known_origin WHERE kind = 'device'")
            .await,
        1
    );
    let page = log_in(&mut other.clone(), HOME, &ADA, new).await;
    assert!(
        is_throttled(&page),
        "neither that device nor that address is known"
    );
    browser.post("/forms/log-out", &[("", ""); 0]).await;
    let page = log_in(&mut browser, "192.0.2.99", &ADA, new).await;
    assert_eq!(page.path, "/", "the device that changed it is known");
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_the_database_keeps_hashes_of_few() {
    let app = TestApp::with(&[("PASSBOOK_PUBLIC_URL", "https://money.example.org")]).await;
    let browser = app.signed_up(&ADA).await;
    let set = browser
        .seen
        .iter()
        .flat_map(|page| page.headers.get_all("set-cookie"));
    let set = set.map(|cookie| cookie.to_str().expect("text"));
    let set = set.filter(|cookie| cookie.starts_with(&format!("{}=", app.device_cookie())));
    let set: Vec<&str> = set.collect();
    assert_eq!(set.len(), 1, "{set:?}");
    let mut attributes: Vec<&str> = set[0].split("; ").skip(1).collect();
    attributes.sort_unstable();
    let wanted = [
        "HttpOnly",
        "Max-Age=31536000",
        "Path=/",
        "SameSite=Lax",
        "Secure",
    ];
    assert_eq!(attributes, wanted);
    let token = browser.cookies[&app.device_cookie()].clone();
    assert_eq!(token.len(), 43, "256 bits");

    let mut again = browser.clone();
    again.post("/forms/log-out", &[("", ""); 0]).await;
    let page = again.log_in(ADA.email, ADA.password).await;
    assert_eq!(page.path, "/");
    assert_eq!(
        app.number("SELECT COUNT(*) FROM known_origin WHERE kind = 'device'")
            .await,
        1,
        "one browser is one device"
    );
    for _ in 0..22 {
        app.pass(SignedDuration::from_secs(1));
        app.logged_in(&ADA).await;
    }
    assert_eq!(
        app.number("SELECT COUNT(*) FROM known_origin WHERE kind = 'device'")
            .await,
        20
    );
    let kept = app.texts("SELECT hash FROM known_origin").await;
    assert!(
        kept.iter()
            .all(|hash| *hash != token && !hash.contains("127.0.0"))
    );
}

#[tokio::test]
async fn devices_and_addresses_that_nobody_uses_are_forgotten() {
    let app = start().await;
    of_ada(&app).await;
    let clean = async || {
        passbook::sync::request_clean_up(app.ctx())
            .await
            .expect("asked");
        while passbook::queue::run_due(app.ctx(), passbook::jobs::run)
            .await
            .expect("it works")
        {}
    };
    app.pass(SignedDuration::from_hours(91 * 24));
    clean().await;
    crate::app::eventually("addresses are forgotten", || async {
        (app.number("SELECT COUNT(*) FROM known_origin WHERE kind = 'address'")
            .await
            == 0)
            .then_some(())
    })
    .await;
    assert_eq!(
        app.number("SELECT COUNT(*) FROM known_origin WHERE kind = 'device'")
            .await,
        2
    );
    app.pass(SignedDuration::from_hours(366 * 24));
    clean().await;
    crate::app::eventually("devices are forgotten", || async {
        (app.number("SELECT COUNT(*) FROM known_origin WHERE kind = 'device'")
            .await
            == 0)
            .then_some(())
    })
    .await;
}
