//! The page where a person signs in at an identity provider: one form, which needs no scripts. It keeps no log-in and
//! needs no cookie, because it asks each time who signs in.
//!
//! A form must not lead to another origin (Chromium applies `form-action` to redirects), and the program is one. The
//! response to the form is therefore a page that redirects to the program, with a link for browsers that do not.

mod asked;
mod pages;

use axum::Form;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use routes::Routes;

use crate::bank::{Bank, IdentityProvider, Shares, is_graph_version};
use crate::link::answers::Answers;
use asked::{Asked, Stop};

/// The largest body in bytes; a form of this page is small.
const BODY_LIMIT: usize = 16 * 1024;

/// The state of the routes.
#[derive(Clone)]
struct Door {
    bank: Bank,
    provider: IdentityProvider,
}

/// Returns the routes, relative to the bank's `faces_url`.
pub(crate) fn router(bank: &Bank) -> Routes {
    let door = |provider| Door {
        bank: bank.clone(),
        provider,
    };
    let openid = |provider: IdentityProvider| {
        let path = format!("/identity/{}/authorize", provider.name());
        let routes = Routes::new().get(&path, show).post(&path, take);
        routes.with_state(door(provider))
    };
    let facebook = Routes::new()
        .get("/identity/facebook/{version}/dialog/oauth", show_facebook)
        .post("/identity/facebook/{version}/dialog/oauth", take_facebook)
        .with_state(door(IdentityProvider::Facebook));
    let style = Routes::new().get("/identity.css", style);
    openid(IdentityProvider::Google)
        .merge(openid(IdentityProvider::Oidc))
        .merge(facebook)
        .merge(style)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

async fn show_facebook(
    door: State<Door>,
    Path(version): Path<String>,
    query: RawQuery,
) -> Response {
    match is_graph_version(&version) {
        true => show(door, query).await,
        false => door.refuse(StatusCode::NOT_FOUND, "This version doesn't exist."),
    }
}

async fn take_facebook(
    door: State<Door>,
    Path(version): Path<String>,
    query: RawQuery,
    headers: HeaderMap,
    form: Form<Answers>,
) -> Response {
    match is_graph_version(&version) {
        true => take(door, query, headers, form).await,
        false => door.refuse(StatusCode::NOT_FOUND, "This version doesn't exist."),
    }
}

/// Answers `GET` with a form that asks who signs in and what to share.
async fn show(State(door): State<Door>, RawQuery(query): RawQuery) -> Response {
    match Asked::read(door.provider, query.as_deref().unwrap_or_default()) {
        Ok(asked) => html(
            StatusCode::OK,
            pages::ask(door.base(), door.provider, &asked, false),
        ),
        Err(stop) => door.stop(stop),
    }
}

/// Answers `POST` by sending the browser back with the decision.
async fn take(
    State(door): State<Door>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> Response {
    let asked = match Asked::read(door.provider, query.as_deref().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(stop) => return door.stop(stop),
    };
    // Otherwise another site could sign a browser in as a person of its choice.
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return door.refuse(
            StatusCode::FORBIDDEN,
            "This form came from another website.",
        );
    }
    if answers.get("go") == "cancel" {
        return door.back(&asked.denied());
    }
    if let Some(back) = asked.ordered(answers.get("back")) {
        return door.back(&back);
    }
    let Some(profile) = shares(&answers).profile() else {
        let page = pages::ask(door.base(), door.provider, &asked, true);
        return html(StatusCode::UNPROCESSABLE_ENTITY, page);
    };
    match door
        .bank
        .give_code(door.provider, asked.sign_in(), profile)
        .await
    {
        Ok(code) => door.back(&asked.agreed(&code, answers.get("back"))),
        Err(error) => {
            tracing::error!(%error, "the built-in bank could not show a page");
            door.refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong. Please try again.",
            )
        }
    }
}

fn shares(answers: &Answers) -> Shares<'_> {
    Shares {
        person: answers.get("person"),
        typed_email: answers.get("typed_email"),
        typed_given: answers.get("typed_given"),
        typed_family: answers.get("typed_family"),
        email: answers.get("email"),
        names: answers.get("names"),
        birthday: answers.get("birthday"),
    }
}

impl Door {
    /// The path prefix of every address here; empty when the bank is at the root.
    fn base(&self) -> &str {
        self.bank.faces_url().path().trim_end_matches('/')
    }

    fn stop(&self, stop: Stop) -> Response {
        match stop {
            Stop::Here(words) => self.refuse(StatusCode::BAD_REQUEST, words),
            Stop::Back(to) => self.back(&to),
        }
    }

    fn refuse(&self, status: StatusCode, words: &'static str) -> Response {
        html(status, pages::refused(self.base(), self.provider, words))
    }

    fn back(&self, to: &str) -> Response {
        html(StatusCode::OK, pages::leave(self.base(), self.provider, to))
    }
}

async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=300"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("identity.css")).into_response()
}

/// Returns a page without scripts that must not be framed.
fn html(status: StatusCode, document: String) -> Response {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'";
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The origin alone, because this page's address contains the program's state.
        (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, document).into_response()
}
