//! Forged webhooks: every kind that a receiver has to detect.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{Bank, BankError, Refusal, ids};
use super::sign::Signer;
use crate::store::deliveries::Delivery;

/// A way to forge a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgery {
    /// Its name in the API.
    pub name: &'static str,
    /// What is wrong with it.
    pub words: &'static str,
}

impl Forgery {
    /// Every way.
    pub const ALL: [Self; 16] = [
        forgery("wrong_key", "signed with a different key than it names"),
        forgery("alg_none", "not signed (alg none)"),
        forgery(
            "hs256",
            "signed with HMAC, using the public key as the secret",
        ),
        forgery("rs256", "claims a different algorithm"),
        forgery("unknown_kid", "names an unknown key"),
        forgery("no_kid", "names no key"),
        forgery("expired_key", "signed with a key that has expired"),
        forgery("expired_iat", "signed ten minutes ago"),
        forgery("future_iat", "signed ten minutes from now"),
        forgery("no_iat", "has no signing time"),
        forgery("wrong_hash", "signed for a different body"),
        forgery("changed_body", "changed after it was signed"),
        forgery(
            "changed_signature",
            "with one character of the signature changed",
        ),
        forgery("no_header", "without a signature"),
        forgery("garbage", "with a signature that isn't one"),
        forgery("huge_header", "with a 32 kB signature"),
    ];

    /// Returns the way with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|forgery| forgery.name == name)
    }
}

const fn forgery(name: &'static str, words: &'static str) -> Forgery {
    Forgery { name, words }
}

/// How far `iat` is off, in seconds. Receivers allow at most five minutes.
const OFF_SECONDS: i64 = 600;

impl Bank {
    /// Returns the header and the body of a delivery, forged if the delivery asks for it.
    pub(super) async fn signed(
        &self,
        delivery: &Delivery,
    ) -> Result<(Option<String>, String), BankError> {
        let now = self.wire_now();
        let body = delivery.body.clone();
        let signer = self.inner.signer.read().await.clone();
        let Some(forgery) = delivery.forgery.as_deref() else {
            return Ok((Some(signer.sign(&body, now)?), body));
        };
        let header = match forgery {
            "no_header" => None,
            "garbage" => Some("this is not a signature".to_owned()),
            "huge_header" => Some("e".repeat(32 * 1024)),
            "expired_key" => Some(self.expired_key(&body, now).await?),
            _ => Some(falsified(&signer, forgery, &body, now)?),
        };
        let body = if forgery == "changed_body" {
            format!("{body}\n")
        } else {
            body
        };
        Ok((header, body))
    }

    async fn expired_key(&self, body: &str, now: Timestamp) -> Result<String, BankError> {
        let signer = self.expired_signer().await?.ok_or_else(no_expired_key)?;
        signer.sign(body, now)
    }

    /// Refuses forgeries that are not possible yet.
    pub(crate) async fn can_forge(&self, forgery: Forgery) -> Result<(), BankError> {
        if forgery.name == "expired_key" && self.expired_signer().await?.is_none() {
            return Err(no_expired_key().into());
        }
        Ok(())
    }
}

fn no_expired_key() -> Refusal {
    Refusal::invalid_field("no key has expired yet: call /misbehave/webhook/key/rotate first")
}

fn falsified(
    signer: &Signer,
    forgery: &str,
    body: &str,
    now: Timestamp,
) -> Result<String, BankError> {
    let stranger = Signer::stranger(now)?;
    let header = json!({"alg": "ES256", "kid": signer.kid, "typ": "JWT"});
    let claims = json!({"iat": now.as_second(), "request_body_sha256": ids::hash(body)});
    let with = |value: &Value, name: &str, new: Value| {
        let mut changed = value.clone();
        changed[name] = new;
        changed
    };
    let off = |seconds: i64| with(&claims, "iat", (now.as_second() + seconds).into());
    match forgery {
        "wrong_key" => stranger.seal(&header, &claims),
        "unknown_kid" => stranger.seal(&with(&header, "kid", stranger.kid.clone().into()), &claims),
        "no_kid" => signer.seal(&without(&header, "kid"), &claims),
        "expired_iat" => signer.seal(&header, &off(-OFF_SECONDS)),
        "future_iat" => signer.seal(&header, &off(OFF_SECONDS)),
        "no_iat" => signer.seal(&header, &without(&claims, "iat")),
        "wrong_hash" => {
            let other = ids::hash("another body").into();
            signer.seal(&header, &with(&claims, "request_body_sha256", other))
        }
        "alg_none" => Ok(format!(
            "{}.",
            message(&with(&header, "alg", "none".into()), &claims)
        )),
        "hs256" => {
            let message = message(&with(&header, "alg", "HS256".into()), &claims);
            // A careless verifier would use the public key, which anyone can read, as the shared secret.
            let key = hmac::Key::new(hmac::HMAC_SHA256, &signer.public);
            let tag = hmac::sign(&key, message.as_bytes());
            Ok(format!(
                "{message}.{}",
                URL_SAFE_NO_PAD.encode(tag.as_ref())
            ))
        }
        "rs256" => {
            let message = message(&with(&header, "alg", "RS256".into()), &claims);
            Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode([0x5a; 256])))
        }
        "changed_signature" => Ok(swap_a_letter(&signer.seal(&header, &claims)?)),
        _ => signer.seal(&header, &claims),
    }
}

impl Signer {
    /// Builds a JWT from any header and claims. The library would correct some of them.
    fn seal(&self, header: &Value, claims: &Value) -> Result<String, BankError> {
        let message = message(header, claims);
        let signature = jsonwebtoken::crypto::sign(
            message.as_bytes(),
            &self.key,
            jsonwebtoken::Algorithm::ES256,
        )
        .map_err(|_| BankError::Key)?;
        Ok(format!("{message}.{signature}"))
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.remove(name);
    }
    value
}

/// Changes one letter in the middle of the signature.
fn swap_a_letter(jwt: &str) -> String {
    let at = jwt.len().saturating_sub(40);
    let (start, end) = jwt.split_at(at);
    let other = if end.starts_with('A') { "B" } else { "A" };
    format!("{start}{other}{}", end.get(1..).unwrap_or_default())
}
