//! The session cookie, its old name, and the attributes that all our cookies carry.

use axum::extract::{Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};
use tower_sessions::session::Id;
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

use crate::app::cookie_of;
use crate::auth::cookies;
use crate::auth::session::IDLE;
use crate::auth::session_store::Sessions;
use crate::context::Ctx;

/// The layer that gives every request its session. [`guard`] sets the cookies' attributes, because the layer itself
/// removes a cookie without `Secure`, and browsers ignore that for a `__Host-` name.
pub(super) fn sessions(ctx: &Ctx) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(store(ctx))
        .with_name(cookies::session(ctx))
        .with_expiry(Expiry::OnInactivity(idle()))
}

/// Wraps [`sessions`]: accepts the session cookie under its old name, and gives every cookie that is set or removed the
/// same attributes.
pub(super) async fn guard(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let taken = take_old(&ctx, request.headers_mut()).await;
    let mut response = next.run(request).await;
    if let Some(id) = taken {
        replace_old(&ctx, &id, response.headers_mut());
    }
    seal(response.headers_mut(), ctx.config.is_https());
    response
}

/// Passes a session with the old cookie name on under the new one. A session that this Passbook does not know belongs
/// to another one on the same host, and its cookie is left alone. No session lasts longer than 90 days, so this can be
/// removed 90 days after the last Passbook with the old name was updated.
async fn take_old(ctx: &Ctx, headers: &mut HeaderMap) -> Option<Id> {
    let name = cookies::session(ctx);
    if cookie_of(headers, &name).is_some() {
        return None;
    }
    let id: Id = cookie_of(headers, &cookies::old_session(ctx))?
        .parse()
        .ok()?;
    // If the database fails, the gate behind this reports it.
    store(ctx).load(&id).await.ok()??;
    headers.append(COOKIE, HeaderValue::from_str(&format!("{name}={id}")).ok()?);
    Some(id)
}

/// Sets the cookie under its new name, unless the response already does, and removes the old one.
fn replace_old(ctx: &Ctx, id: &Id, headers: &mut HeaderMap) {
    let name = cookies::session(ctx);
    let sets = |value: &HeaderValue| value.as_bytes().starts_with(format!("{name}=").as_bytes());
    let mut change = Vec::new();
    if !headers.get_all(SET_COOKIE).iter().any(sets) {
        let cookie = Cookie::build((name.clone(), id.to_string())).max_age(idle());
        change.push(cookie.build());
    }
    let mut gone = Cookie::from(cookies::old_session(ctx));
    gone.make_removal();
    change.push(gone);
    for cookie in change {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// Gives every cookie its attributes. A malformed cookie is not sent.
fn seal(headers: &mut HeaderMap, https: bool) {
    let set: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in set {
        if let Some(value) = sealed(&value, https) {
            headers.append(SET_COOKIE, value);
        }
    }
}

fn sealed(value: &HeaderValue, https: bool) -> Option<HeaderValue> {
    let mut cookie = Cookie::parse(value.to_str().ok()?).ok()?;
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(https);
    // Strict would make a person who returns from their bank look logged out.
    cookie.set_same_site(SameSite::Lax);
    HeaderValue::from_str(&cookie.to_string()).ok()
}

fn store(ctx: &Ctx) -> Sessions {
    Sessions {
        store: ctx.store.clone(),
        clock: ctx.clock.clone(),
    }
}

fn idle() -> Duration {
    Duration::seconds(IDLE.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cookie_carries_the_same_attributes_whatever_it_came_with() {
        for (set, kept) in [
            ("a=b", "a=b"),
            ("a=b; Max-Age=60; SameSite=None", "a=b; Max-Age=60"),
            ("a=b; Path=/x; Secure", "a=b"),
            ("a=; Max-Age=0", "a=; Max-Age=0"),
        ] {
            for (https, more) in [(true, vec!["Secure"]), (false, vec![])] {
                let value = HeaderValue::from_str(set).expect("a value");
                let mut headers = HeaderMap::from_iter([(SET_COOKIE, value)]);
                seal(&mut headers, https);
                let said = headers[SET_COOKIE].to_str().expect("text").to_owned();
                let mut said: Vec<&str> = said.split("; ").collect();
                let mut wanted: Vec<&str> = kept.split("; ").collect();
                wanted.extend(["HttpOnly", "SameSite=Lax", "Path=/"]);
                wanted.extend(more);
                said.sort_unstable();
                wanted.sort_unstable();
                assert_eq!(said, wanted, "{set}");
            }
        }
    }

    #[test]
    fn what_is_no_cookie_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static("nothing"));
        headers.append(SET_COOKIE, HeaderValue::from_static("a=b"));
        seal(&mut headers, true);
        assert_eq!(headers.get_all(SET_COOKIE).iter().count(), 1);
    }
}
