//! The bank's own key: every webhook carries a JWT over the SHA-256 of its body (ES256, RFC 7518).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::super::{Bank, BankError, ids};
use crate::sandbox::store::keys::{self, KeyRow};
use crate::sandbox::store::{Store, StoreError};

/// Signs webhooks. It has no `Debug`, so that its key cannot reach a log.
pub struct Signer {
    kid: String,
    key: EncodingKey,
}

/// The public half of a key, in the words of a JWK.
pub struct PublicKey {
    /// Its name.
    pub kid: String,
    /// The point's first half, base64url.
    pub x: String,
    /// The point's second half, base64url.
    pub y: String,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// Seconds since the epoch, when it signs no more.
    pub expired_at: Option<i64>,
}

impl Signer {
    /// The key of the bank's file; made there when there is none.
    pub async fn open(store: &Store, now: Timestamp) -> Result<Self, BankError> {
        let mut write = store.write().await?;
        let row = match keys::current(&mut write).await? {
            Some(row) => row,
            None => {
                let row = generate(now)?;
                keys::insert(&mut write, &row).await?;
                row
            }
        };
        write.commit().await.map_err(StoreError::from)?;
        Ok(Self {
            kid: row.kid,
            key: EncodingKey::from_ec_der(&row.pkcs8),
        })
    }

    /// The value of `Plaid-Verification` for a body, as of now.
    pub fn sign(&self, body: &str, now: Timestamp) -> Result<String, BankError> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        let claims = json!({"iat": now.as_second(), "request_body_sha256": ids::hash(body)});
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| BankError::Key)
    }
}

impl Bank {
    /// The public key of this name.
    pub async fn public_key(&self, kid: &str) -> Result<Option<PublicKey>, BankError> {
        let mut read = self.store().read().await?;
        keys::by_kid(&mut read, kid)
            .await?
            .map(public_half)
            .transpose()
    }
}

fn generate(now: Timestamp) -> Result<KeyRow, BankError> {
    let document =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| BankError::Key)?;
    Ok(KeyRow {
        kid: uuid::Uuid::new_v4().to_string(),
        pkcs8: document.as_ref().to_vec(),
        created_at: now.as_millisecond(),
        expired_at: None,
    })
}

/// The point is written uncompressed: a 4, then 32 bytes each of x and y (SEC 1, 2.3.3).
fn public_half(row: KeyRow) -> Result<PublicKey, BankError> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &row.pkcs8)
        .map_err(|_| BankError::Key)?;
    let point = pair.public_key().as_ref();
    let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else {
        return Err(BankError::Key);
    };
    Ok(PublicKey {
        kid: row.kid,
        x: URL_SAFE_NO_PAD.encode(x),
        y: URL_SAFE_NO_PAD.encode(y),
        created_at: row.created_at / 1000,
        expired_at: row.expired_at.map(|millis| millis / 1000),
    })
}
