//! MX's calls: their names in the record, their paths, and their purpose in words for people.

use reqwest::Method;
use url::Url;

pub(super) const CREATE_USER: &str = "POST /users";
pub(super) const USER: &str = "GET /users/{user}";
pub(super) const DELETE_USER: &str = "DELETE /users/{user}";
pub(super) const INSTITUTIONS: &str = "GET /institutions";
pub(super) const INSTITUTION: &str = "GET /institutions/{institution}";
pub(super) const CREDENTIALS: &str = "GET /institutions/{institution}/credentials";
pub(super) const MEMBERS: &str = "GET /users/{user}/members";
pub(super) const CREATE_MEMBER: &str = "POST /users/{user}/members";
pub(super) const MEMBER: &str = "GET /users/{user}/members/{member}";
pub(super) const UPDATE_MEMBER: &str = "PUT /users/{user}/members/{member}";
pub(super) const DELETE_MEMBER: &str = "DELETE /users/{user}/members/{member}";
pub(super) const STATUS: &str = "GET /users/{user}/members/{member}/status";
pub(super) const CHALLENGES: &str = "GET /users/{user}/members/{member}/challenges";
pub(super) const RESUME: &str = "PUT /users/{user}/members/{member}/resume";
pub(super) const AGGREGATE: &str = "POST /users/{user}/members/{member}/aggregate";
pub(super) const EXTEND_HISTORY: &str = "POST /users/{user}/members/{member}/extend_history";
pub(super) const OAUTH_WINDOW: &str = "GET /users/{user}/members/{member}/oauth_window_uri";
pub(super) const ACCOUNTS: &str = "GET /users/{user}/members/{member}/accounts";
pub(super) const TRANSACTIONS: &str = "GET /users/{user}/members/{member}/transactions";
pub(super) const WIDGET: &str = "POST /users/{user}/widget_urls";

/// Describes in words what a call asks.
#[must_use]
pub fn asked(endpoint: &str) -> &'static str {
    match endpoint {
        CREATE_USER => "Create user",
        USER => "User details",
        DELETE_USER => "Delete user",
        INSTITUTIONS => "Search banks",
        INSTITUTION => "Bank details",
        CREDENTIALS => "Log-in fields",
        MEMBERS => "List of connections",
        CREATE_MEMBER => "Start linking",
        MEMBER => "Connection details",
        UPDATE_MEMBER => "Log in again",
        DELETE_MEMBER => "End the connection",
        STATUS => "Connection status",
        CHALLENGES => "Questions from the bank",
        RESUME => "Send answers to the bank",
        AGGREGATE => "Check the bank for new transactions",
        EXTEND_HISTORY => "Get older transactions",
        OAUTH_WINDOW => "Bank’s log-in page",
        ACCOUNTS => "Accounts and balances",
        TRANSACTIONS => "Transactions by date",
        WIDGET => "Log-in window",
        _ => "Other request",
    }
}

/// Returns a call's method and URL, with the ids in their places. `None` when an id cannot be part of a path.
pub(super) fn to_url(base: &Url, endpoint: &str, ids: &[&str]) -> Option<(Method, Url)> {
    let (method, path) = endpoint.split_once(' ')?;
    let mut url = base.clone();
    let mut ids = ids.iter();
    let mut segments = url.path_segments_mut().ok()?;
    segments.pop_if_empty();
    for segment in path.split('/').skip(1) {
        if segment.starts_with('{') {
            let id = ids.next().filter(|id| can_stand_in_a_path(id))?;
            segments.push(id);
        } else {
            segments.push(segment);
        }
    }
    drop(segments);
    Some((Method::from_bytes(method.as_bytes()).ok()?, url))
}

/// Whether an id can be part of a path. Segments of one or two dots are refused, because they would lead to another
/// path.
fn can_stand_in_a_path(id: &str) -> bool {
    (1..=200).contains(&id.len()) && id != "." && id != ".." && !id.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str, endpoint: &str, ids: &[&str]) -> Option<String> {
        let base = base.parse().expect("an address");
        to_url(&base, endpoint, ids).map(|(method, url)| format!("{method} {url}"))
    }

    #[test]
    fn ids_stand_in_their_places_and_lead_nowhere_else() {
        let status = |ids: &[&str]| url("https://int-api.mx.com", STATUS, ids);
        assert_eq!(
            status(&["person", "MBR-1"]).as_deref(),
            Some("GET https://int-api.mx.com/users/person/members/MBR-1/status")
        );
        assert_eq!(
            url("http://127.0.0.1:1/mx/", CREATE_USER, &[]).as_deref(),
            Some("POST http://127.0.0.1:1/mx/users")
        );
        let escaped = status(&["a/../b?c#d", "%2e%2e"]).expect("an address");
        assert_eq!(
            escaped,
            "GET https://int-api.mx.com/users/a%2F..%2Fb%3Fc%23d/members/%252e%252e/status"
        );
        for odd in ["", ".", "..", "a\nb", &"x".repeat(201)] {
            assert_eq!(status(&["person", odd]), None, "{odd:?}");
        }
        assert_eq!(status(&["person"]), None);
    }

    #[test]
    fn every_call_has_words() {
        for endpoint in [
            CREATE_USER,
            USER,
            DELETE_USER,
            INSTITUTIONS,
            INSTITUTION,
            CREDENTIALS,
            MEMBERS,
            CREATE_MEMBER,
            MEMBER,
            UPDATE_MEMBER,
            DELETE_MEMBER,
            STATUS,
            CHALLENGES,
            RESUME,
            AGGREGATE,
            EXTEND_HISTORY,
            OAUTH_WINDOW,
            ACCOUNTS,
            TRANSACTIONS,
            WIDGET,
        ] {
            assert_ne!(asked(endpoint), "Other request", "{endpoint}");
        }
        assert_eq!(asked("GET /else"), "Other request");
    }
}
