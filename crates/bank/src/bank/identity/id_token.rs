//! ID tokens (OpenID Connect Core 1.0, 2), valid and deliberately invalid.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::super::{Bank, BankError, ids};
use super::IdentityProvider;
use super::keys::Signer;
use super::tokens::Grant;

/// The lifetime of an ID token, in seconds.
const SECONDS: i64 = 3600;

/// Claims about a person.
pub(crate) type Claims = Map<String, Value>;

impl Bank {
    /// Returns the claims about a person that the granted scopes allow.
    pub(crate) fn claims(&self, provider: IdentityProvider, grant: &Grant) -> Claims {
        let (mut claims, profile) = (Claims::new(), &grant.profile);
        let mut say = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                claims.insert(name.to_owned(), value);
            }
        };
        say("sub", Some(grant.subject(provider).into()));
        if grant.has("email")
            && let Some(email) = &profile.email
        {
            say("email", Some(email.clone().into()));
            say("email_verified", Some(profile.is_verified.into()));
        }
        if grant.has("profile") {
            say("name", profile.name().map(Value::from));
            say("given_name", profile.given.clone().map(Value::from));
            say("family_name", profile.family.clone().map(Value::from));
            say("picture", Some(self.picture_of(grant).into()));
            // Google serves birthdays through its People API only.
            let birthday = profile
                .birthday
                .filter(|_| provider == IdentityProvider::Oidc);
            say(
                "birthdate",
                birthday
                    .and_then(super::Birthday::birthdate)
                    .map(Value::from),
            );
        }
        claims
    }

    /// Returns the URL of a person's picture.
    pub(crate) fn picture_of(&self, grant: &Grant) -> String {
        let usual = || {
            format!(
                "{}/link-icon.svg",
                self.faces_url().as_str().trim_end_matches('/')
            )
        };
        grant.profile.picture.clone().unwrap_or_else(usual)
    }

    /// Returns the ID token that goes with an access token. `wrong` is a code of `FALSE_TOKENS`; any other text gives a
    /// valid token.
    pub(crate) async fn id_token(
        &self,
        provider: IdentityProvider,
        issuer: &str,
        grant: &Grant,
        access_token: &str,
        wrong: &str,
    ) -> Result<String, BankError> {
        let signer = self.identity_signer(provider).await?;
        let mut claims = self.claims(provider, grant);
        let now = self.wire_now().as_second();
        let more = json!({
            "iss": issuer, "aud": grant.client_id, "azp": grant.client_id, "iat": now, "exp": now + SECONDS,
            "at_hash": at_hash(access_token), "auth_time": grant.at,
        });
        if let Value::Object(more) = more {
            claims.extend(more);
        }
        if let Some(nonce) = &grant.nonce {
            claims.insert("nonce".to_owned(), nonce.clone().into());
        }
        falsify(&mut claims, wrong, now);
        sealed(&signer, &Value::Object(claims), wrong).await
    }
}

/// The `at_hash` claim: the left half of the token's SHA-256 (Core 1.0, 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

fn falsify(claims: &mut Claims, wrong: &str, now: i64) {
    let (name, value) = match wrong {
        "wrong_nonce" => ("nonce", ids::opaque().into()),
        "wrong_issuer" => ("iss", "https://issuer.example".into()),
        "wrong_audience" => ("aud", "another-program".into()),
        "wrong_at_hash" => ("at_hash", at_hash(&ids::opaque()).into()),
        "expired" => {
            claims.insert("iat".to_owned(), (now - 2 * SECONDS).into());
            ("exp", (now - SECONDS).into())
        }
        "no_nonce" => {
            claims.remove("nonce");
            return;
        }
        _ => return,
    };
    claims.insert(name.to_owned(), value);
}

/// Builds a JWT in compact form (RFC 7515, 7.1). This is done by hand because no library writes invalid tokens.
async fn sealed(signer: &Signer, claims: &Value, wrong: &str) -> Result<String, BankError> {
    let header = match wrong {
        "alg_none" => json!({"alg": "none", "typ": "JWT"}),
        "hs256" => json!({"alg": "HS256", "kid": signer.kid, "typ": "JWT"}),
        "unknown_kid" => json!({"alg": "RS256", "kid": ids::opaque(), "typ": "JWT"}),
        _ => json!({"alg": "RS256", "kid": signer.kid, "typ": "JWT"}),
    };
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encoded(&header), encoded(claims));
    let signature = match wrong {
        "alg_none" => Vec::new(),
        "hs256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, signer.pem()?.as_bytes());
            hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        }
        "wrong_key" => Signer::stranger().await?.sign(&text)?,
        _ => signer.sign(&text)?,
    };
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
