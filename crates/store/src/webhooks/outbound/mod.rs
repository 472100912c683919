//! Outbound webhooks: the addresses, the messages to them, and what became of those.

mod endpoints;
mod messages;
mod worker;

pub use endpoints::NewEndpoint;
pub use messages::MessageRecord;
pub use worker::{SealedSecrets, Verdict};
