//! A request to a source of rates. It has no `Debug`, because the query contains a key, and it keeps no more about the
//! caller than the call needs.

use axum::extract::Request;
use axum::http::header;

use crate::api::address;

/// A parsed request.
pub(super) struct Asked {
    pub(super) path: String,
    /// Whether the caller sent a `User-Agent`.
    pub(super) has_user_agent: bool,
    parts: Vec<String>,
    query: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn from_request(request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        let agent = request.headers().get(header::USER_AGENT);
        Self {
            parts: address::segments(&path),
            query: address::query(request.uri().query().unwrap_or_default()),
            has_user_agent: agent.is_some_and(|agent| !agent.is_empty()),
            path,
        }
    }

    /// The segments of the path.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.parts.iter().map(String::as_str).collect()
    }

    /// Returns a query field, which may be empty.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}
