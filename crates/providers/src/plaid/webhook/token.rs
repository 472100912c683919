//! The signature's header and claims: parsed strictly, and checked against the clock and the body.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::hex::hex;
use domain::webhook::Refusal;

/// Plaid's headers are about 400 bytes long.
const LONGEST_HEADER: usize = 4096;
/// How old a webhook may be, according to Plaid.
const OLDEST: SignedDuration = SignedDuration::from_mins(5);
/// How far two clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// A parsed signature. Nothing in it is verified yet.
pub(super) struct Token<'a> {
    pub kid: String,
    pub issued_at: Timestamp,
    /// The signed text: header and claims as received.
    pub signed: &'a str,
    pub signature: Vec<u8>,
    body_sha256: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    /// Extensions that must be understood (RFC 7515, 4.1.11). We understand none.
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    request_body_sha256: String,
}

impl<'a> Token<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > LONGEST_HEADER {
            return Err(Refusal::HeaderTooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        let header: Header = json(header)?;
        // The sender must not choose the algorithm: `none`, and HMAC with a public key, are the classic attacks.
        if header.alg != "ES256" {
            return Err(Refusal::Algorithm);
        }
        if header.crit.is_some() {
            return Err(Refusal::Malformed);
        }
        if !can_be_a_name(&header.kid) {
            return Err(Refusal::KeyName);
        }
        let claims: Claims = json(claims)?;
        let issued_at = Timestamp::from_second(claims.iat).map_err(|_| Refusal::Malformed)?;
        let signature = URL_SAFE_NO_PAD.decode(signature);
        let signature = signature.map_err(|_| Refusal::Malformed)?;
        if signature.len() != 64 {
            return Err(Refusal::BadSignature);
        }
        Ok(Self {
            kid: header.kid,
            issued_at,
            signed,
            signature,
            body_sha256: claims.request_body_sha256,
        })
    }

    pub(super) fn check_time(&self, now: Timestamp) -> Result<(), Refusal> {
        let age = now.duration_since(self.issued_at);
        if age > OLDEST {
            return Err(Refusal::TooOld);
        }
        if age < -SKEW {
            return Err(Refusal::FromTheFuture);
        }
        Ok(())
    }

    /// Checks the body against the signed hash, and returns the hash in hex.
    pub(super) fn check_body(&self, body: &[u8]) -> Result<String, Refusal> {
        let hash = hex(digest(&SHA256, body).as_ref());
        verify_slices_are_equal(hash.as_bytes(), self.body_sha256.as_bytes())
            .map_err(|_| Refusal::OtherBody)?;
        Ok(hash)
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(part);
    let bytes = bytes.map_err(|_| Refusal::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed)
}

/// Whether a text can be a key's name. Plaid's names are UUIDs; the name is sent to Plaid and logged.
fn can_be_a_name(kid: &str) -> bool {
    (8..=64).contains(&kid.len())
        && kid
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
