//! Access tokens, and the data that each gives access to.

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use super::super::{Bank, BankError, ids};
use super::codes::Asked;
use super::{IdentityProvider, Profile};
use crate::store::StoreError;
use crate::store::identity::{self, TokenRow};

/// What a person granted to a client. It has no `Debug`, so that personal data cannot reach a log.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) profile: Profile,
    /// When the person agreed, in Unix seconds.
    pub(crate) at: i64,
}

/// Why an access token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenTrouble {
    /// It is unknown or was revoked.
    Unknown,
    /// It has expired.
    Expired,
    /// The `appsecret_proof` does not match the token and the secret.
    Proof,
}

impl Grant {
    pub(super) fn new(asked: Asked, profile: Profile, at: i64) -> Self {
        Self {
            client_id: asked.client_id,
            redirect_uri: asked.redirect_uri,
            scope: asked.scope,
            nonce: asked.nonce,
            code_challenge: asked.code_challenge,
            profile,
            at,
        }
    }

    pub(super) fn written(&self) -> Result<String, StoreError> {
        Ok(serde_json::to_string(self)?)
    }

    pub(super) fn from_record(record: &str) -> Result<Self, StoreError> {
        Ok(serde_json::from_str(record)?)
    }

    /// Whether a scope was requested. `https://www.googleapis.com/auth/userinfo.email` also counts as `email`.
    pub(crate) fn has(&self, scope: &str) -> bool {
        let scopes = self.scope.split([' ', ',']);
        let google = "https://www.googleapis.com/auth/";
        scopes.into_iter().any(|one| {
            one == scope
                || one
                    .strip_prefix(google)
                    .is_some_and(|one| one == scope || one.strip_prefix("userinfo.") == Some(scope))
        })
    }

    /// The subject by which a client knows the person: stable, and different for each client. Google's have 21 digits,
    /// like these; Facebook's are app-scoped ids.
    pub(crate) fn subject(&self, provider: IdentityProvider) -> String {
        let text = ids::derived(&[
            "identity",
            provider.name(),
            &self.client_id,
            &self.profile.key,
        ]);
        match provider {
            IdentityProvider::Oidc => text,
            IdentityProvider::Google => digits(&text, "1", 21),
            IdentityProvider::Facebook => digits(&text, "10", 17),
        }
    }
}

impl Bank {
    /// The lifetime of a provider's access tokens, in seconds.
    pub(crate) fn token_seconds(provider: IdentityProvider) -> i64 {
        match provider {
            IdentityProvider::Google => 3599,
            IdentityProvider::Oidc => 3600,
            // Sixty days.
            IdentityProvider::Facebook => 5_184_000,
        }
    }

    /// Returns the grant of an access token. A proof, if given, must be right.
    pub(crate) async fn grant_of(
        &self,
        provider: IdentityProvider,
        token: &str,
        proof: Option<&str>,
    ) -> Result<Result<Grant, TokenTrouble>, BankError> {
        let now = self.wire_now().as_millisecond();
        let mut read = self.store().begin_read().await?;
        let found = identity::token(&mut read, provider.name(), &ids::hash(token)).await?;
        let Some(row) = found else {
            return Ok(Err(TokenTrouble::Unknown));
        };
        if now >= row.expires_at {
            return Ok(Err(TokenTrouble::Expired));
        }
        if proof.is_some_and(|proof| ids::hash(&proof.to_ascii_lowercase()) != row.proof_hash) {
            return Ok(Err(TokenTrouble::Proof));
        }
        Ok(Ok(Grant::from_record(&row.record)?))
    }
}

pub(super) fn row(
    provider: IdentityProvider,
    token: &str,
    grant: &Grant,
    code_hash: &str,
    secret: &str,
    now: i64,
) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        hash: ids::hash(token),
        code_hash: code_hash.to_owned(),
        provider: provider.name().to_owned(),
        expires_at: now + Bank::token_seconds(provider) * 1000,
        proof_hash: ids::hash(&proof(secret, token)),
        record: grant.written()?,
    })
}

/// Facebook's `appsecret_proof`: HMAC-SHA256 of the token with the app's secret, in hexadecimal digits.
fn proof(secret: &str, token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, token.as_bytes());
    tag.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(super) fn new_token(provider: IdentityProvider) -> String {
    let start = match provider {
        IdentityProvider::Google => "ya29.a0",
        IdentityProvider::Oidc => "",
        IdentityProvider::Facebook => "EAA",
    };
    format!("{start}{}", ids::opaque())
}

/// Returns `count` digits that begin with `start` and are derived from a random text.
fn digits(text: &str, start: &str, count: usize) -> String {
    let digit = |byte: u8| char::from(b'0' + byte % 10);
    start
        .chars()
        .chain(text.bytes().map(digit))
        .take(count)
        .collect()
}
