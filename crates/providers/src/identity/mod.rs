//! Identity providers: services that prove who a person is. Google and any other OpenID Connect issuer share one
//! protocol; Facebook has its own.
//!
//! Each is an [`IdentitySource`]: it sends the browser to the provider and turns the returned code into a profile.
//! Which identity belongs to which person is not decided here but in the app's `auth/`.

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
