//! The three ways in: a pane, Hosted Link, and the return from an institution's own site.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use url::{Origin, Url};

use super::flow::{BankVisit, Flow, Place, Step};
use super::trouble::Trouble;
use super::unavailable::Gone;
use super::visit::Visit;
use super::{Link, headers, outcome, pages, steps};
use crate::bank::LinkToken;
use crate::world;

/// The query that the script sends.
#[derive(Deserialize)]
pub(super) struct Start {
    #[serde(default)]
    token: String,
    #[serde(default)]
    origin: String,
    scheme: Option<String>,
    received: Option<String>,
}

/// Answers `GET /link/start`: opens a pane, or reopens one after the visit to an institution's own site.
pub(super) async fn in_pane(
    State(link): State<Link>,
    Query(start): Query<Start>,
    headers: HeaderMap,
) -> Result<Response, Gone> {
    let origin = opener(&start.origin, &headers).ok_or(Gone::Malformed)?;
    let place = Place::Pane {
        origin: origin.clone(),
        scheme: start
            .scheme
            .filter(|scheme| scheme == "light" || scheme == "dark"),
    };
    let token = live_token(&link, &start.token).await?;
    let opened = match (token, start.received) {
        (None, _) => Err(Trouble::new("INVALID_LINK_TOKEN", None)),
        (Some(token), None) => Ok(link.begin(token.clone(), opening(&token, place)).await?),
        (Some(token), Some(received)) => resume(&link, &token, &received, place).await?,
    };
    Ok(match opened {
        Ok(visit) => Redirect::to(&visit.path()).into_response(),
        Err(trouble) => {
            let message = pages::message_without_session(&outcome::exit_without_session(&trouble));
            let html = pages::ends::closed_pane(link.base(), &origin, message, &trouble);
            headers::in_pane_of(&origin, html)
        }
    })
}

/// Answers `GET /hosted/{id}`: opens Hosted Link.
pub(super) async fn hosted(
    State(link): State<Link>,
    Path(id): Path<String>,
) -> Result<Response, Gone> {
    let token = link
        .bank
        .link_token_by_hosted_id(&id)
        .await?
        .ok_or(Gone::Unknown)?;
    let now = link.bank.clock().now();
    let gone = token
        .hosted
        .as_ref()
        .is_none_or(|hosted| now >= hosted.expires_at);
    if gone || token.expired(now) {
        return Err(Gone::Unknown);
    }
    let visit = link
        .begin(token.clone(), opening(&token, Place::Hosted))
        .await?;
    Ok(Redirect::to(&visit.path()).into_response())
}

/// Returns the first page's state. An Item to be repaired already has its institution.
fn opening(token: &LinkToken, place: Place) -> Flow {
    let step = match &token.update {
        None => Step::Consent,
        Some(update) if world::institution(&update.institution_id).is_some_and(|i| i.oauth) => {
            Step::OAuth
        }
        Some(_) => Step::Credentials,
    };
    Flow::new(place, step)
}

async fn live_token(link: &Link, token: &str) -> Result<Option<LinkToken>, Gone> {
    let now = link.bank.clock().now();
    let found = link.bank.link_token(token).await?;
    Ok(found.filter(|token| !token.expired(now)))
}

/// Resumes the session that went to the institution's own site. The state id in the address is the session's id; it
/// works only once and only with the same Link token.
async fn resume(
    link: &Link,
    token: &LinkToken,
    received: &str,
    place: Place,
) -> Result<Result<Visit, Trouble>, Gone> {
    let Some(id) = state_id(received) else {
        return Ok(Err(Trouble::new("OAUTH_STATE_ID_NOT_FOUND", None)));
    };
    let _turn = link.turn.lock().await;
    let Some(record) = link.bank.session(&id).await? else {
        return Ok(Err(Trouble::new("OAUTH_STATE_ID_NOT_FOUND", None)));
    };
    if record.link_token != token.token {
        return Ok(Err(Trouble::new("INCORRECT_LINK_TOKEN", None)));
    }
    let mut visit = link.open(record).await?;
    let BankVisit::Decided { allowed } = visit.flow.visit else {
        let processed = visit.flow.visit == BankVisit::Returned;
        let code = if processed {
            "OAUTH_STATE_ID_ALREADY_PROCESSED"
        } else {
            "OAUTH_STATE_ID_NOT_FOUND"
        };
        return Ok(Err(Trouble::new(code, None)));
    };
    visit.flow.place = place;
    visit.flow.heard = visit.record.events.len();
    visit.event("OPEN", [("view_name", json!(Step::OAuth.view_name()))]);
    steps::oauth::return_from_bank(&mut visit, allowed);
    visit.save().await?;
    Ok(Ok(visit))
}

fn state_id(received: &str) -> Option<String> {
    let url = Url::parse(received).ok()?;
    let found = url.query_pairs().find(|(name, _)| name == "oauth_state_id");
    found.map(|(_, value)| value.into_owned())
}

/// Returns the origin of the page around the pane, as the script claims it; `None` when the `Referer` contradicts it.
fn opener(claimed: &str, headers: &HeaderMap) -> Option<String> {
    let claimed = web_origin(claimed)?;
    let referer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    match referer.and_then(web_origin) {
        Some(seen) if seen != claimed => None,
        _ => Some(claimed),
    }
}

fn web_origin(text: &str) -> Option<String> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    match url.origin() {
        origin @ Origin::Tuple(..) => Some(origin.ascii_serialization()),
        Origin::Opaque(_) => None,
    }
}
