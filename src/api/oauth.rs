//! The OAuth endpoints for registered apps' servers: exchange, refresh, revocation, introspection and metadata (RFC
//! 6749, 7009, 7662, 8414). Bodies are forms, and errors have OAuth's format, as OAuth libraries expect.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use routes::Routes;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::Door;
use crate::auth::oauth::{self, OAuthError};
use crate::context::ReachedAt;
use domain::access::Scope;
use domain::client::Client;
use domain::secret::Secret;

/// The largest body, in bytes. A code, a verifier and an address are far smaller.
const LARGEST: usize = 16 << 10;
/// The known fields of a form. Others are ignored, and may be repeated.
const KNOWN: [&str; 9] = [
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "grant_type",
    "redirect_uri",
    "refresh_token",
    "scope",
    "token",
];

/// Returns the endpoints, and the metadata document that describes them.
pub(super) fn routes() -> Routes<Door> {
    Routes::new()
        .post("/oauth/token", token)
        .post("/oauth/revoke", revoke)
        .post("/oauth/introspect", introspect)
        .get("/.well-known/oauth-authorization-server", metadata)
}

/// A form, and the app that sent it.
struct Sent {
    client: Client,
    fields: Fields,
}

/// The fields of a form, each at most once.
struct Fields(Vec<(String, Secret)>);

impl Fields {
    fn read(body: &[u8]) -> Result<Self, OAuthError> {
        let pairs = form_urlencoded::parse(body).into_owned();
        let mut fields: Vec<(String, Secret)> = Vec::new();
        for (name, value) in pairs.filter(|(name, _)| KNOWN.contains(&name.as_str())) {
            if fields.iter().any(|it| it.0 == name) {
                return Err(OAuthError::InvalidRequest("a parameter is repeated"));
            }
            fields.push((name, Secret::new(value)));
        }
        Ok(Self(fields))
    }

    /// Returns a field; `None` when it is absent or empty.
    fn get(&self, name: &str) -> Option<&Secret> {
        let field = self.0.iter().find(|(key, _)| key == name);
        field
            .map(|(_, value)| value)
            .filter(|value| !value.expose().is_empty())
    }

    fn wanted(&self, name: &str, missing: &'static str) -> Result<&Secret, OAuthError> {
        self.get(name).ok_or(OAuthError::InvalidRequest(missing))
    }
}

/// An error response of OAuth.
struct Refused(OAuthError);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = match &error {
            OAuthError::InvalidClient => StatusCode::UNAUTHORIZED,
            OAuthError::Server(cause) => {
                tracing::error!(
                    error = cause as &dyn std::error::Error,
                    "an app’s request failed"
                );
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": error.code(), "error_description": error.to_string() });
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"Passbook\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}

/// Reads a form and authenticates the app that sent it: by `Basic` or by fields, but not both (RFC 6749, 2.3).
async fn read(door: &Door, request: Request) -> Result<Sent, Refused> {
    sent(door, request).await.map_err(Refused)
}

async fn sent(door: &Door, request: Request) -> Result<Sent, OAuthError> {
    let (parts, body) = request.into_parts();
    if parts.uri.query().is_some() {
        return Err(OAuthError::InvalidRequest(
            "send all parameters in the body",
        ));
    }
    if !is_form(&parts.headers) {
        let wanted = "send an application/x-www-form-urlencoded body";
        return Err(OAuthError::InvalidRequest(wanted));
    }
    let body = to_bytes(body, LARGEST).await;
    let body = body.map_err(|_| OAuthError::InvalidRequest("the body is too large"))?;
    let fields = Fields::read(&body)?;
    let client = match basic(&parts.headers)? {
        Some(_) if fields.get("client_secret").is_some() => {
            return Err(OAuthError::InvalidRequest("authenticate in one way only"));
        }
        Some((id, _)) if fields.get("client_id").is_some_and(|it| it.expose() != id) => {
            return Err(OAuthError::InvalidRequest("authenticate in one way only"));
        }
        Some((id, secret)) => {
            // An app without a secret may send an empty one (RFC 6749, 2.3.1).
            let secret = Some(&secret).filter(|secret| !secret.expose().is_empty());
            oauth::authenticate(&door.ctx, &id, secret).await?
        }
        None => {
            let id = fields.get("client_id").ok_or(OAuthError::InvalidClient)?;
            oauth::authenticate(&door.ctx, id.expose(), fields.get("client_secret")).await?
        }
    };
    Ok(Sent { client, fields })
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    kind.trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Returns the id and secret from `Basic`, each form-encoded (RFC 6749, 2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, Secret)>, OAuthError> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (all.next(), all.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value,
        _ => return Err(OAuthError::InvalidClient),
    };
    let pair = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded.trim()).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (id, secret) = text.split_once(':')?;
        let plain = |text: &str| {
            let pair = format!("v={}", text.replace('&', "%26"));
            form_urlencoded::parse(pair.as_bytes())
                .next()
                .map(|(_, it)| it.into_owned())
        };
        let pair = (plain(id)?, Secret::new(plain(secret)?));
        scheme.eq_ignore_ascii_case("basic").then_some(pair)
    };
    pair().map(Some).ok_or(OAuthError::InvalidClient)
}

