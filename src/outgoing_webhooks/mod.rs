//! Outbound webhooks: Passbook calls a person's other programs when there is something to fetch.
//!
//! A message says that something happened, but never what: it has no amount, name or account, and the receiver fetches
//! the rest with its own token. The job `notify` of an endpoint compares its place with the change feed, writes the
//! messages together with the new place, and sends each at least once, in the format of Standard Webhooks.

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

/// The most endpoints of a person.
pub const MOST_ENDPOINTS: i64 = 10;

/// Why something cannot be done with an endpoint.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// It does not exist, or belongs to another person.
    #[error("not found")]
    NotFound,
    /// The form has mistakes. Holds every wrong field with a sentence for the person.
    #[error("invalid input")]
    Form(Vec<Mistake>),
    /// The key file does not unseal the secret, or the system has no randomness.
    #[error("a secret cannot be sealed or opened")]
    Secret,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// Requests the job of every endpoint that lags behind. Returns `true` when there was one.
pub async fn look(ctx: &Ctx) -> Result<bool, StoreError> {
    ctx.store.request_notifications(ctx.clock.now()).await
}
