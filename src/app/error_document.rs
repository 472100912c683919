//! Whole HTML documents for errors outside any page, such as a rejected form or a body that is too large.

use axum::http::StatusCode;
use leptos::prelude::*;

use super::error::PageError;
use crate::document::document;

/// Returns the document for a status, or for `error` if it is known. Server errors show `request_id`, under which the
/// request was logged.
#[must_use]
pub fn error_document(
    status: StatusCode,
    error: Option<PageError>,
    stylesheet: &'static str,
    request_id: Option<&str>,
) -> String {
    let (heading, advice) = match error {
        Some(error) => (error.heading(), error.advice()),
        None => words(status),
    };
    let number = request_id
        .filter(|_| status.is_server_error())
        .map(|id| format!("Request {id}"));
    let body = view! {
        <p>{advice}</p>
        {number.map(|number| view! { <p class="soft">{number}</p> })}
        <p><a class="button" href="/">"Go to overview"</a></p>
    };
    alone(heading, body, stylesheet)
}

/// Returns the answer to a log-in sent over plain http although the public address is https. Browsers keep no session
/// cookie there, so the log-in cannot work.
#[must_use]
pub fn https_document(public_url: &str, stylesheet: &'static str) -> String {
    let address = format!("{public_url}/log-in");
    let body = view! {
        <p>
            "You weren’t logged in. This Passbook works over https only, and your browser sent the form without it, so it can’t keep you logged in."
        </p>
        <p>
            "Your password was sent unencrypted. If you don’t trust the network that you’re on, change your password after logging in."
        </p>
        <p><a class="button" href=address>"Log in over https"</a></p>
    };
    alone("Use https to log in", body, stylesheet)
}

fn alone(heading: &'static str, body: impl IntoView, stylesheet: &'static str) -> String {
    let body = view! {
        <main class="alone">
            <div class="sheet">
                <h1 class="title">{heading}</h1>
                {body}
            </div>
        </main>
    };
    document(heading, Some(stylesheet), body)
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    let known = [
        PageError::NotLoggedIn,
        PageError::NotFound,
        PageError::NoLongerLinked,
        PageError::Unreadable,
        PageError::BankAway,
    ];
    if let Some(error) = known.into_iter().find(|error| error.status() == status) {
        return (error.heading(), error.advice());
    }
    match status {
        StatusCode::FORBIDDEN => (
            "We couldn’t accept that",
            "The form came from another website. Go back to Passbook and try again. Nothing was changed.",
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            "Too many requests",
            "Too many forms were sent from your network. Wait a minute and try again.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That’s too large",
            "Go back and send less. Nothing was changed.",
        ),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
            "That took too long",
            "Your data is safe. Try again in a minute.",
        ),
        status if status.is_client_error() => (
            PageError::Unreadable.heading(),
            PageError::Unreadable.advice(),
        ),
        _ => (PageError::Failed.heading(), PageError::Failed.advice()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_logs_in_over_plain_http_is_led_to_https() {
        let html = https_document("https://money.example.org", "/style.css");
        assert!(
            html.contains("href=\"https://money.example.org/log-in\""),
            "{html}"
        );
    }

    #[test]
    fn every_error_has_words_and_only_ours_a_number() {
        for code in 400..600 {
            let status = StatusCode::from_u16(code).expect("a status");
            let html = error_document(status, None, "/style.css", Some("42<"));
            assert!(
                html.starts_with("<!DOCTYPE html><html lang=\"en\">"),
                "{html}"
            );
            assert_eq!(html.contains("Request 42&lt;"), code >= 500, "{code}");
        }
    }
}
