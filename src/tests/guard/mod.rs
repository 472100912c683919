//! What stands before every page: the log-in, the guard against other sites, headers, limits.

mod broken;
mod pages;

use reqwest::Method;

use crate::app::{ADA, TestApp};

const ID: &str = "01m7yce00chpahkrcnyw3y790z";

/// Every address that only its person may open, as the router has it.
const PAGES: &[&str] = &[
    "/",
    "/transactions",
    "/transactions/:id",
    "/transactions.csv",
    "/accounts",
    "/accounts/:id",
    "/connections/:id",
    "/connections/:id/calls",
    "/connections/:id/check",
    "/connections/:id/unlink",
    "/accounts/:id/delete",
    "/connections/:id/match",
    "/activity",
    "/link/already",
    "/link/oauth",
    "/link/:id",
    "/link/:id/return",
    "/logo/:id",
    "/settings",
    "/settings/webhooks",
    "/settings/webhooks/:id",
    "/settings/password",
    "/settings/programs",
    "/become-operator",
    "/admin",
    "/admin/users",
    "/admin/connections",
    "/admin/jobs",
    "/admin/jobs/:id",
    "/admin/calls",
    "/admin/usage",
    "/admin/webhooks",
    "/admin/webhooks/refused",
    "/admin/webhooks/:id",
];
const READS: &[&str] = &[
    "/data/overview",
    "/data/connections",
    "/data/account",
    "/data/transactions",
    "/data/transaction",
    "/data/progress",
    "/data/matching",
    "/data/activity",
    "/data/calls",
    "/data/check",
    "/data/webhooks",
    "/data/webhook",
];
const WRITES: &[&str] = &[
    "/forms/link",
    "/forms/link-finished",
    "/forms/link-left",
    "/forms/sync",
    "/forms/ask-bank",
    "/forms/unlink",
    "/forms/not-now",
    "/forms/match-accounts",
    "/forms/forget-account",
    "/forms/check",
    "/forms/put-right",
    "/forms/appearance",
    "/forms/transaction",
    "/forms/webhook-add",
    "/forms/webhook-test",
    "/forms/webhook-again",
    "/forms/webhook-rotate",
    "/forms/webhook-on",
    "/forms/webhook-delete",
    "/forms/log-out",
    "/forms/key",
    "/forms/key-revoked",
    "/forms/tokens-ended",
    "/forms/password",
    "/forms/become-operator",
    "/forms/admin/sync",
    "/forms/admin/end-sessions",
    "/forms/admin/replay",
    "/forms/admin/retry",
    "/forms/admin/cancel",
];
const OPEN: &[&str] = &["/log-in", "/sign-up"];
const OPEN_WRITES: &[&str] = &["/forms/log-in", "/forms/sign-up"];

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
    for path in WRITES.iter().chain(OPEN_WRITES) {
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

fn browser_origin(app: &TestApp) -> String {
    format!("http://{}", app.address())
}
