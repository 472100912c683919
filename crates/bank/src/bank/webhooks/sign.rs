//! The bank's webhook signing key. Every webhook carries a JWT over the SHA-256 of its body (ES256, RFC 7518).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::super::{Bank, BankError, ids};
use crate::store::keys::{self, KeyRow};
use crate::store::{Store, StoreError};

/// Signs webhooks. It has no `Debug`, so that its key cannot reach a log.
#[derive(Clone)]
pub struct Signer {
    /// The key id.
    pub(super) kid: String,
    pub(super) key: EncodingKey,
    /// The public half, as an uncompressed point.
    pub(super) public: Vec<u8>,
}

/// The public half of a key, in JWK terms.
pub struct PublicKey {
    /// The key id.
    pub kid: String,
    /// The x coordinate, base64url.
    pub x: String,
    /// The y coordinate, base64url.
    pub y: String,
    /// When it was created, in Unix seconds.
    pub created_at: i64,
    /// When it expires, in Unix seconds. `None` for the key that signs now.
    pub expired_at: Option<i64>,
}

/// A key of Plaid's own Sandbox, whose id Plaid's public client libraries request in their tests (plaid-ruby's
/// recordings contain the key). It signs nothing here and expired long ago.
const PUBLISHED: (&str, &str, &str) = (
    "6c5516e1-92dc-479e-a8ff-5a51992e0001",
    "35lvC8uz2QrWpQJ3TUH8t9o9DURMp7ydU518RKDl20k",
    "I8BuXB2bvxelzJAd7OKhd-ZwjCst05Fx47Mb_0ugros",
);
/// When Plaid created it, in Unix seconds: 2019-06-13.
const PUBLISHED_AT: i64 = 1_560_466_143;
/// When it expired, in Unix seconds: 2021-01-01. Plaid does not publish its own time.
const PUBLISHED_UNTIL: i64 = 1_609_459_200;

impl Signer {
    /// Loads the signing key from the bank's database, or generates one if there is none.
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
        Ok(Self::from_row(&row))
    }

    pub(super) fn from_row(row: &KeyRow) -> Self {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &row.pkcs8);
        Self {
            kid: row.kid.clone(),
            key: EncodingKey::from_ec_der(&row.pkcs8),
            public: pair.map_or_else(|_| Vec::new(), |pair| pair.public_key().as_ref().to_vec()),
        }
    }

    /// A signer with a key that is not published.
    pub(super) fn stranger(now: Timestamp) -> Result<Self, BankError> {
        Ok(Self::from_row(&generate(now)?))
    }

    /// Returns the value of `Plaid-Verification` for a body, issued now.
    pub fn sign(&self, body: &str, now: Timestamp) -> Result<String, BankError> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        let claims = json!({"iat": now.as_second(), "request_body_sha256": ids::hash(body)});
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| BankError::Key)
    }
}

impl Bank {
    /// Returns the public key with this id, expired or not.
    pub async fn public_key(&self, kid: &str) -> Result<Option<PublicKey>, BankError> {
        if kid == PUBLISHED.0 {
            return Ok(Some(published()));
        }
        let mut read = self.store().begin_read().await?;
        keys::by_kid(&mut read, kid)
            .await?
            .map(public_half)
            .transpose()
    }

    /// Starts to sign with a new key and returns its id. The old keys expire at `expire_at`, or with `forget` are
    /// deleted and can no longer be looked up.
    pub(crate) async fn rotate_key(
        &self,
        expire_at: Timestamp,
        forget: bool,
    ) -> Result<String, BankError> {
        let mut write = self.store().write().await?;
        if forget {
            keys::forget_all(&mut write).await?;
        } else {
            keys::expire_all(&mut write, expire_at.as_millisecond()).await?;
        }
        let row = generate(self.wire_now())?;
        keys::insert(&mut write, &row).await?;
        write.commit().await.map_err(StoreError::from)?;
        *self.inner.signer.write().await = Signer::from_row(&row);
        Ok(row.kid)
    }

    /// Returns the signer that expired last, if there is one.
    pub(super) async fn expired_signer(&self) -> Result<Option<Signer>, BankError> {
        let now = self.wire_now().as_millisecond();
        let mut read = self.store().begin_read().await?;
        let row = keys::last_expired(&mut read, now).await?;
        Ok(row.as_ref().map(Signer::from_row))
    }
}

fn published() -> PublicKey {
    let (kid, x, y) = PUBLISHED;
    PublicKey {
        kid: kid.to_owned(),
        x: x.to_owned(),
        y: y.to_owned(),
        created_at: PUBLISHED_AT,
        expired_at: Some(PUBLISHED_UNTIL),
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

/// The point is uncompressed: a 4, then 32 bytes each of x and y (SEC 1, 2.3.3).
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
