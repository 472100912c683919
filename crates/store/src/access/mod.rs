//! Access to the app: people and their passwords, identities, sessions, tokens and keys, registered apps, and the
//! limits on log-in attempts.
//!
//! `auth` uses it. Secrets are stored here as hashes, or sealed by the caller (keys that sign tokens).

pub(crate) mod api_keys;
pub(crate) mod browser_sessions;
pub(crate) mod clients;
pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod end_access;
pub(crate) mod idempotency;
pub(crate) mod identities;
pub(crate) mod invitations;
pub(crate) mod logins;
pub(crate) mod operators;
pub(crate) mod passwords;
pub(crate) mod people;
pub(crate) mod resets;
pub(crate) mod suspensions;
pub(crate) mod throttle;
pub(crate) mod token_keys;
pub(crate) mod tokens;
pub(crate) mod two_step;
