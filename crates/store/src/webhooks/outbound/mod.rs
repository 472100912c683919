//! Outbound webhooks: endpoints, the messages to them, and the results of sending.

mod endpoints;
mod messages;
mod worker;

pub use endpoints::NewEndpoint;
pub use messages::MessageRecord;
pub use worker::{SealedSecrets, Verdict};
