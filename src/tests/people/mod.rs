//! Signing up, logging in, staying logged in.

mod apps;
mod cookies;
mod devices;
mod entries;
pub mod invitations;
mod log_in;
mod queue;
mod sessions;
mod sign_up;
mod throttle;

use reqwest::Method;

use crate::browser::Browser;
use crate::page::Page;

/// What a form of a throttled person says.
fn is_throttled(page: &Page) -> bool {
    page.text("[role=alert]").starts_with("Too many attempts.")
}

/// Sends a form from an address, through a proxy that is trusted.
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

/// What a form that was refused says, by field.
fn problems(page: &Page) -> Vec<(String, String)> {
    let wrong = page.attributes("[aria-invalid=true]", "name");
    let said = |name: String| {
        let sentence = page.text(&format!("#{name}-problem"));
        (name, sentence)
    };
    wrong.into_iter().map(said).collect()
}
