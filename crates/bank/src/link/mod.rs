//! Link: the pages on which a person links an institution of the built-in bank. It consists of a script that opens a
//! pane, the pane's pages, and the same pages as Hosted Link, which need neither scripts nor a mouse.
//!
//! A session's address is its id and an unguessable key. It needs no cookie, so that the pane works inside any page.
//! Every page is a form that posts to itself and redirects to GET. All state but the password is in the bank's file, so
//! that a restart in the middle loses nothing.

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

/// The largest body in bytes: a `user_custom` file of 64 KiB may triple in size as a form.
const BODY_LIMIT: usize = 256 * 1024;

/// Returns the routes of the Link script and its pages, relative to the bank's `faces_url`.
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

/// The state that every page needs.
#[derive(Clone)]
struct Link {
    bank: Bank,
    vault: Vault,
    /// Serializes answers. A form that is sent twice is then a late answer to an old page and never makes a second
    /// Item.
    turn: Arc<Mutex<()>>,
}
