//! Fetches Plaid's public keys.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::keys::{Answer, Memory, Point};
use crate::plaid::client::{Asked, Plaid};
use domain::webhook::Refusal;

/// The timeout. Plaid waits ten seconds for the response to a webhook, and must have it before.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct KeyRequest<'a> {
    key_id: &'a str,
}

#[derive(Deserialize)]
struct KeyAnswer {
    key: Jwk,
}

#[derive(Deserialize)]
struct Jwk {
    alg: String,
    crv: String,
    kid: String,
    x: String,
    y: String,
    #[serde(default)]
    expired_at: Option<i64>,
}

impl Plaid {
    /// Returns the public key with this name.
    pub(super) async fn key(&self, kid: &str, now: Timestamp) -> Result<Point, Refusal> {
        let keys = &self.webhook_keys;
        match keys.remembered(kid, now)? {
            Memory::Good(known) => known.at(now),
            // The first request that finds the key stale fetches it; all others keep using it in the meantime.
            Memory::Stale(known) => match self.webhook_key(kid).await {
                Answer::Silence | Answer::NotAsked => known.at(now),
                answer => keys.keep(kid, answer, now),
            },
            Memory::Flight(flight) => {
                let answer = *flight
                    .get_or_init(|| async {
                        // The budget is taken here and not earlier: if the first waiter disconnects, the next one
                        // fetches.
                        if keys.may_ask(kid, now) {
                            self.webhook_key(kid).await
                        } else {
                            Answer::NotAsked
                        }
                    })
                    .await;
                keys.land(kid, &flight);
                keys.keep(kid, answer, now)
            }
        }
    }

    async fn webhook_key(&self, kid: &str) -> Answer {
        let body = KeyRequest { key_id: kid };
        let asked = Asked {
            patience: PATIENCE,
            ..Asked::new("/webhook_verification_key/get", None)
        };
        match self.ask::<_, KeyAnswer>(asked, &body).await {
            Ok(KeyAnswer { key }) => match point(&key).filter(|_| key.kid == kid) {
                Some(point) => Answer::Key {
                    point,
                    expired_at: key.expired_at,
                },
                None => Answer::Silence,
            },
            Err(problem) if problem.code == "INVALID_WEBHOOK_VERIFICATION_KEY_ID" => {
                Answer::Unknown
            }
            Err(_) => Answer::Silence,
        }
    }
}

/// Encodes an uncompressed point: the byte 4, then 32 bytes each of x and y (SEC 1, 2.3.3).
fn point(key: &Jwk) -> Option<Point> {
    if key.alg != "ES256" || key.crv != "P-256" {
        return None;
    }
    let mut point = vec![4];
    for half in [&key.x, &key.y] {
        point.extend(
            URL_SAFE_NO_PAD
                .decode(half)
                .ok()
                .filter(|h| h.len() == 32)?,
        );
    }
    point.try_into().ok()
}
