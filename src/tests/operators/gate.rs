//! For anyone but the admin, the admin's pages and forms do not exist: each of them, requested by each kind of visitor,
//! answers like an unknown address. An admin gets somewhere with the same requests.

use reqwest::Method;

use crate::app::{ADA, EVE, GRACE, Person, TestApp};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::registered;

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

/// One of everything that the admin's pages and forms name.
struct Named {
    delivery: String,
    job: String,
    person: String,
    body: String,
}

impl Named {
    /// Links a bank for a person who has none, and registers an app.
    async fn of(app: &TestApp, person: &Person, browser: &mut Browser) -> Self {
        let connection = browser.link(PLATYPUS, "user_good", "pass_good").await;
        app.synced(browser, &connection).await;
        let delivery = super::inbox::first_delivery(app, browser).await.to_string();
        let job = app.texts("SELECT id FROM job").await.remove(0);
        let person = app.user(person).await.id;
        let (client, _) = registered::register(app, "Budget").await;
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("connection", &connection)
            .append_pair("person", person.as_str())
            .append_pair("delivery", &delivery)
            .append_pair("job", &job)
            .append_pair("app", client.id.as_str())
            .append_pair("back", "/admin");
        let body = body.finish();
        Self {
            delivery,
            job,
            person: person.as_str().to_owned(),
            body,
        }
    }

    /// Returns the pages of what is there.
    fn pages(&self) -> Vec<String> {
        let filled = pages().into_iter().map(|path| {
            path.replace("/jobs/1", &format!("/jobs/{}", self.job))
                .replace("/webhooks/1", &format!("/webhooks/{}", self.delivery))
                .replace("/users/1", &format!("/users/{}", self.person))
        });
        filled.collect()
    }
}

/// Returns what a visitor gets: status, `location` and body.
async fn told(
    browser: &mut Browser,
    method: &Method,
    path: &str,
    body: &str,
) -> (u16, String, String) {
    let page = if *method == Method::POST {
        browser.post_once(path, body.to_owned()).await
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
    let mut admin = app.signed_up(&GRACE).await;
    app.grant(&GRACE).await;
    let mut person = app.signed_up(&ADA).await;
    let mut revoked = app.signed_up(&EVE).await;
    app.grant(&EVE).await;
    assert_eq!(revoked.get("/admin").await.status, 200);
    app.revoke(&EVE).await;
    let named = Named::of(&app, &ADA, &mut person).await;
    let pages = named.pages().into_iter().map(|path| (path, Method::GET));
    let all: Vec<_> = pages.chain(functions()).collect();
    for demo in [false, true] {
        if demo {
            let marked = app.ctx().store.mark_demo("ada@example.org").await;
            marked.expect("marked");
        }
        for browser in [&mut person, &mut revoked] {
            for (path, method) in &all {
                let other = match *method {
                    Method::GET => &Method::POST,
                    _ => &Method::GET,
                };
                for method in [method, other] {
                    let nowhere = told(browser, method, "/forms/nowhere/at-all", &named.body).await;
                    assert_eq!((nowhere.0, nowhere.1.as_str()), (404, ""));
                    let there = told(browser, method, path, &named.body).await;
                    assert_eq!(there, nowhere, "{method} {path}");
                }
            }
        }
    }
    for (path, method) in &all {
        let (status, to, _) = told(&mut admin, method, path, &named.body).await;
        let shown = *method == Method::GET && status == 200;
        let done = *method == Method::POST && status == 303 && to.starts_with("/admin");
        assert!(shown || done, "{method} {path}: {status} {to}");
    }
}

#[tokio::test]
async fn nobody_gets_there_without_logging_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in pages() {
        let (status, to, body) = told(&mut browser, &Method::GET, &path, "").await;
        assert_eq!((status, body.as_str()), (303, ""), "{path}");
        assert!(to.starts_with("/log-in?next=%2Fadmin"), "{to}");
    }
    for (path, method) in functions() {
        let (status, to, _) = told(&mut browser, &method, &path, &body()).await;
        assert!(
            status == 401 || to.starts_with("/log-in"),
            "{method} {path}: {status} {to}"
        );
    }
}

#[tokio::test]
async fn operators_get_there() {
    let app = TestApp::start().await;
    let mut browser = app.admin().await;
    let named = Named::of(&app, &GRACE, &mut browser).await;
    for path in named.pages() {
        let page = browser.get(&path).await;
        assert_eq!(
            (page.status, page.path.as_str()),
            (200, path.as_str()),
            "{}",
            page.body
        );
        assert_eq!(page.count("h1"), 1, "{path}");
        assert_eq!(
            page.count(
                "script[src]:not([src='/keys.js'], [src='/copy.js'], [src='/filter.js']), link[rel=modulepreload]"
            ),
            0,
            "{path}"
        );
        let current = page.texts("nav[aria-label=Main] [aria-current=page]");
        assert_eq!(current, ["Admin"], "{path}");
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
    let (app, mut ada, id) = TestApp::linked().await;
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
