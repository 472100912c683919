//! For anyone but the admin, the admin's pages and forms do not exist: each of them, requested by each kind of visitor,
//! answers like an unknown address.

use reqwest::Method;

use super::{GRACE, grant, revoke};
use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;

const ID: &str = "01m7yce00chpahkrcnyw3y790z";

/// Returns every admin page of the router.
fn pages() -> Vec<String> {
    let routes = leptos_axum::generate_route_list(passbook::app::App);
    let paths = routes.iter().map(|route| route.path().to_owned());
    let ours = paths.filter(|path| path.starts_with("/admin"));
    let pages: Vec<String> = ours.map(|path| path.replace("{id}", "1")).collect();
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

/// Returns every admin form and data address.
fn functions() -> Vec<(String, Method)> {
    let all = leptos::server_fn::axum::server_fn_paths();
    let ours = all.filter(|(path, _)| path.contains("/admin/"));
    let found: Vec<_> = ours
        .map(|(path, method)| (path.to_owned(), method))
        .collect();
    assert!(found.len() > 2, "{found:?}");
    found
}

fn body() -> String {
    format!("connection={ID}&person={ID}&delivery=1&job={ID}&back=/admin")
}

/// Returns what a visitor gets: status, `location` and body.
async fn told(browser: &mut Browser, method: &Method, path: &str) -> (u16, String, String) {
    let page = if *method == Method::POST {
        browser.post_once(path, body()).await
    } else {
        browser.get_once(path).await
    };
    let nonce = page.attribute("script[nonce]", "nonce");
    let body = match nonce {
        Some(nonce) => page.body.replace(&nonce, "NONCE"),
        None => page.body.clone(),
    };
    (page.status, page.header("location").to_owned(), body)
}

#[tokio::test]
async fn everybody_else_is_told_that_nothing_is_there() {
    let app = TestApp::start().await;
    app.signed_up(&GRACE).await;
    grant(&app, &GRACE).await;
    let mut person = app.signed_up(&ADA).await;
    let mut revoked = app.signed_up(&EVE).await;
    grant(&app, &EVE).await;
    assert_eq!(revoked.get("/admin").await.status, 200);
    revoke(&app, &EVE).await;
    let all: Vec<_> = pages()
        .into_iter()
        .map(|path| (path, Method::GET))
        .chain(functions())
        .collect();
    for demo in [false, true] {
        if demo {
            let marked = app.ctx().store.mark_demo("ada@example.org").await;
            marked.expect("marked");
        }
        for browser in [&mut person, &mut revoked] {
            for (path, method) in &all {
                let nowhere = told(browser, method, "/forms/nowhere/at-all").await;
                assert_eq!((nowhere.0, nowhere.1.as_str()), (404, ""));
                assert_eq!(
                    told(browser, method, path).await,
                    nowhere,
                    "{method} {path}"
                );
                let other = if *method == Method::GET {
                    Method::POST
                } else {
                    Method::GET
                };
                let nowhere = told(browser, &other, "/forms/nowhere/at-all").await;
                assert_eq!(told(browser, &other, path).await, nowhere, "{other} {path}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_there_without_logging_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in pages() {
        let (status, to, body) = told(&mut browser, &Method::GET, &path).await;
        assert_eq!((status, body.as_str()), (303, ""), "{path}");
        assert!(to.starts_with("/log-in?next=%2Fadmin"), "{to}");
    }
    for (path, method) in functions() {
        let (status, to, _) = told(&mut browser, &method, &path).await;
        assert!(
            status == 401 || to.starts_with("/log-in"),
            "{method} {path}: {status} {to}"
        );
    }
}

#[tokio::test]
async fn operators_get_there() {
    let app = TestApp::start().await;
    let mut browser = super::operator(&app).await;
    // The built-in bank reports a link by webhook, so the page of a webhook has something to show.
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    super::inbox::first_delivery(&app, &mut browser).await;
    let job = app.texts("SELECT id FROM job").await.remove(0);
    for path in pages() {
        let path = path.replace("/jobs/1", &format!("/jobs/{job}"));
        let page = browser.get(&path).await;
        assert_eq!(
            (page.status, page.path.as_str()),
            (200, path.as_str()),
            "{}",
            page.body
        );
        assert_eq!(page.count("h1"), 1, "{path}");
        assert_eq!(
            page.count("script[src], link[rel=modulepreload]"),
            0,
            "{path}"
        );
        let current = page.texts("nav[aria-label=Main] [aria-current=page]");
        assert_eq!(current, ["Admin"], "{path}");
    }
    for (path, method) in functions() {
        let (status, _, _) = told(&mut browser, &method, &path).await;
        assert!(status == 303 || status == 404, "{path}: {status}");
    }
}

#[tokio::test]
async fn no_way_to_write_a_path_gets_past() {
    let app = TestApp::start().await;
    let mut person = app.signed_up(&ADA).await;
    for path in [
        "/admin/",
        "//admin",
        "/admin//users",
        "/%61dmin",
        "/%61dmin/users",
        "/admin%2Fusers",
        "/ADMIN",
        "/admin/..%2fadmin/users",
        "/admin/./users",
        "/become-operator/../admin",
        "/transactions/..%2f..%2fadmin",
        "/admin;x=y",
        "/admin?next=/admin",
        "/admin/users?after=zz",
    ] {
        let page = person.get(path).await;
        assert_eq!(
            (page.status, page.text("h1").as_str()),
            (404, "Page not found"),
            "{path}"
        );
    }
    for path in [
        "/forms//admin/sync",
        "/forms/admin/sync/",
        "/forms/%61dmin/sync",
    ] {
        let page = person.post_once(path, body()).await;
        assert_eq!(page.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_others_send_to_the_forms_changes_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let id = ada.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut ada, &id).await;
    let delivery = super::inbox::first_delivery(&app, &mut ada)
        .await
        .to_string();
    let mut eve = app.signed_up(&EVE).await;
    let books = app.books().await;
    let asked = "SELECT SUM(requested) FROM job";
    let person = books
        .texts("SELECT id FROM person WHERE email_folded = 'ada@example.org'")
        .await;
    let before = books.number(asked).await;
    for (path, _) in functions() {
        let fields = [
            ("connection", id.as_str()),
            ("person", &person[0]),
            ("delivery", &delivery),
        ];
        assert_eq!(eve.post(&path, &fields).await.status, 404, "{path}");
    }
    assert_eq!(books.number(asked).await, before);
    assert_eq!(books.number("SELECT COUNT(*) FROM webhook_replay").await, 0);
    assert_eq!(ada.get("/").await.path, "/", "still logged in");
}
