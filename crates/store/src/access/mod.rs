//! Who may come in: people, their sessions, tokens and keys, and how each of them ends.

pub(crate) mod api_keys;
pub(crate) mod browser_sessions;
pub(crate) mod clients;
pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod idempotency;
pub(crate) mod identities;
pub(crate) mod invitations;
pub(crate) mod logged_in;
pub(crate) mod operators;
pub(crate) mod passwords;
pub(crate) mod people;
pub(crate) mod throttle;
pub(crate) mod token_keys;
pub(crate) mod tokens;
