//! Link: the pages on which a person links an institution of the built-in bank. It consists of a script that opens a
//! pane, the pane's pages, and the same pages as Hosted Link, which need neither scripts nor a mouse.
//!
//! A session's address is its id and an unguessable key. It needs no cookie, so that the pane works inside any page.
//! Every page is a form that posts to itself and redirects to GET. All state but the password is in the bank's file, so
//! that a restart in the middle loses nothing.

pub(crate) mod answers;
mod assets;
mod draw;
mod entry;
mod flow;
pub(crate) mod headers;
mod oauth_site;
mod outcome;
pub(crate) mod pages;
mod passwords;
mod session_page;
mod steps;
mod trouble;
pub(crate) mod unavailable;
mod visit;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response_with_state;
use routes::Routes;
use tokio::sync::Mutex;

use crate::bank::Bank;
use passwords::Vault;

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
        .get("/link/start", entry::in_pane)
        .get("/hosted/{id}", entry::hosted)
        .get("/link/session/{id}/{key}", session_page::show)
        .post("/link/session/{id}/{key}", session_page::take)
        .get("/link/session/{id}/{key}/version", session_page::version)
        .get("/oauth/{id}/{key}", oauth_site::show)
        .post("/oauth/{id}/{key}", oauth_site::take)
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
