//! Keys that sign ID tokens: RS256, one for each provider, generated when first needed.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use super::super::{Bank, BankError, ids};
use super::IdentityProvider;
use crate::store::identity::{self, IdentityKeyRow};

/// Signs ID tokens. It has no `Debug`, so that its key cannot reach a log.
pub(super) struct Signer {
    pub(super) kid: String,
    pair: KeyPair,
}

/// The public half of a key, in JWK terms.
pub(crate) struct PublicRsaKey {
    pub(crate) kid: String,
    /// The modulus, base64url.
    pub(crate) n: String,
    /// The exponent, base64url.
    pub(crate) e: String,
}

impl Signer {
    fn from_row(row: &IdentityKeyRow) -> Result<Self, BankError> {
        Ok(Self {
            kid: row.kid.clone(),
            pair: KeyPair::from_pkcs8(&row.pkcs8).map_err(|_| BankError::Key)?,
        })
    }

    /// A signer with a key that is not published.
    pub(super) async fn stranger() -> Result<Self, BankError> {
        Ok(Self {
            kid: String::new(),
            pair: generate().await?,
        })
    }

    pub(super) fn sign(&self, text: &str) -> Result<Vec<u8>, BankError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .map_err(|_| BankError::Key)?;
        Ok(signature)
    }

    /// The public key as PEM. It is the HMAC secret of a token that abuses algorithm confusion.
    pub(super) fn pem(&self) -> Result<String, BankError> {
        let der: PublicKeyX509Der<'_> = self
            .pair
            .public_key()
            .as_der()
            .map_err(|_| BankError::Key)?;
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        Ok(format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        ))
    }

    fn public(&self) -> PublicRsaKey {
        let public = self.pair.public_key();
        PublicRsaKey {
            kid: self.kid.clone(),
            n: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            e: URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        }
    }
}

impl Bank {
    /// Returns the keys that a provider publishes. The first one signs.
    pub(crate) async fn identity_keys(
        &self,
        provider: IdentityProvider,
    ) -> Result<Vec<PublicRsaKey>, BankError> {
        let rows = self.key_rows(provider).await?;
        rows.iter()
            .map(|row| Ok(Signer::from_row(row)?.public()))
            .collect()
    }

    pub(super) async fn identity_signer(
        &self,
        provider: IdentityProvider,
    ) -> Result<Signer, BankError> {
        let rows = self.key_rows(provider).await?;
        Signer::from_row(rows.first().ok_or(BankError::Key)?)
    }

    /// Starts to sign with a new key and returns its id. Older keys stay published for `others_for`.
    pub(crate) async fn rotate_identity_key(
        &self,
        provider: IdentityProvider,
        others_for: SignedDuration,
    ) -> Result<String, BankError> {
        let now = self.wire_now();
        let until = now.saturating_add(others_for).unwrap_or(Timestamp::MAX);
        let row = key_row(provider, &generate().await?, now)?;
        let mut write = self.store().write().await?;
        identity::insert_key(&mut write, &row, until.as_millisecond()).await?;
        self.commit(write).await?;
        Ok(row.kid)
    }

    /// Returns the stored keys, and generates the first one if there is none.
    async fn key_rows(&self, provider: IdentityProvider) -> Result<Vec<IdentityKeyRow>, BankError> {
        let (name, now) = (provider.name(), self.wire_now());
        let millis = now.as_millisecond();
        let rows = identity::keys(&mut *self.store().begin_read().await?, name, millis).await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
        let row = key_row(provider, &generate().await?, now)?;
        let mut write = self.store().write().await?;
        // Another call may have created one in the meantime.
        let mut rows = identity::keys(&mut write, name, millis).await?;
        if rows.is_empty() {
            identity::insert_key(&mut write, &row, millis).await?;
            self.commit(write).await?;
            rows.push(row);
        }
        Ok(rows)
    }
}

/// Runs on a blocking thread, because generating an RSA key takes a while.
async fn generate() -> Result<KeyPair, BankError> {
    let made = tokio::task::spawn_blocking(|| KeyPair::generate(KeySize::Rsa2048)).await;
    made.ok().and_then(Result::ok).ok_or(BankError::Key)
}

fn key_row(
    provider: IdentityProvider,
    pair: &KeyPair,
    now: Timestamp,
) -> Result<IdentityKeyRow, BankError> {
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| BankError::Key)?;
    Ok(IdentityKeyRow {
        kid: ids::opaque(),
        provider: provider.name().to_owned(),
        pkcs8: der.as_ref().to_vec(),
        created_at: now.as_millisecond(),
    })
}
