//! Verifies and reads Plaid's webhooks.
//!
//! `Plaid-Verification` is a compact JWS whose claims are the time and the SHA-256 of the body
//! (plaid.com/docs/api/webhooks/webhook-verification). Everything that can be refused without a call to Plaid is
//! refused first, because anyone on the internet can send a webhook.

mod asking;
mod keys;
mod notice;
mod token;

pub(super) use keys::Keys;
pub(super) use notice::parse_notice as read_webhook;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use jiff::Timestamp;
use reqwest::header::HeaderMap;

use super::client::Plaid;
use domain::webhook::{Refusal, Verified};
use token::Token;

/// Returns the signature header if there is exactly one and it is plain text.
pub(super) fn signature(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all("plaid-verification").iter();
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    }
}

impl Plaid {
    /// Verifies a webhook, or says why it is refused. `header` is the `Plaid-Verification` header, if there is exactly
    /// one and it is text.
    pub(super) async fn verify(
        &self,
        header: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        let token = Token::parse(header.ok_or(Refusal::NoSignature)?)?;
        token.check_time(now)?;
        let body_hash = token.check_body(body)?;
        let key = self.key(&token.kid, now).await?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key)
            .verify(token.signed.as_bytes(), &token.signature)
            .map_err(|_| Refusal::BadSignature)?;
        Ok(Verified {
            body_hash,
            body: notice::without_tokens(body),
            issued_at: token.issued_at,
            notice: notice::parse_notice(body),
        })
    }
}

#[cfg(test)]
mod tests;
