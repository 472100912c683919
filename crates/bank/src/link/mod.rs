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

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response_with_state;
use axum::routing::get;
use tokio::sync::Mutex;

use crate::bank::Bank;
use vault::Vault;

/// A `user_custom` file of 64 KiB may grow threefold as a form.
const BODY_LIMIT: usize = 256 * 1024;

/// The Link script and its pages, relative to the bank's `faces_url`.
pub fn router(bank: Bank) -> Router {
    let link = Link {
        bank,
        vault: Vault::default(),
        turn: Arc::default(),
    };
    Router::new()
        .route(
            "/link/v2/stable/link-initialize.js",
            get(assets::initialize),
        )
        .route("/link.css", get(assets::style))
        .route("/link-pane.js", get(assets::pane))
        .route("/link-icon.svg", get(assets::icon))
        .route("/logo/{file}", get(assets::logo))
        .route("/brand/{file}", get(assets::brand))
        .route("/link/start", get(arrive::in_pane))
        .route("/hosted/{id}", get(arrive::hosted))
        .route("/link/session/{id}/{key}", get(walk::show).post(walk::take))
        .route("/link/session/{id}/{key}/version", get(walk::version))
        .route("/oauth/{id}/{key}", get(away::show).post(away::take))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response_with_state(link.clone(), gone::draw))
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
