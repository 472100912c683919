//! Calls to identity providers. Errors never contain a URL, because some URLs contain tokens and secrets.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use oauth2::{HttpRequest, HttpResponse};
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::bounded::{body, json_client};
use domain::identity::SignInError;
use domain::secret::Secret;

/// Far more than a profile or a set of keys needs, in bytes.
const LARGEST_ANSWER: usize = 256 << 10;
/// The timeout of a call. A person is waiting at an empty page.
const PATIENCE: Duration = Duration::from_secs(10);

/// The HTTP client for all calls.
#[derive(Clone, Debug)]
pub(super) struct Http(Client);

/// A JSON response.
pub(super) struct Answer<T> {
    pub(super) body: T,
    /// For how many seconds it may be cached, if it says so.
    pub(super) max_age: Option<u64>,
}

/// There was no response, or it cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("no answer that can be read")]
pub(super) struct NoAnswer;

impl Http {
    pub(super) fn new() -> Result<Self, String> {
        json_client(PATIENCE).map(Self)
    }

    /// Sends a request that the `oauth2` crate has built.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let (parts, body) = request.into_parts();
        let call = self.0.request(parts.method, parts.uri.to_string());
        let (status, headers, body) = answered(call.headers(parts.headers).body(body)).await?;
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    /// Fetches JSON. `token` is sent as a bearer token (RFC 6750, 2.1).
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        what: &str,
        url: Url,
        token: Option<&Secret>,
    ) -> Result<Answer<T>, SignInError> {
        let unavailable = |why: String| SignInError::Unavailable(format!("{what}: {why}"));
        let mut call = self.0.get(url);
        if let Some(token) = token {
            call = call.bearer_auth(token.expose());
        }
        let (status, headers, body) = answered(call)
            .await
            .map_err(|none| unavailable(none.to_string()))?;
        if !status.is_success() {
            return Err(unavailable(format!("status {}", status.as_u16())));
        }
        let body = serde_json::from_slice(&body);
        Ok(Answer {
            body: body.map_err(|_| unavailable("not the JSON that is wanted".into()))?,
            max_age: max_age(&headers),
        })
    }
}

async fn answered(call: RequestBuilder) -> Result<(StatusCode, HeaderMap, Vec<u8>), NoAnswer> {
    let mut answer = call.send().await.map_err(|_| NoAnswer)?;
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let body = body(answer, LARGEST_ANSWER).await.ok_or(NoAnswer)?;
    Ok((status, headers, body))
}

fn max_age(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(CACHE_CONTROL)?.to_str().ok()?;
    let mut directives = text.split(',').map(str::trim);
    directives.find_map(|one| one.strip_prefix("max-age=")?.parse().ok())
}

/// Locks a value. The lock is held only to read or replace it, never across an await.
pub(super) fn held<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
