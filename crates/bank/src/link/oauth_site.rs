//! An OAuth institution's own site, where people log in: its colours, its pages, and the way back.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::answers::Answers;
use super::flow::{BankVisit, Place, Step};
use super::unavailable::Gone;
use super::visit::Visit;
use super::{Link, headers, pages, steps};
use crate::world::{self, SignIn};

/// Answers `GET /oauth/{id}/{key}`.
pub(super) async fn show(
    State(link): State<Link>,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, Gone> {
    let visit = link.visit(&id, &key).await?;
    let there = matches!(visit.flow.visit, BankVisit::LogIn | BankVisit::Choose);
    if !there && visit.flow.place == Place::Hosted {
        return Ok(Redirect::to(&visit.path()).into_response());
    }
    Ok(headers::on_its_own(pages::away::page(&visit).await?))
}

/// Answers `POST /oauth/{id}/{key}`.
pub(super) async fn take(
    State(link): State<Link>,
    Path((id, key)): Path<(String, String)>,
    Form(answers): Form<Answers>,
) -> Result<Response, Gone> {
    let _turn = link.turn.lock().await;
    let mut visit = link.visit(&id, &key).await?;
    match (visit.flow.visit, answers.get("go")) {
        (BankVisit::LogIn | BankVisit::Choose, "deny") => decide(&mut visit, false),
        (BankVisit::LogIn, "fill-in") => visit.fill_in(),
        (BankVisit::LogIn, _) => log_in(&mut visit, &answers),
        (BankVisit::Choose, _) => allow(&mut visit, &answers).await?,
        _ => {}
    }
    visit.save().await?;
    Ok(Redirect::to(&visit.away_path()).into_response())
}

fn log_in(visit: &mut Visit, answers: &Answers) {
    let Some(institution) = visit.institution() else {
        return;
    };
    visit.flow.filled_in = false;
    let (username, password) = (answers.get("username").trim(), answers.get("password"));
    let clock = visit.link.bank.clock().clone();
    match world::sign_in(institution, username, password, clock.today()) {
        SignIn::Refused { code, detail } => visit.stumble(&code, detail),
        SignIn::Welcome { .. } => {
            visit.flow.username = username.chars().take(200).collect();
            visit.flow.trouble = None;
            visit.flow.visit = BankVisit::Choose;
            visit
                .link
                .vault
                .put(&visit.record.id, password, clock.now());
        }
    }
}

async fn allow(visit: &mut Visit, answers: &Answers) -> Result<(), Gone> {
    if visit.sign_in_again().is_none() {
        visit.flow.visit = BankVisit::LogIn;
        visit.stumble("USER_INPUT_TIMEOUT", None);
        return Ok(());
    }
    if steps::signed_in(visit) == Step::Accounts {
        let wanted: Vec<&str> = answers.all("account").collect();
        let offered = steps::selectable(visit).await?.into_iter();
        let keys = offered.map(|offer| offer.account.key);
        visit.flow.chosen = keys.filter(|key| wanted.contains(&key.as_str())).collect();
        if visit.flow.chosen.is_empty() {
            visit.choose_none();
            return Ok(());
        }
    }
    decide(visit, true);
    Ok(())
}

/// With a `redirect_uri` the application brings the person back; otherwise Link is waiting and continues at once.
fn decide(visit: &mut Visit, allowed: bool) {
    if returns_through_application(visit) {
        visit.flow.trouble = None;
        visit.flow.visit = BankVisit::Decided { allowed };
    } else {
        steps::oauth::return_from_bank(visit, allowed);
    }
}

/// Whether the institution sends the person to the application rather than back to Link.
pub(super) fn returns_through_application(visit: &Visit) -> bool {
    visit.flow.place != Place::Hosted && visit.token.redirect_uri.is_some()
}
