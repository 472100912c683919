//! What a source is asked for. Of who asks no more is kept than the call needs; a key is in the query, so there is no
//! `Debug`.

use axum::extract::Request;
use axum::http::header;

use crate::api::address;

/// A call.
pub(super) struct Asked {
    pub(super) path: String,
    /// Whether the caller says what program it is.
    pub(super) has_user_agent: bool,
    parts: Vec<String>,
    query: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        let agent = request.headers().get(header::USER_AGENT);
        Self {
            parts: address::segments(&path),
            query: address::query(request.uri().query().unwrap_or_default()),
            has_user_agent: agent.is_some_and(|agent| !agent.is_empty()),
            path,
        }
    }

    /// The parts of the path.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.parts.iter().map(String::as_str).collect()
    }

    /// A field of the query, which may be empty.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}
