//! The metadata of every page, and the answers of addresses that do not exist.

use super::routes::{ID, OPEN};
use crate::app::{ADA, TestApp};
use crate::browser::Browser;
use crate::page::Page;

#[tokio::test]
async fn every_page_carries_its_headers_and_a_policy_for_what_is_on_it() {
    let (app, mut browser, id) = TestApp::linked().await;
    let attempt = browser.begin_to_link().await.path;
    let chooses = browser.get("/link/new?from=/accounts").await;
    let to_link = chooses.form_of_purpose("new").with("hosted", "");
    let pane = browser.send(&to_link).await.path;
    let (account, row) = (
        first_of(&mut browser, "/accounts").await,
        first_of(&mut browser, "/transactions").await,
    );
    let connection = format!("/connections/{id}");
    let calls = format!("{connection}/calls");
    let check = format!("{connection}/check");
    let missing = "/no/such/page";
    let own = [
        "/",
        "/accounts",
        "/transactions",
        "/transactions?q=nothing+fits",
        "/transactions?min=x",
        "/settings",
        "/settings/password",
        "/settings/profile",
        "/settings/programs",
        "/settings/two-step",
        "/settings/mail",
        "/settings/sessions",
        "/settings/export",
        "/settings/delete-account",
        "/about",
        "/activity",
        "/activity?bank=x",
        &calls,
        &check,
        "/link/already",
        "/link/new",
        "/link/new?q=bank",
        "/link/log-in?with=mx&bank=mxbank",
        &attempt,
        &pane,
        &pane,
        &account,
        &row,
        &connection,
        missing,
    ];
    let mut nonces = Vec::new();
    for path in own {
        let page = browser.get(path).await;
        assert_eq!(
            page.status,
            if path == missing { 404 } else { 200 },
            "{path}"
        );
        nonces.extend(checked(&page));
    }
    nonces.extend(checked(&browser.get("/confirm?next=/settings").await));
    let mut nobody = app.browser();
    for path in OPEN {
        let page = nobody.get(path).await;
        nonces.extend(checked(&page));
    }
    let all = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(
        (nonces.len(), all >= own.len()),
        (all, true),
        "each answer with a script has a nonce of its own"
    );
}

#[tokio::test]
async fn an_unknown_address_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for path in [
        "/nothing",
        "/nothing/",
        "//transactions//",
        "/transactions/x",
        "/accounts/%00",
        "/accounts/..%2f..%2fetc",
        "/link/zzz",
        "/connections/ö",
        &format!("/accounts/{ID}"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(
            (page.status, page.text("h1").as_str()),
            (404, "Page not found"),
            "{path}"
        );
        assert_eq!(page.text(".person p"), "Ada Byron", "{path}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_and_to_no_other_site() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.get("/transactions/?q=a%26b").await;
    assert_eq!(
        (page.path.as_str(), page.status),
        ("/transactions?q=a%26b", 200)
    );
    for path in ["//evil.example/", "/\\evil.example/", "///evil.example//"] {
        let page = browser.get_once(path).await;
        assert_eq!((page.status, page.header("location")), (404, ""), "{path}");
    }
}

/// Checks a page's metadata and markup; returns its nonce if it has a script.
fn checked(page: &Page) -> Option<String> {
    let path = &page.path;
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
    assert_eq!(page.header("cache-control"), "no-store", "{path}");
    assert!(
        page.header("cross-origin-opener-policy")
            .starts_with("same-origin"),
        "{path}"
    );
    assert!(
        page.header("permissions-policy").contains("camera=()"),
        "{path}"
    );
    assert_eq!(page.header("x-request-id").len(), 16, "{path}");
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    ] {
        assert!(policy.contains(part), "{path} lacks {part}: {policy}");
    }
    assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
    let nonce = policy
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(nonce, _)| nonce.to_owned());
    let with_nonce = page.attributes("script", "nonce");
    assert_eq!(with_nonce.len(), page.count("script"), "{path}");
    match &nonce {
        Some(nonce) => assert!(nonce.len() >= 20, "{nonce}"),
        None => assert!(policy.contains("script-src 'none'"), "{path}: {policy}"),
    }
    assert!(
        with_nonce.iter().all(|own| Some(own) == nonce.as_ref()),
        "{path}"
    );
    assert_eq!(nonce.is_some(), page.count("script") > 0, "{path}");
    // The scripts that start islands are on pages with an island, and on no others.
    let (island, loads) = (
        page.count("leptos-island") > 0,
        page.count("script[type=module], link[rel=modulepreload], link[as=fetch]") > 0,
    );
    assert_eq!(loads, island, "{path}: {}", page.body);
    assert_eq!(
        page.count("[style]") + page.count("style"),
        0,
        "{path} has styles of its own"
    );
    for event in ["onclick", "onload", "onsubmit", "onerror", "onchange"] {
        assert_eq!(page.count(&format!("[{event}]")), 0, "{path} has {event}");
    }
    let links = page.attributes("a", "href");
    assert!(
        links.iter().all(|href| !href.starts_with("javascript")),
        "{path}"
    );
    nonce
}

async fn first_of(browser: &mut Browser, path: &str) -> String {
    let page = browser.get(path).await;
    page.attribute("a.row", "href").expect("a row")
}
