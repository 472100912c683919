//! Codes: given to a browser once somebody has agreed, exchanged once by the program that it is for.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::{Bank, BankError, ids};
use super::tokens::{self, Grant};
use super::{IdentityProvider, Profile};
use crate::store::identity::{self, CodeRow};

/// How long a code is worth something.
const CODE_MS: i64 = 60_000;

/// What a program asks for when it sends a browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    /// PKCE's, by S256.
    pub(crate) code_challenge: Option<String>,
}

/// A program's call that exchanges a code. It has no `Debug`, so that it cannot reach a log.
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
    /// It is nobody's, or another program's.
    Unknown,
    /// It was named with another secret before.
    Secret,
    /// It was exchanged before. What was given for it has ended.
    Used,
    /// Its time is over.
    Expired,
    /// The browser was to go elsewhere.
    RedirectUri,
    /// PKCE's verifier is missing, wrong, or belongs to nothing.
    Verifier,
}

impl Bank {
    /// A code for what somebody shares with a program.
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

    /// Exchanges a code for an access token. A wrong call leaves the code as it is; a second right one ends what the first
    /// was given (RFC 6749, 4.1.2).
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
        let mut grant = Grant::read(&row.record)?;
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
        // A verifier without a challenge means that somebody took the challenge away (RFC 9700, 2.1.1).
        (Some(_), None) | (None, Some(_)) => false,
    };
    if proven {
        Ok(())
    } else {
        Err(NoToken::Verifier)
    }
}

/// RFC 7636, 4.1.
fn is_verifier(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(fits)
}

/// RFC 7636, 4.2.
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// Google's codes hold a slash, which a program has to decode and encode again.
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
