//! Identity providers: the invented people who sign in through them, what they share, and the codes, access tokens and
//! keys by which a program learns of it.
//!
//! Codes, tokens and keys go by the time outside, as everything that two programs tell each other.

mod birthday;
mod codes;
mod id_token;
mod keys;
mod people;
mod profile;
mod provider;
mod tokens;

pub(crate) use birthday::Birthday;
pub(crate) use codes::{Asked as SignIn, Exchange, NoToken};
pub(crate) use people::{PEOPLE, Person as InventedPerson};
pub(crate) use profile::{Profile, Shares};
pub(crate) use provider::is_graph_version;
pub use provider::{FALSE_TOKENS, IdentityProvider};
pub(crate) use tokens::{Grant, TokenTrouble};
