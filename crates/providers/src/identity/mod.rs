//! Identity providers: services that say who somebody is. Google and any other OpenID Connect issuer speak one
//! protocol, Facebook its own.

mod discovery;
mod facebook;
mod http;
mod id_token;
mod keys;
mod oauth;
mod oidc;
mod people;
mod profile;
mod signed_request;
mod source;

#[cfg(test)]
mod tests;

pub use facebook::{Facebook, FacebookConfig};
pub use oidc::{ClientAuth, GOOGLE, Oidc, OidcConfig};
pub use people::GOOGLE_PEOPLE;
pub use source::{CodeExchange, IdentitySource};
