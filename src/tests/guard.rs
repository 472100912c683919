//! What stands before every page: the log-in, the guard against other sites, headers, limits.

use reqwest::Method;

use crate::app::{ADA, TestApp};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;

const ID: &str = "01m7yce00chpahkrcnyw3y790z";

/// Every address that only its person may open, as the router has it.
const PAGES: [&str; 12] = [
    "/",
    "/transactions",
    "/transactions/:id",
    "/accounts",
    "/accounts/:id",
    "/connections/:id",
    "/link/already",
    "/link/oauth",
    "/link/:id",
    "/link/:id/return",
    "/logo/:id",
    "/settings",
];
const READS: [&str; 6] = [
    "/data/overview",
    "/data/connections",
    "/data/account",
    "/data/transactions",
    "/data/transaction",
    "/data/progress",
];
const WRITES: [&str; 7] = [
    "/forms/link",
    "/forms/link-finished",
    "/forms/link-left",
    "/forms/sync",
    "/forms/ask-bank",
    "/forms/appearance",
    "/forms/log-out",
];
const OPEN: [&str; 2] = ["/log-in", "/sign-up"];
const OPEN_WRITES: [&str; 2] = ["/forms/log-in", "/forms/sign-up"];

/// The lists above against what is really served: a new route has to be put into one of them.
#[tokio::test]
async fn the_lists_of_routes_are_complete() {
    let _app = TestApp::start().await;
    let mut pages: Vec<String> = leptos_axum::generate_route_list(passbook::app::App)
        .iter()
        .map(|route| route.path().replace('{', ":").replace('}', ""))
        .collect();
    pages.retain(|path| !PAGES.contains(&path.as_str()) && !OPEN.contains(&path.as_str()));
    assert!(pages.is_empty(), "{pages:?}");
    let mut functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .collect();
    assert!(functions.len() >= READS.len() + WRITES.len());
    functions.retain(|path| {
        !READS.contains(path) && !WRITES.contains(path) && !OPEN_WRITES.contains(path)
    });
    assert!(functions.is_empty(), "{functions:?}");
}

#[tokio::test]
async fn nobody_gets_in_without_logging_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in PAGES {
        let path = path.replace(":id", ID);
        let page = browser.get_once(&path).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(page.header("location").starts_with("/log-in"), "{path}");
        assert!(page.body.is_empty(), "{path}");
    }
    for path in READS {
        let page = browser.get_once(&format!("{path}?id={ID}")).await;
        assert_eq!(
            (page.status, page.body.as_str()),
            (401, "Log in first."),
            "{path}"
        );
    }
    for path in WRITES {
        let page = browser.post_once(path, "purpose=new".into()).await;
        assert_eq!(page.header("location"), "/log-in", "{path}");
    }
    for path in [
        "/no-such-page",
        "/forms/none",
        "/data/none",
        "/log-in/",
        "//log-in",
        "/LOG-IN",
        "/sign-up/../settings",
    ] {
        let page = browser.get_once(path).await;
        let refused = page.header("location").starts_with("/log-in") || page.status == 401;
        assert!(refused, "{path} {}", page.status);
    }
    assert_eq!(
        app.books()
            .await
            .number("SELECT COUNT(*) FROM link_attempt")
            .await,
        0
    );
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let foreign: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", &browser_origin(&app)),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:1")],
    ];
    for path in WRITES.iter().chain(&OPEN_WRITES) {
        for headers in foreign {
            let body = Some("purpose=new&hosted=yes&appearance=dark".to_owned());
            let page = browser.ask(Method::POST, path, body, headers).await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
            assert!(
                page.headers.get("set-cookie").is_none(),
                "{path} {headers:?}"
            );
        }
    }
    assert_eq!(
        app.books()
            .await
            .number("SELECT COUNT(*) FROM link_attempt")
            .await,
        0
    );
    assert_eq!(
        browser.get("/settings").await.status,
        200,
        "still logged in"
    );
}

#[tokio::test]
async fn every_page_carries_its_headers_and_a_policy_with_a_nonce() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let attempt = browser.begin_to_link().await.path;
    let (account, row) = (
        first_of(&mut browser, "/accounts").await,
        first_of(&mut browser, "/transactions").await,
    );
    let connection = format!("/connections/{id}");
    let missing = "/no/such/page";
    let own = [
        "/",
        "/accounts",
        "/transactions",
        "/transactions?q=nothing+fits",
        "/transactions?min=x",
        "/settings",
        "/link/already",
        &attempt,
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
    let mut nobody = app.browser();
    for path in OPEN {
        let page = nobody.get(path).await;
        nonces.extend(checked(&page));
    }
    let all = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(
        (nonces.len(), all > 10),
        (all, true),
        "each page has a nonce of its own"
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
            (404, "There is nothing here"),
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

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let large = format!("connection=&back=/{}", "x".repeat(1 << 20));
    let page = browser.post_once("/forms/sync", large.clone()).await;
    assert!((400..500).contains(&page.status), "{}", page.status);
    let page = app.browser().post_once("/forms/log-in", large).await;
    assert!((400..500).contains(&page.status), "{}", page.status);
}

#[tokio::test]
async fn broken_queries_and_bodies_are_never_our_fault() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let broken = [
        "%",
        "%zz",
        "%ff%fe",
        "=",
        "&&&",
        "a[b]=c",
        "filter[q]=%00",
        "q=%00",
        "q=a&q=b",
        "after=2026-11-21.x",
        "from=0000-00-00",
        "min=1e400",
        "min=99999999999999999999999999999",
        "id=%F0%9F",
        "filter=x",
        "filter[q][x]=1",
        "connection=1;DROP TABLE person",
        "purpose=repair:",
        "back=//evil.example",
        "q=\"'*()-+^:{}",
        "attempt=x&attempt=y",
    ];
    for text in broken {
        for path in PAGES.iter().chain(&READS).chain(&OPEN) {
            let path = path.replace(":id", ID);
            let page = browser
                .get_once(&format!("{path}?{}", text.replace(' ', "+")))
                .await;
            assert!(
                page.status < 500,
                "GET {path}?{text}: {} {}",
                page.status,
                page.body
            );
        }
        for path in WRITES.iter().filter(|path| **path != "/forms/log-out") {
            let page = browser.post_once(path, text.to_owned()).await;
            assert!(
                page.status < 500,
                "POST {path} {text}: {} {}",
                page.status,
                page.body
            );
            let to = page.header("location");
            assert!(
                !to.starts_with("//") && !to.contains("evil"),
                "POST {path} {text}: {to}"
            );
        }
        for path in OPEN_WRITES {
            let page = app.browser().post_once(path, text.to_owned()).await;
            assert!(
                page.status < 500,
                "POST {path} {text}: {} {}",
                page.status,
                page.body
            );
        }
    }
}

/// Looks at what a page says about itself, and at its markup; its nonce.
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
    let (_, nonce) = policy.split_once("'nonce-").expect("a nonce");
    let (nonce, _) = nonce.split_once('\'').expect("a nonce");
    assert!(nonce.len() >= 20, "{nonce}");
    let scripts = page.count("script");
    let with_nonce = page.attributes("script", "nonce");
    assert_eq!(with_nonce.len(), scripts, "{path}");
    assert!(with_nonce.iter().all(|own| own == nonce), "{path}");
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
    Some(nonce.to_owned())
}

async fn first_of(browser: &mut Browser, path: &str) -> String {
    let page = browser.get(path).await;
    page.attribute("a.row", "href").expect("a row")
}

fn browser_origin(app: &TestApp) -> String {
    format!("http://{}", app.address())
}
