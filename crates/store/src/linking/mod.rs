//! Linking banks: attempts, connections, and a connection's end.

pub(crate) mod connections;
pub(crate) mod duplicates;
pub(crate) mod institutions;
pub(crate) mod links;
pub(crate) mod notes;
pub(crate) mod public_tokens;
pub(crate) mod relinks;
pub(crate) mod unlinks;
