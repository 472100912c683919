//! Authorization codes: issued to a browser once a person has agreed, and exchanged once by the client they are for.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::{Bank, BankError, ids};
use super::tokens::{self, Grant};
use super::{IdentityProvider, Profile};
use crate::store::identity::{self, CodeRow};

/// The lifetime of a code, in milliseconds.
const CODE_MS: i64 = 60_000;

/// The parameters of an authorization request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    /// The PKCE challenge, with method S256.
    pub(crate) code_challenge: Option<String>,
}

/// A client's request to exchange a code. It has no `Debug`, so that its secrets cannot reach a log.
pub(crate) struct Exchange<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a str,
    pub(crate) code: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) code_verifier: Option<&'a str>,
}

/// Why a code is not exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    /// The code is unknown or belongs to another client.
    Unknown,
    /// It was sent before with another client secret.
    Secret,
    /// It was exchanged before. The tokens issued for it are revoked.
    Used,
    /// It has expired.
    Expired,
    /// The redirect URI differs from that of the authorization request.
    RedirectUri,
    /// The PKCE verifier is missing, wrong, or sent without a challenge.
    Verifier,
}

impl Bank {
    /// Issues a code for what a person shares with a client.
    pub(crate) async fn give_code(
        &self,
        provider: IdentityProvider,
        asked: Asked,
        profile: Profile,
    ) -> Result<String, BankError> {
        let (now, code) = (self.wire_now(), new_code(provider));
        let row = CodeRow {
            hash: ids::hash(&code),
            provider: provider.name().to_owned(),
            client_id: asked.client_id.clone(),
            expires_at: now.as_millisecond() + CODE_MS,
            used_at: None,
            secret_hash: None,
            record: Grant::new(asked, profile, now.as_second()).written()?,
        };
        let mut write = self.store().write().await?;
        identity::insert_code(&mut write, &row, now.as_millisecond()).await?;
        self.commit(write).await?;
        Ok(code)
    }

    /// Exchanges a code for an access token. A failed request leaves the code usable; a second valid one revokes the
    /// tokens issued for the first (RFC 6749, 4.1.2).
    pub(crate) async fn exchange_code(
        &self,
        provider: IdentityProvider,
        call: &Exchange<'_>,
        change: impl FnOnce(&mut Grant),
    ) -> Result<Result<(String, Grant), NoToken>, BankError> {
        let now = self.wire_now().as_millisecond();
        let mut write = self.store().write().await?;
        let found = identity::code(&mut write, provider.name(), &ids::hash(call.code)).await?;
        let Some(mut row) = found.filter(|row| row.client_id == call.client_id) else {
            return Ok(Err(NoToken::Unknown));
        };
        let mut grant = Grant::from_record(&row.record)?;
        let verdict = judge(&mut row, &grant, call, now);
        let done = match verdict {
            Ok(()) => {
                change(&mut grant);
                let token = tokens::new_token(provider);
                let kept =
                    tokens::row(provider, &token, &grant, &row.hash, call.client_secret, now)?;
                identity::insert_token(&mut write, &kept, now).await?;
                row.used_at = Some(now);
                Ok((token, grant))
            }
            Err(why) => {
                if why == NoToken::Used {
                    identity::end_tokens_of(&mut write, &row.hash).await?;
                }
                Err(why)
            }
        };
        identity::update_code(&mut write, &row).await?;
        self.commit(write).await?;
        Ok(done)
    }
}

fn judge(row: &mut CodeRow, grant: &Grant, call: &Exchange<'_>, now: i64) -> Result<(), NoToken> {
    let secret = ids::hash(call.client_secret);
    if *row.secret_hash.get_or_insert_with(|| secret.clone()) != secret {
        return Err(NoToken::Secret);
    }
    if row.used_at.is_some() {
        return Err(NoToken::Used);
    }
    if now >= row.expires_at {
        return Err(NoToken::Expired);
    }
    if grant.redirect_uri != call.redirect_uri {
        return Err(NoToken::RedirectUri);
    }
    let proven = match (&grant.code_challenge, call.code_verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            is_verifier(verifier) && challenge_of(verifier) == *challenge
        }
        // A verifier without a challenge can mean that an attacker removed the challenge (RFC 9700, 2.1.1).
        (Some(_), None) | (None, Some(_)) => false,
    };
    if proven {
        Ok(())
    } else {
        Err(NoToken::Verifier)
    }
}

/// Whether a text is a valid code verifier (RFC 7636, 4.1).
fn is_verifier(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(fits)
}

/// Returns the S256 challenge of a verifier (RFC 7636, 4.2).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// Google's codes contain a slash, which a client has to decode and encode again.
fn new_code(provider: IdentityProvider) -> String {
    let start = match provider {
        IdentityProvider::Google => "4/0A",
        IdentityProvider::Oidc => "",
        IdentityProvider::Facebook => "AQ",
    };
    format!("{start}{}", ids::opaque())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_that_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(is_verifier(verifier));
        assert_eq!(
            challenge_of(verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        for wrong in [
            &verifier[1..],
            "",
            &"a".repeat(129),
            &format!("{verifier}="),
        ] {
            assert!(!is_verifier(wrong), "{wrong}");
        }
    }
}
