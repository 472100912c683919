//! The keys that sign tokens: random, sealed in the database, and replaced every month.

use std::sync::Arc;

use jiff::SignedDuration;
use jsonwebtoken::{DecodingKey, EncodingKey};
use tokio::sync::RwLock;

use crate::auth::AuthError;
use crate::auth::digest::random_code;
use crate::context::Ctx;
use domain::id::TokenKeyId;
use domain::secret::Secret;
use store::TOKEN_KEY_OWNER;

/// How long a key signs. It is accepted for as long again, which is four times the lifetime of its last token.
const SIGNS_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many keys are accepted: the newest and the one before it.
const BELIEVED: usize = 2;

/// The signing keys, read once. Clones share them.
#[derive(Clone, Default)]
pub struct SigningKeys(Arc<RwLock<Vec<Arc<Key>>>>);

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKeys(…)")
    }
}

/// One signing key.
pub(super) struct Key {
    pub(super) id: TokenKeyId,
    pub(super) signs: EncodingKey,
    pub(super) checks: DecodingKey,
    made_at: i64,
}

impl SigningKeys {
    /// Returns the key that signs now; makes a new one when there is none or it has signed long enough.
    pub(super) async fn newest(&self, ctx: &Ctx) -> Result<Arc<Key>, AuthError> {
        self.load(ctx).await?;
        let now = ctx.clock.now().as_millisecond();
        let still_signs = |key: &&Arc<Key>| i128::from(now - key.made_at) < SIGNS_FOR.as_millis();
        if let Some(key) = self.0.read().await.first().filter(still_signs) {
            return Ok(Arc::clone(key));
        }
        let mut keys = self.0.write().await;
        if let Some(key) = keys.first().filter(still_signs) {
            return Ok(Arc::clone(key));
        }
        let (id, secret) = (
            TokenKeyId::generate(),
            Secret::new(random_code().map_err(|_| AuthError::Busy)?),
        );
        let sealed = ctx
            .vault
            .seal(&secret, id.as_str(), TOKEN_KEY_OWNER)
            .map_err(|_| AuthError::Busy)?;
        ctx.store.add_token_key(&id, &sealed, now).await?;
        tracing::info!(key = %id, "a new key signs tokens");
        keys.insert(0, Arc::new(key(id, &secret, now)));
        keys.truncate(BELIEVED);
        keys.first().cloned().ok_or(AuthError::Busy)
    }

    /// Returns the key with this id, if it is still accepted.
    pub(super) async fn named(&self, ctx: &Ctx, id: &str) -> Result<Option<Arc<Key>>, AuthError> {
        self.load(ctx).await?;
        let keys = self.0.read().await;
        Ok(keys.iter().find(|key| key.id.as_str() == id).cloned())
    }

    /// Reads the keys the first time. This process has the database to itself, so no other process makes new ones.
    async fn load(&self, ctx: &Ctx) -> Result<(), AuthError> {
        if !self.0.read().await.is_empty() {
            return Ok(());
        }
        let mut keys = self.0.write().await;
        if !keys.is_empty() {
            return Ok(());
        }
        for (id, sealed, made_at) in ctx.store.token_keys().await? {
            match ctx.vault.unseal(&sealed, id.as_str(), TOKEN_KEY_OWNER) {
                Ok(secret) => keys.push(Arc::new(key(id, &secret, made_at))),
                // Its tokens are void, and their holders have to log in again; nothing else is lost.
                Err(_) => tracing::warn!(key = %id, "a key that signed tokens cannot be opened"),
            }
        }
        keys.truncate(BELIEVED);
        Ok(())
    }
}

fn key(id: TokenKeyId, secret: &Secret, made_at: i64) -> Key {
    let bytes = secret.expose().as_bytes();
    Key {
        id,
        signs: EncodingKey::from_secret(bytes),
        checks: DecodingKey::from_secret(bytes),
        made_at,
    }
}
