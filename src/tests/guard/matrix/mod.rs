//! Who may open and send what: every address of the router, times every kind of visitor. The API's own operations,
//! times every kind of token, are in `api::matrix`.

mod hostile;
mod owner;

use reqwest::Method;

use super::routes::{For, ID, of};
use crate::api::ApiClient;
use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::page::Page;
use owner::Owner;

/// Returns what a visitor sees, without what is new in each response and without the ids in the request.
fn told(page: &Page, ids: &[String]) -> (u16, String, String) {
    let nonce = page.attribute("script[nonce]", "nonce").unwrap_or_default();
    let number = page.header("x-request-id").to_owned();
    let new = [nonce, number].into_iter().filter(|word| !word.is_empty());
    let mut told = (page.header("location").to_owned(), page.body.clone());
    for word in new.chain(ids.iter().cloned()) {
        told = (told.0.replace(&word, "-"), told.1.replace(&word, "-"));
    }
    (page.status, told.0, told.1)
}

/// Sends one request as one of our pages would.
async fn ask(browser: &mut Browser, method: &Method, path: &str, body: &str) -> Page {
    match *method {
        Method::GET => browser.get_once(path).await,
        Method::POST => browser.post_once(path, body.to_owned()).await,
        _ => panic!("{method} {path}: no page sends that"),
    }
}

/// Returns visitors who must not be let in: one without a log-in, one for each way in which a session ends, and
/// programs, whose tokens and keys are for the API only.
async fn outsiders(app: &TestApp, owner: &Owner) -> Vec<(&'static str, Browser)> {
    let mut logged_out = app.logged_in(&ADA).await;
    let cookies = logged_out.cookies.clone();
    let page = logged_out.get("/settings").await;
    let form = page.form("form[action='/forms/log-out']");
    logged_out.send(&form).await;
    logged_out.cookies = cookies;
    let revoked = app.logged_in(&ADA).await;
    let mut grace = app.admin().await;
    let fields = [("person", owner.person.as_str()), ("back", "/admin/users")];
    let page = grace.post("/forms/admin/end-sessions", &fields).await;
    assert_eq!(page.status, 200);
    let mut with_token = app.browser();
    let mut program = ApiClient::new(app);
    program.log_in(&ADA).await;
    with_token.bearer = program.bearer;
    let mut with_key = app.browser();
    let key = owner.key(app).await;
    let read = ApiClient::new(app).with(&key).get("/accounts").await;
    assert_eq!(read.status, 200, "the key is good where keys are");
    with_key.bearer = Some(key);
    vec![
        ("nobody", app.browser()),
        ("logged out", logged_out),
        ("revoked", revoked),
        ("expired", owner.expired.clone()),
        ("a token", with_token),
        ("a key", with_key),
    ]
}

#[tokio::test]
async fn nobody_gets_in_without_a_session_that_stands() {
    let app = TestApp::start().await;
    let owner = Owner::start(&app).await;
    let outsiders = outsiders(&app, &owner).await;
    let closed = [of(&app, For::Person), of(&app, For::Operator)].concat();
    let before = owner::at_rest(&app).await;
    for (who, mut browser) in outsiders {
        for (method, path) in &closed {
            let (path, body) = (owner::path(path, &owner.ids), owner::body(path, &owner.ids));
            let page = ask(&mut browser, method, &path, &body).await;
            let to = page.header("location");
            let what = format!("{who}: {method} {path}: {} {to}", page.status);
            if path.starts_with("/data/") {
                let told = (page.status, page.body.as_str());
                assert_eq!(told, (401, "Log in first."), "{what}");
            } else {
                assert_eq!((page.status, page.body.as_str()), (303, ""), "{what}");
                let to_log_in = to == "/log-in" || to.starts_with("/log-in?next=");
                assert!(to_log_in, "{what}");
            }
        }
    }
    before.is_unchanged().await;
}

#[tokio::test]
async fn what_is_another_persons_answers_as_if_it_were_not_there() {
    let app = TestApp::start().await;
    let owner = Owner::start(&app).await;
    let mut eve = app.signed_up(&EVE).await;
    let unknown = vec![ID.to_owned(); owner.ids.len()];
    let before = owner::at_rest(&app).await;
    let (mut asked_for, mut named) = (0, 0);
    for (method, path) in of(&app, For::Person) {
        let asked = |ids: &[String]| (owner::path(&path, ids), owner::body(&path, ids));
        let (hers, nobodys) = (asked(&owner.ids), asked(&unknown));
        asked_for += 1;
        let about_oneself = owner::ABOUT_ONESELF.contains(&path.as_str());
        let names_an_id = if method == Method::POST {
            !about_oneself
        } else {
            hers.0 != nobodys.0
        };
        if !names_an_id {
            continue;
        }
        named += 1;
        let of_hers = ask(&mut eve, &method, &hers.0, &hers.1).await;
        let of_nobodys = ask(&mut eve, &method, &nobodys.0, &nobodys.1).await;
        assert_eq!(of_hers.status, 404, "{method} {path}");
        assert_eq!(
            told(&of_hers, &owner.ids),
            told(&of_nobodys, &unknown),
            "{method} {path} tells that the id is somebody's"
        );
    }
    assert!(asked_for > named && named > 30, "{named} of {asked_for}");
    before.is_unchanged().await;
}

/// The counterpart of the tests above, which would prove nothing if these addresses failed for everyone.
#[tokio::test]
async fn whoever_is_logged_in_opens_every_page_and_sends_every_form() {
    let app = TestApp::with(&[("PLAID_PAID_REFRESH", "on")]).await;
    let mut owner = Owner::start(&app).await;
    let mut all = of(&app, For::Person);
    all.retain(|(_, path)| !owner::OF_WHAT_IS_GONE.contains(&path.as_str()));
    all.sort_by_key(|(method, path)| (*method == Method::POST, owner::ends(path)));
    for (method, path) in all {
        let (filled, body) = (
            owner::path(&path, &owner.ids),
            owner::body(&path, &owner.ids),
        );
        let page = ask(&mut owner.browser, &method, &filled, &body).await;
        let to = page.header("location");
        let leads_in = path == "/forms/log-out" || !to.starts_with("/log-in");
        let what = format!("{method} {filled}: {} {to}: {}", page.status, page.body);
        assert!((200..400).contains(&page.status) && leads_in, "{what}");
    }
    assert_eq!(
        owner.browser.get("/").await.path,
        "/log-in",
        "and out again"
    );
}

#[tokio::test]
async fn a_session_opens_nothing_of_the_api() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    for (method, path) in of(&app, For::Program) {
        if path.ends_with("/register") || path.ends_with("/token") || path.ends_with("/refresh") {
            continue;
        }
        let path = path.replace("{id}", ID).replace("{delivery}", ID);
        let headers = [
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
        ];
        let page = ada.ask(method.clone(), &path, None, &headers).await;
        assert_eq!(page.status, 401, "{method} {path}: {}", page.body);
    }
}
