//! An issuer's signing keys. The issuer may change them at any time, so they are cached for as long as it says and
//! fetched again for an unknown key. An outsider cannot trigger that, because tokens come from the issuer itself.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::http::{Http, held};
use domain::identity::SignInError;

/// The shortest time for which keys are cached.
const SHORTEST: Duration = Duration::from_secs(60);
/// The longest time for which keys are cached, whatever the issuer says.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// The cache time in seconds if the issuer gives none.
const USUAL: u64 = 3600;

/// The cached keys of an issuer.
#[derive(Debug, Default)]
pub(super) struct Keys(Mutex<Option<KeySet>>);

#[derive(Debug)]
struct KeySet {
    keys: Vec<Jwk>,
    fetched: Instant,
    lasts: Duration,
}

/// A key set on the wire. Each key is parsed separately, so that a key of an unknown type does not spoil the whole set.
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl Keys {
    /// Returns the key with this id. Without an id, returns the only key there is.
    pub(super) async fn find(
        &self,
        http: &Http,
        url: &Url,
        kid: Option<&str>,
    ) -> Result<Jwk, SignInError> {
        let known = held(&self.0)
            .as_ref()
            .and_then(|set| set.find(kid))
            .cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        let set = fetch(http, url).await?;
        let found = set.find(kid).cloned();
        *held(&self.0) = Some(set);
        found.ok_or(SignInError::InvalidResponse("its key is not known"))
    }
}

impl KeySet {
    fn find(&self, kid: Option<&str>) -> Option<&Jwk> {
        if self.fetched.elapsed() >= self.lasts {
            return None;
        }
        match (kid, &self.keys[..]) {
            (Some(kid), keys) => keys
                .iter()
                .find(|key| key.common.key_id.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

async fn fetch(http: &Http, url: &Url) -> Result<KeySet, SignInError> {
    let answer = http.get::<Document>("keys", url.clone(), None).await?;
    let keys = answer.body.keys.into_iter();
    let lasts = Duration::from_secs(answer.max_age.unwrap_or(USUAL));
    Ok(KeySet {
        keys: keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect(),
        fetched: Instant::now(),
        lasts: lasts.clamp(SHORTEST, LONGEST),
    })
}