async fn token(State(door): State<Door>, request: Request) -> Result<Response, Refused> {
    let Sent { client, fields } = read(&door, request).await?;
    let given = give(&door, &client, &fields).await;
    given.map_err(Refused)
}

async fn give(door: &Door, client: &Client, fields: &Fields) -> Result<Response, OAuthError> {
    let kind = fields.wanted("grant_type", "grant_type is missing")?;
    let tokens = match kind.expose() {
        "authorization_code" => {
            let code = fields.wanted("code", "code is missing")?;
            let uri = fields.wanted("redirect_uri", "redirect_uri is missing")?;
            let verifier = fields.wanted("code_verifier", "code_verifier is missing")?;
            let (ctx, keys) = (&door.ctx, &door.keys);
            oauth::exchange(ctx, keys, client, code, uri.expose(), verifier).await?
        }
        "refresh_token" => {
            let token = fields.wanted("refresh_token", "refresh_token is missing")?;
            let scope = fields.get("scope").map(Secret::expose);
            oauth::refresh(&door.ctx, &door.keys, client, token, scope).await?
        }
        _ => return Err(OAuthError::UnsupportedGrantType),
    };
    Ok(unkept(json!({
        "access_token": tokens.pair.access.expose(),
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.pair.refresh.expose(),
        "scope": tokens.scopes.words(),
    })))
}

async fn revoke(State(door): State<Door>, request: Request) -> Result<Response, Refused> {
    let Sent { client, fields } = read(&door, request).await?;
    let done = async {
        let token = fields.wanted("token", "token is missing")?;
        oauth::revoke(&door.ctx, &door.keys, &client, token).await
    };
    done.await.map_err(Refused)?;
    Ok(StatusCode::OK.into_response())
}

/// An app without a secret cannot prove who it is, so it learns nothing.
async fn introspect(
    State(door): State<Door>,
    Extension(ReachedAt(here)): Extension<ReachedAt>,
    request: Request,
) -> Result<Response, Refused> {
    let Sent { client, fields } = read(&door, request).await?;
    if !client.confidential {
        return Err(Refused(OAuthError::InvalidClient));
    }
    let asked = async {
        let token = fields.wanted("token", "token is missing")?;
        oauth::introspect(&door.ctx, &door.keys, &client, token).await
    };
    let known = asked.await.map_err(Refused)?;
    let Some(known) = known else {
        return Ok(unkept(json!({ "active": false })));
    };
    let mut told = json!({
        "active": true,
        "scope": known.scopes.words(),
        "client_id": client.id.as_str(),
        "sub": known.sub,
        "iat": known.iat,
        "exp": known.exp,
        "iss": here,
    });
    if known.is_access {
        told["token_type"] = "Bearer".into();
    }
    if let Some(name) = known.username {
        told["username"] = name.into();
    }
    Ok(unkept(told))
}

fn unkept(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn metadata(Extension(ReachedAt(here)): Extension<ReachedAt>) -> Json<Value> {
    let ways = ["client_secret_basic", "client_secret_post", "none"];
    Json(json!({
        "issuer": here,
        "authorization_endpoint": format!("{here}/oauth/authorize"),
        "token_endpoint": format!("{here}/oauth/token"),
        "revocation_endpoint": format!("{here}/oauth/revoke"),
        "introspection_endpoint": format!("{here}/oauth/introspect"),
        "service_documentation": format!("{here}/api/docs"),
        "scopes_supported": Scope::ALL.map(Scope::word),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_methods_supported": ways,
        "introspection_endpoint_auth_methods_supported": &ways[..2],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}
