//! The simulated identity providers: invented people who sign in, what they share, and the codes, access tokens and
//! keys through which a client learns it.
//!
//! Codes, tokens and keys use real time, like everything that two programs exchange.

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
