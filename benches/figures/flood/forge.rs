//! Webhooks as Plaid signs them, and as a forger would: with a key of our own in Plaid's place.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key that signs webhooks.
pub struct Signer {
    fixed: EcdsaKeyPair,
    asn1: EcdsaKeyPair,
    kid: String,
}

impl Signer {
    /// Makes a new key with this name.
    pub fn new(kid: &str) -> Self {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .expect("a key");
        let read = |form| EcdsaKeyPair::from_pkcs8(form, document.as_ref()).expect("the same key");
        Self {
            fixed: read(&ECDSA_P256_SHA256_FIXED_SIGNING),
            asn1: read(&ECDSA_P256_SHA256_ASN1_SIGNING),
            kid: kid.to_owned(),
        }
    }

    /// Returns its public half, as `/webhook_verification_key/get` does.
    pub fn jwk(&self) -> Value {
        let point = self.fixed.public_key().as_ref();
        json!({
            "alg": "ES256", "crv": "P-256", "kid": self.kid, "kty": "EC", "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
            "created_at": 1_700_000_000, "expired_at": null,
        })
    }

    /// Returns the signature that Plaid would send with this body at this second.
    pub fn genuine(&self, body: &str, now: i64) -> String {
        self.sign(&header("ES256", &self.kid), &claims(body, now))
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let signed = joined(header, claims);
        let signature = self.fixed.sign(&SystemRandom::new(), signed.as_bytes());
        with(&signed, signature.expect("a signature").as_ref())
    }
}

/// A webhook that must be refused.
pub struct Forgery {
    /// The values of `Plaid-Verification`: none, one, or two.
    pub signatures: Vec<String>,
    /// The body.
    pub body: String,
    /// What the forger did.
    pub way: &'static str,
}

/// The number of ways to forge.
pub const WAYS: u64 = 16;

/// Forges a webhook in one of the ways, chosen by `n`. Whatever needs Plaid's own key is taken from a genuine webhook.
pub fn forged(plaid: &Signer, n: u64, now: i64) -> Forgery {
    let body = webhook("forged", n);
    let genuine = || plaid.genuine(&body, now);
    let own = Signer::new(&plaid.kid);
    let es256 = header("ES256", &plaid.kid);
    let stamp = claims(&body, now);
    let (way, signature) = match n % WAYS {
        0 => ("no signature", None),
        1 => ("no form", Some("not.a-signature".to_owned())),
        2 => (
            "alg none",
            Some(joined(&header("none", &plaid.kid), &stamp) + "."),
        ),
        3 => (
            "the public key as a secret",
            Some(hmac_signed(plaid, &stamp)),
        ),
        4 => (
            "another algorithm",
            Some(plaid.sign(&header("RS256", &plaid.kid), &stamp)),
        ),
        5 => (
            "another key of the same name",
            Some(own.sign(&es256, &stamp)),
        ),
        6 => (
            "a key that nobody knows",
            Some(own.sign(&header("ES256", &format!("invented-{n}")), &stamp)),
        ),
        7 => (
            "another body",
            Some(plaid.genuine(&webhook("genuine", n), now)),
        ),
        8 => ("an old one", Some(plaid.genuine(&body, now - 360))),
        9 => ("one of the future", Some(plaid.genuine(&body, now + 90))),
        10 => ("a changed time", Some(changed_time(&genuine(), &body, now))),
        11 => ("a cut signature", Some(genuine()[..120].to_owned())),
        12 => (
            "a long header",
            Some(format!("{}{}", genuine(), "A".repeat(5_000))),
        ),
        13 => (
            "a name that is a path",
            Some(own.sign(&header("ES256", "../../keys?x=1"), &stamp)),
        ),
        14 => (
            "the other form of signature",
            Some(asn1_signed(plaid, &es256, &stamp)),
        ),
        _ => ("two signatures", Some(genuine())),
    };
    let mut signatures: Vec<String> = signature.into_iter().collect();
    if way == "two signatures" {
        signatures.push(own.genuine(&body, now));
    }
    Forgery {
        signatures,
        body,
        way,
    }
}

/// Returns a body; no two are the same.
pub fn webhook(sort: &str, n: u64) -> String {
    json!({
        "webhook_type": "TRANSACTIONS", "webhook_code": "SYNC_UPDATES_AVAILABLE",
        "item_id": format!("{sort}-{n}"), "initial_update_complete": true,
        "historical_update_complete": true, "environment": "production",
    })
    .to_string()
}

fn header(alg: &str, kid: &str) -> String {
    json!({"alg": alg, "kid": kid, "typ": "JWT"}).to_string()
}

fn claims(body: &str, now: i64) -> String {
    let hash: String = digest(&SHA256, body.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({"iat": now, "request_body_sha256": hash}).to_string()
}

fn joined(header: &str, claims: &str) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

fn with(signed: &str, signature: &[u8]) -> String {
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Signs with the classic forgery: HMAC keyed with the bytes of the public key, which anyone can get.
fn hmac_signed(plaid: &Signer, claims: &str) -> String {
    let signed = joined(&header("HS256", &plaid.kid), claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, plaid.fixed.public_key().as_ref());
    with(&signed, hmac::sign(&key, signed.as_bytes()).as_ref())
}

fn asn1_signed(plaid: &Signer, header: &str, claims: &str) -> String {
    let signed = joined(header, claims);
    let signature = plaid.asn1.sign(&SystemRandom::new(), signed.as_bytes());
    with(&signed, signature.expect("a signature").as_ref())
}

/// Replaces the claims under a signature that covers others.
fn changed_time(genuine: &str, body: &str, now: i64) -> String {
    let mut parts: Vec<String> = genuine.split('.').map(str::to_owned).collect();
    parts[1] = URL_SAFE_NO_PAD.encode(claims(body, now + 1));
    parts.join(".")
}
