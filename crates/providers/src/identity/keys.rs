//! The keys that an issuer signs with. They change whenever the issuer likes: they are kept for as long as it says, and
//! fetched again for a key that is not known. No stranger can ask for that: tokens come from the issuer itself.

use std::time::{Duration, Instant};

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::http::Http;
use domain::identity::SignInTrouble;

/// Kept at least and at most so long, whatever the issuer says.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// When it says nothing.
const USUAL: u64 = 3600;

/// What is kept of an issuer's keys.
#[derive(Debug, Default)]
pub(super) struct Keys(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    keys: Vec<Jwk>,
    fetched: Instant,
    lasts: Duration,
}

/// A set of keys as it comes. Each is read by itself: one of a kind that is not known takes no other along.
#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Keys {
    /// The key with this id; without one, the only key that there is.
    pub(super) async fn find(
        &self,
        http: &Http,
        url: &Url,
        kid: Option<&str>,
    ) -> Result<Jwk, SignInTrouble> {
        let mut kept = self.0.lock().await;
        if let Some(known) = kept.as_ref().filter(|kept| kept.is_good())
            && let Some(key) = known.find(kid)
        {
            return Ok(key.clone());
        }
        *kept = Some(fetch(http, url).await?);
        let found = kept.as_ref().and_then(|kept| kept.find(kid)).cloned();
        found.ok_or(SignInTrouble::Untrusted("its key is not known"))
    }
}

impl Kept {
    fn is_good(&self) -> bool {
        self.fetched.elapsed() < self.lasts
    }

    fn find(&self, kid: Option<&str>) -> Option<&Jwk> {
        match (kid, &self.keys[..]) {
            (Some(kid), keys) => keys
                .iter()
                .find(|key| key.common.key_id.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

async fn fetch(http: &Http, url: &Url) -> Result<Kept, SignInTrouble> {
    let answer = http.get::<Set>("keys", url.clone(), None).await?;
    let keys = answer.body.keys.into_iter();
    let lasts = Duration::from_secs(answer.max_age.unwrap_or(USUAL));
    Ok(Kept {
        keys: keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect(),
        fetched: Instant::now(),
        lasts: lasts.clamp(SHORTEST, LONGEST),
    })
}
