//! Link: what a person sees of the built-in bank. A script that opens a pane, the pane's pages, and the same
//! pages as Hosted Link, which need neither script nor mouse.
//!
//! A session's address is its id and a key that nobody can guess; no cookie is needed, so that the pane works
//! inside any page. Every page is a form that posts to itself and comes back by GET, and all state but the
//! password is in the bank's file, so that a restart in the middle loses nothing.

pub(crate) mod answers;
mod arrive;
mod assets;
mod away;
mod draw;
mod flow;
pub(crate) mod gone;
pub(crate) mod headers;
mod outcome;
pub(crate) mod pages;
mod steps;
mod trouble;
mod vault;
mod visit;
mod walk;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response_with_state;
use routes::Routes;
use tokio::sync::Mutex;

use crate::bank::Bank;
use vault::Vault;

/// A `user_custom` file of 64 KiB may grow threefold as a form.
const BODY_LIMIT: usize = 256 * 1024;

/// The Link script and its pages, relative to the bank's `faces_url`.
pub fn router(bank: Bank) -> Routes {
    let link = Link {
        bank,
        vault: Vault::default(),
        turn: Arc::default(),
    };
    Routes::new()
        .get("/link/v2/stable/link-initialize.js", assets::initialize)
        .get("/link.css", assets::style)
        .get("/link-pane.js", assets::pane)
        .get("/link-icon.svg", assets::icon)
        .get("/logo/{file}", assets::logo)
        .get("/brand/{file}", assets::brand)
        .get("/link/start", arrive::in_pane)
        .get("/hosted/{id}", arrive::hosted)
        .get("/link/session/{id}/{key}", walk::show)
        .post("/link/session/{id}/{key}", walk::take)
        .get("/link/session/{id}/{key}/version", walk::version)
        .get("/oauth/{id}/{key}", away::show)
        .post("/oauth/{id}/{key}", away::take)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response_with_state(link.clone(), draw::gone))
        .with_state(link)
}

/// What every page needs.
#[derive(Clone)]
struct Link {
    bank: Bank,
    vault: Vault,
    /// Answers are taken one at a time, so that a form sent twice is a second answer to a page that is gone,
    /// never a second Item.
    turn: Arc<Mutex<()>>,
}
