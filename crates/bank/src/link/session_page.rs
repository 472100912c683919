//! A session's one address: GET shows the current page; POST processes its answer and redirects to GET.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Redirect, Response};

use super::answers::Answers;
use super::flow::{Place, Step};
use super::unavailable::Gone;
use super::{Link, headers, outcome, pages, steps};
use steps::Next;

/// Answers `GET` with the current page.
pub(super) async fn show(
    State(link): State<Link>,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, Gone> {
    let mut visit = link.visit(&id, &key).await?;
    if steps::lost_its_password(&visit) {
        let _turn = link.turn.lock().await;
        visit = link.visit(&id, &key).await?;
        if steps::lost_its_password(&visit) {
            steps::ask_password_again(&mut visit);
            visit.save().await?;
        }
    }
    let html = pages::page(&visit).await?;
    Ok(match &visit.flow.place {
        Place::Pane { origin, .. } => headers::in_pane_of(origin, html),
        Place::Hosted => headers::on_its_own(html),
    })
}

/// Answers `POST`. An answer to an old page changes nothing.
pub(super) async fn take(
    State(link): State<Link>,
    Path((id, key)): Path<(String, String)>,
    Form(answers): Form<Answers>,
) -> Result<Response, Gone> {
    let _turn = link.turn.lock().await;
    let mut visit = link.visit(&id, &key).await?;
    let step = visit.flow.step;
    if step.is_over() || answers.get("step") != step.name() {
        return Ok(Redirect::to(&visit.path()).into_response());
    }
    let next = match answers.get("go") {
        "leave" => ask_before_leaving(&mut visit.flow.leaving, true),
        "stay" => ask_before_leaving(&mut visit.flow.leaving, false),
        "escape" if !step.is_cheap_to_leave() && !visit.flow.leaving => {
            ask_before_leaving(&mut visit.flow.leaving, true)
        }
        "escape" | "exit" => {
            outcome::leave(&mut visit).await?;
            return Ok(Redirect::to(&visit.path()).into_response());
        }
        "back" => {
            steps::back(&mut visit);
            Next::Page
        }
        _ => steps::take(&mut visit, &answers).await?,
    };
    visit.save().await?;
    let to = match next {
        Next::Page => visit.path(),
        Next::OwnSite => visit.away_path(),
    };
    Ok(Redirect::to(&to).into_response())
}

/// Answers `GET …/version` with a number that changes whenever there is something new to show.
pub(super) async fn version(
    State(link): State<Link>,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, Gone> {
    let visit = link.visit(&id, &key).await?;
    Ok((
        [(CACHE_CONTROL, "no-store")],
        visit.flow.version.to_string(),
    )
        .into_response())
}

fn ask_before_leaving(leaving: &mut bool, ask: bool) -> Next {
    *leaving = ask;
    Next::Page
}

impl Step {
    /// Whether the person can go back from this page.
    pub(super) fn can_go_back(self, update: bool) -> bool {
        match self {
            Self::Institution | Self::Unsupported => true,
            Self::Credentials | Self::OAuth => !update,
            Self::Device | Self::Code | Self::Questions(_) | Self::Selections(_) | Self::YesNo => {
                true
            }
            Self::Share => true,
            Self::Consent | Self::Accounts | Self::Finished | Self::Left => false,
        }
    }
}
