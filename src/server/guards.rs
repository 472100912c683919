//! Access control: refuses requests from other sites and from people who are not logged in.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tower::ServiceExt;
use tower_sessions::Session;

use super::client_address::{self, Scheme};
use super::{error_pages, request_id};
use crate::api::Limits;
use crate::api::error::{ApiError, Kind};
use crate::app::visit_of;
use crate::auth;
use crate::context::{ClientAddress, Ctx};
use domain::user::User;

/// The paths that need no log-in.
const PUBLIC: [&str; 25] = [
    "/log-in",
    "/sign-up",
    "/forms/log-in",
    "/forms/log-in-demo",
    "/forms/log-in-code",
    "/forms/sign-up",
    "/sign-in",
    "/sign-in/google",
    "/sign-in/facebook",
    "/sign-in/oidc",
    "/sign-up/complete",
    "/log-in/connect",
    "/log-in/code",
    "/reset-password",
    "/reset-password/new",
    "/forms/reset-password",
    "/forms/new-password",
    "/forms/sign-in",
    "/forms/complete-profile",
    "/forms/connect-account",
    "/data-deletion",
    "/rates/live",
    "/rates/history",
    "/data/live-rates",
    "/data/rate-history",
];
/// The forms that begin a session, or set the password for one.
const LOG_IN_FORMS: [&str; 9] = [
    "/forms/log-in",
    "/forms/log-in-demo",
    "/forms/log-in-code",
    "/forms/sign-up",
    "/forms/sign-in",
    "/forms/complete-profile",
    "/forms/connect-account",
    "/forms/reset-password",
    "/forms/new-password",
];

/// Admits people who are logged in, and adds them to the request.
pub(super) async fn gate(
    State(ctx): State<Ctx>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let visit = visit_of(request.headers(), request.extensions().get());
    match auth::session::viewer(&ctx, &session, &visit).await {
        Ok(Some(user)) => {
            let path = request.uri().path();
            if user.lacks_two_step(ctx.config.two_step_required) && !sets_up_two_step(path) {
                return to_set_up(path);
            }
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Ok(None) if PUBLIC.contains(&request.uri().path()) => next.run(request).await,
        Ok(None) => refuse(request.method(), request.uri()),
        // The reason has been logged; failing open would be worse.
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The database isn’t responding. Try again in a minute.",
        )
            .into_response(),
    }
}

/// Whether a path is needed to set up two-step verification, or to log out instead.
fn sets_up_two_step(path: &str) -> bool {
    let needed = [
        "/confirm",
        "/forms/confirm",
        "/forms/log-out",
        "/forms/two-step-on",
        "/forms/two-step-set-up",
        "/settings/two-step",
        "/settings/two-step/set-up",
    ];
    needed.contains(&path) || PUBLIC.contains(&path)
}

fn to_set_up(path: &str) -> Response {
    if path.starts_with("/data/") {
        return (StatusCode::FORBIDDEN, "Set up two-step verification first.").into_response();
    }
    Redirect::to("/settings/two-step").into_response()
}

/// The most forms a minute from one address without a log-in. A refused form leaves a session behind, so it is counted
/// before anything else is checked.
pub(super) const ANONYMOUS_FORMS: u32 = 60;

/// Counts forms of people who are not logged in, by address.
pub(super) async fn count_anonymous_forms(
    State((ctx, limits)): State<(Ctx, Arc<Limits>)>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() || request.extensions().get::<User>().is_some() {
        return next.run(request).await;
    }
    let address = request.extensions().get::<ClientAddress>();
    let address = address.map_or("unknown", |address| address.0.as_str());
    match limits.count_address(address, ctx.clock.now().as_millisecond()) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let wait = [(header::RETRY_AFTER, HeaderValue::from(wait))];
            (
                StatusCode::TOO_MANY_REQUESTS,
                wait,
                "Too many requests. Try again in a minute.",
            )
                .into_response()
        }
    }
}

/// The largest form that is accepted without a log-in, in bytes: one with a password and a few names.
const LARGEST_ANONYMOUS_FORM: usize = 16 << 10;

