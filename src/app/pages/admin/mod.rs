//! The admin pages. They answer "not found" to everyone but admins, and never show a person's money.

mod apps;
mod calls;
mod connections;
mod job;
mod jobs;
mod overview;
mod refused;
mod usage;
mod user;
mod users;
mod webhook;
mod webhooks;

pub use apps::apps;
pub use calls::calls;
pub use connections::connections;
pub use job::job;
pub use jobs::jobs;
pub use overview::overview;
pub use refused::refused_page;
pub use usage::usage;
pub use user::user;
pub use users::users;
pub use webhook::webhook;
pub use webhooks::webhooks;

use std::future::Future;

use leptos::prelude::*;

use crate::app::error::PageError;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::lines::sections;
use crate::app::visitor;
use crate::context::Ctx;
use crate::operator::Operator;

/// The pages, in the order of the list above each of them.
const SECTIONS: [(&str, &str); 8] = [
    ("/admin", "Overview"),
    ("/admin/users", "Users"),
    ("/admin/connections", "Connections"),
    ("/admin/apps", "Apps"),
    ("/admin/jobs", "Jobs"),
    ("/admin/webhooks", "Webhooks"),
    ("/admin/calls", "Calls"),
    ("/admin/usage", "Usage"),
];

/// Draws a page for admins in the frame, after `read` has read its data; everyone else gets "not found".
fn overseen<Reading>(read: impl FnOnce(Ctx, Operator) -> Reading + Send + 'static) -> AnyView
where
    Reading: Future<Output = Result<Page, PageError>> + Send + 'static,
{
    framed(Tab::Operator, |_| async move {
        let operator = visitor::operator().await?;
        read(visitor::ctx()?, operator).await
    })
}

/// Draws the heading and the list of the pages.
fn top(heading: &'static str, here: &str) -> AnyView {
    view! { <h1>{heading}</h1> {sections("Admin", "sections", &SECTIONS, here)} }.into_any()
}

/// The drawing function of each page, for tests.
#[cfg(test)]
pub mod drawn {
    pub use super::apps::view as apps;
    pub use super::calls::view as calls;
    pub use super::connections::view as connections;
    pub use super::job::view as job;
    pub use super::jobs::view as jobs;
    pub use super::overview::view as overview;
    pub use super::refused::view as refused;
    pub use super::usage::view as usage;
    pub use super::user::view as user;
    pub use super::users::view as users;
    pub use super::webhook::view as webhook;
    pub use super::webhooks::view as webhooks;
}
