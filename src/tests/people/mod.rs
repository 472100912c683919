//! Signing up, logging in, staying logged in.

mod apps;
mod cookies;
mod deleting;
mod devices;
mod entries;
pub mod invitations;
mod log_in;
mod logins;
mod profile;
mod queue;
mod sessions;
mod sign_up;
mod throttle;

use reqwest::Method;

use crate::browser::Browser;
use crate::page::Page;

/// Returns whether the page says that there were too many attempts.
fn is_throttled(page: &Page) -> bool {
    page.text("[role=alert]").starts_with("Too many attempts.")
}

/// Posts a form from this address, through a trusted proxy.
async fn post_from(
    browser: &mut Browser,
    address: &str,
    path: &str,
    fields: &[(&str, &str)],
) -> Page {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(fields).finish();
    let headers = [
        ("x-forwarded-for", address),
        ("sec-fetch-site", "same-origin"),
    ];
    let page = browser.ask(Method::POST, path, Some(body), &headers).await;
    browser.follow(page).await
}

/// Returns the error messages of a refused form, by field.
fn problems(page: &Page) -> Vec<(String, String)> {
    let wrong = page.attributes("[aria-invalid=true]", "name");
    let said = |name: String| {
        let sentence = page.text(&format!("#{name}-problem"));
        (name, sentence)
    };
    wrong.into_iter().map(said).collect()
}
