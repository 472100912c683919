//! How a provider is called: short, bounded, without following redirects, and without a word of an address in what is
//! said of a failure, because tokens and secrets are in some.

use std::time::Duration;

use oauth2::{HttpRequest, HttpResponse};
use reqwest::header::{ACCEPT, CACHE_CONTROL, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use domain::identity::SignInTrouble;
use domain::secret::Secret;

/// Far more than a profile or a set of keys needs.
const LARGEST_ANSWER: usize = 256 << 10;
/// Somebody looks at an empty page meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);

/// The client that all calls go through.
#[derive(Clone, Debug)]
pub(super) struct Http(Client);

/// An answer of JSON.
pub(super) struct Answer<T> {
    pub(super) body: T,
    /// For how many seconds it may be kept, if it says so.
    pub(super) max_age: Option<u64>,
}

/// No answer, or none that can be read.
#[derive(Debug, thiserror::Error)]
#[error("no answer that can be read")]
pub(super) struct NoAnswer;

impl Http {
    pub(super) fn new() -> Result<Self, String> {
        let json = HeaderValue::from_static("application/json");
        Client::builder()
            .default_headers(HeaderMap::from_iter([(ACCEPT, json)]))
            // A redirect would carry the code and the secret to who knows where.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(PATIENCE)
            .user_agent(concat!("Passbook/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
            .map_err(|_| "the HTTP client cannot be set up".to_owned())
    }

    /// Sends what the `oauth2` crate has put together.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let (parts, body) = request.into_parts();
        let call = self.0.request(parts.method, parts.uri.to_string());
        let (status, headers, body) = answered(call.headers(parts.headers).body(body)).await?;
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    /// Reads JSON. `token` is sent as a bearer's (RFC 6750, 2.1).
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        what: &str,
        url: Url,
        token: Option<&Secret>,
    ) -> Result<Answer<T>, SignInTrouble> {
        let away = |why: String| SignInTrouble::Away(format!("{what}: {why}"));
        let mut call = self.0.get(url);
        if let Some(token) = token {
            call = call.bearer_auth(token.expose());
        }
        let (status, headers, body) = answered(call)
            .await
            .map_err(|none| away(none.to_string()))?;
        if !status.is_success() {
            return Err(away(format!("status {}", status.as_u16())));
        }
        let body = serde_json::from_slice(&body);
        Ok(Answer {
            body: body.map_err(|_| away("not the JSON that is wanted".into()))?,
            max_age: max_age(&headers),
        })
    }
}

async fn answered(call: RequestBuilder) -> Result<(StatusCode, HeaderMap, Vec<u8>), NoAnswer> {
    let mut answer: Response = call.send().await.map_err(|_| NoAnswer)?;
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| NoAnswer)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(NoAnswer);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, headers, body))
}

fn max_age(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(CACHE_CONTROL)?.to_str().ok()?;
    let mut directives = text.split(',').map(str::trim);
    directives.find_map(|one| one.strip_prefix("max-age=")?.parse().ok())
}
