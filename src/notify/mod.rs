//! Outbound webhooks: a person's other programs are called when there is something to fetch.
//!
//! A message tells that something happened, never what: no amount, no name, no account; the receiver fetches
//! the rest with a token of its own. What is new is derived from the places of the change feed by the worker of
//! the address (job `notify`), which writes the messages together with the place up to which they tell; then it
//! sends them, at least once each, in the form that Standard Webhooks describes.

mod deliver;
mod endpoints;
mod pace;
mod view;

pub use deliver::deliver;
pub use endpoints::{
    add, endpoint, endpoints, ping, problems_of, remove, rotate, secret, send_again, switch_on,
};
pub use view::{Delivery, EndpointDetail, EndpointRow};

use crate::context::Ctx;
use domain::own::Mistake;
use store::StoreError;

/// How many addresses a person has at most.
pub const MOST_ENDPOINTS: i64 = 10;

/// Why something about an address cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// There is none, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// What was sent cannot be kept; every field that is wrong, with a sentence for the person.
    #[error("the form is not right")]
    Form(Vec<Mistake>),
    /// The key file does not open the secret, or the machine has no randomness.
    #[error("a secret cannot be sealed or opened")]
    Secret,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// Asks for the work on every address that has something to be told; `true` when there was one.
pub async fn look(ctx: &Ctx) -> Result<bool, StoreError> {
    ctx.store.request_notifications(ctx.clock.now()).await
}