/// Refuses large forms of people who are not logged in.
pub(super) async fn small_anonymous_forms(request: Request, next: Next) -> Response {
    if request.method().is_safe() || request.extensions().get::<User>().is_some() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut limited = Request::new(body);
    DefaultBodyLimit::max(LARGEST_ANONYMOUS_FORM).apply(&mut limited);
    match Bytes::from_request(limited, &()).await {
        Ok(form) => next.run(Request::from_parts(parts, Body::from(form))).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Answers requests for the admin's pages and forms as if they did not exist, unless an operator asks. `nothing` gives
/// that answer. Whether the person is an operator has been read for this very request.
pub(super) async fn operators_only(
    State(nothing): State<Router>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let user = request.extensions().get::<User>();
    if !is_for_operators(path) || user.is_some_and(User::is_operator) {
        return next.run(request).await;
    }
    let user = user.map(|user| user.id.as_str());
    tracing::warn!(
        user,
        path = request_id::logged(path),
        "a person who is not an admin requested an admin page"
    );
    // The pages' own router would recognize the path and draw the page.
    *request.uri_mut() = Uri::from_static("/nothing");
    nothing.oneshot(request).await.into_response()
}

fn is_for_operators(path: &str) -> bool {
    let below = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    below("/admin") || below("/forms/admin") || below("/data/admin")
}

fn refuse(method: &Method, uri: &Uri) -> Response {
    if uri.path().starts_with("/data/") {
        return (StatusCode::UNAUTHORIZED, "Log in first.").into_response();
    }
    if method == Method::GET && uri.path() != "/" {
        let wanted = uri.path_and_query().map_or("/", |p| p.as_str());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", wanted)
            .finish();
        return Redirect::to(&format!("/log-in?{query}")).into_response();
    }
    Redirect::to("/log-in").into_response()
}

/// Refuses writes that another site makes its visitors' browsers send. Browsers say where a request comes from; a
/// request that does not say comes from no browser, and carries no person's cookie.
pub(super) async fn same_site_only(
    State(ctx): State<Ctx>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let scheme = Scheme::from_headers(peer.ip(), request.headers(), &ctx.config);
    from_ours_only(&ctx.config.base_url(), scheme, request, next).await
}

/// Refuses such writes for any of our listeners; `ours` and `scheme` say how browsers reach it.
pub(super) async fn from_ours_only(
    ours: &str,
    scheme: Scheme,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || is_ours(request.headers(), ours, scheme) {
        return next.run(request).await;
    }
    tracing::info!(
        path = request_id::logged(request.uri().path()),
        "a write from another site was rejected"
    );
    (
        StatusCode::FORBIDDEN,
        "This form came from another website. Go back to Passbook and try again. Nothing was changed.",
    )
        .into_response()
}

/// Refuses WebSockets opened by pages of other sites, which browsers allow (RFC 6455, 10.2). Sites that may call the
/// API may open them too.
pub(super) async fn own_sockets_only(
    State(ctx): State<Ctx>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    if !headers.contains_key(header::UPGRADE) || is_api_origin(headers, &ctx).await {
        return next.run(request).await;
    }
    let scheme = Scheme::from_headers(peer.ip(), headers, &ctx.config);
    if is_ours(headers, &ctx.config.base_url(), scheme) {
        return next.run(request).await;
    }
    tracing::info!("a WebSocket from another site was rejected");
    let words =
        "Only this site, registered apps and the origins in PASSBOOK_API_ORIGINS can open this.";
    ApiError::saying(Kind::Forbidden, words).into_response()
}

async fn is_api_origin(headers: &HeaderMap, ctx: &Ctx) -> bool {
    let Some(origin) = said_once(headers, header::ORIGIN).flatten() else {
        return false;
    };
    let mut named = ctx.config.api_origins.iter();
    // If the database fails, the answer is no.
    named.any(|allowed| allowed == origin)
        || auth::oauth::is_origin(ctx, origin).await.unwrap_or(false)
}

/// Answers a log-in or sign-up sent over plain http with why it cannot work: the browser would not keep the cookie.
/// Runs before [`same_site_only`], which would take such a form for another site's.
pub(super) async fn no_plain_log_in(
    State(ctx): State<Ctx>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let opens_session = LOG_IN_FORMS.contains(&request.uri().path());
    if !opens_session || !client_address::is_plain_form(peer.ip(), request.headers(), &ctx.config) {
        return next.run(request).await;
    }
    tracing::info!("a log-in over plain http was rejected");
    error_pages::https_wanted(&ctx.config)
}

/// Whether a write comes from our own pages. `ours` is how browsers reach us, because a proxy may change `Host`; else
/// the request's own host counts, with the scheme by which it came. A page that an attacker serves over http under our
/// name is another site.
fn is_ours(headers: &HeaderMap, ours: &str, scheme: Scheme) -> bool {
    let site = said_once(headers, HeaderName::from_static("sec-fetch-site"));
    let origin = said_once(headers, header::ORIGIN);
    let (Some(site), Some(origin)) = (site, origin) else {
        return false;
    };
    if let Some(site) = site {
        return site == "same-origin";
    }
    let host = said_once(headers, header::HOST).flatten();
    match (origin, host) {
        (None, _) => true,
        (Some(origin), _) if origin == ours => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(by, from)| by == scheme.as_str() && from == host),
        (Some(_), None) => false,
    }
}

/// Returns a header's value, if any; `None` when it is repeated or malformed, which no browser sends.
fn said_once(headers: &HeaderMap, name: HeaderName) -> Option<Option<&str>> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (None, _) => Some(None),
        (Some(value), None) => value.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        let pairs = headers.iter().map(|(n, v)| {
            (
                header::HeaderName::from_static(n),
                axum::http::HeaderValue::from_static(v),
            )
        });
        let (headers, ours) = (pairs.collect(), "https://money.example.org");
        is_ours(&headers, ours, Scheme::Http)
    }

    #[test]
    fn a_page_of_our_name_by_another_scheme_is_another_site_s() {
        let lan = ("host", "192.168.1.5:3000");
        let public = ("host", "money.example.org");
        let is = |pairs: &[(&'static str, &'static str)], scheme| {
            let pairs = pairs.iter().map(|(n, v)| {
                let value = axum::http::HeaderValue::from_static(v);
                (header::HeaderName::from_static(n), value)
            });
            is_ours(&pairs.collect(), "https://money.example.org", scheme)
        };
        let (http, https) = (Scheme::Http, Scheme::Https);
        assert!(is(
            &[("origin", "https://money.example.org"), public],
            https
        ));
        assert!(!is(
            &[("origin", "http://money.example.org"), public],
            https
        ));
        assert!(is(&[("origin", "http://192.168.1.5:3000"), lan], http));
        assert!(!is(&[("origin", "https://192.168.1.5:3000"), lan], http));
        assert!(!is(&[("origin", "http://192.168.1.5:3000"), lan], https));
        assert!(!is(&[("origin", "ftp://192.168.1.5:3000"), lan], http));
        assert!(!is(&[("origin", "192.168.1.5:3000"), lan], http));
    }

    #[test]
    fn what_is_said_twice_or_cannot_be_read_is_another_site_s() {
        let unreadable = HeaderValue::from_bytes(b"\xff").expect("a value");
        let same = HeaderValue::from_static("same-origin");
        let here = HeaderValue::from_static("https://money.example.org");
        for (name, good) in [("sec-fetch-site", same), ("origin", here)] {
            let is = |values: &[&HeaderValue]| {
                let name = HeaderName::from_static(name);
                let pairs = values.iter().map(|value| (name.clone(), (*value).clone()));
                let mut headers = HeaderMap::new();
                pairs.for_each(|(name, value)| {
                    headers.append(name, value);
                });
                is_ours(&headers, "https://money.example.org", Scheme::Https)
            };
            assert!(is(&[&good]), "{name}");
            for values in [
                &[&unreadable][..],
                &[&good, &good],
                &[&good, &unreadable],
                &[&unreadable, &good],
            ] {
                assert!(!is(values), "{name}: {values:?}");
            }
        }
    }

    #[test]
    fn what_is_for_operators_is_told_by_its_path() {
        for theirs in [
            "/admin",
            "/admin/",
            "/admin/jobs",
            "/forms/admin/retry",
            "/data/admin/x",
        ] {
            assert!(is_for_operators(theirs), "{theirs}");
        }
        for others in [
            "/",
            "/administrator",
            "/forms/sync",
            "/transactions/admin",
            "/become-operator",
        ] {
            assert!(!is_for_operators(others), "{others}");
        }
    }

    #[test]
    fn writes_come_from_our_own_pages() {
        assert!(ours(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example")
        ]));
        for site in ["cross-site", "same-site", "none", "rubbish"] {
            assert!(!ours(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(ours(&[
            ("origin", "http://127.0.0.1:3000"),
            ("host", "127.0.0.1:3000")
        ]));
        assert!(!ours(&[
            ("origin", "https://evil.example"),
            ("host", "127.0.0.1:3000")
        ]));
        assert!(!ours(&[("origin", "null"), ("host", "127.0.0.1:3000")]));
        assert!(ours(&[("host", "127.0.0.1:3000")]));
        assert!(ours(&[
            ("origin", "https://money.example.org"),
            ("host", "127.0.0.1:3000")
        ]));
    }
}
