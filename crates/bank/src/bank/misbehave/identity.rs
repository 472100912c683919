//! Actions of the simulated identity providers: key rotation, and data deletion requests.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Deed;
use crate::bank::{Bank, BankError, IdentityProvider, ids};

/// The most bytes of a response that are reported.
const LARGEST_ANSWER: usize = 4096;

/// The ways to forge a deletion request: the name in the API, and the description.
pub(crate) const DELETION_FORGERIES: [(&str, &str); 5] = [
    ("wrong_secret", "signed with another secret"),
    (
        "wrong_algorithm",
        "a valid signature with an algorithm other than HMAC-SHA256",
    ),
    ("changed_payload", "for a different user than was signed"),
    ("no_signature", "not signed"),
    ("garbage", "not a signed request"),
];

/// A data deletion request as Facebook sends it. It has no `Debug`, because it contains a secret.
pub(crate) struct Deletion<'a> {
    pub(crate) url: &'a str,
    pub(crate) client_secret: &'a str,
    pub(crate) user_id: &'a str,
    /// One of `DELETION_FORGERIES`, or empty for a genuine request.
    pub(crate) forgery: &'a str,
}

impl Bank {
    /// Starts to sign the ID tokens of these providers with new keys. Older keys stay published for `others_for`.
    pub(crate) async fn new_identity_keys(
        &self,
        which: &[IdentityProvider],
        others_for: SignedDuration,
    ) -> Result<Deed, BankError> {
        let mut kids = Vec::new();
        for provider in which {
            kids.push(Value::from(
                self.rotate_identity_key(*provider, others_for).await?,
            ));
        }
        let names: Vec<&str> = which.iter().map(|provider| provider.words()).collect();
        Ok(Deed::new(
            format!(
                "ID tokens from {} are now signed with new keys.",
                names.join(" and ")
            ),
            "The next sign-in works: the app looks up the new key.",
        )
        .with("kids", kids))
    }

    /// Sends a data deletion request and reports the response.
    pub(crate) async fn ask_for_deletion(&self, wanted: Deletion<'_>) -> Result<Deed, BankError> {
        let request = signed_request(&wanted, self.wire_now().as_second());
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("signed_request", &request)
            .finish();
        let post = self.inner.http.post(wanted.url);
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        let (status, text) = match post.body(body).send().await {
            Ok(answer) => (Some(answer.status().as_u16()), beginning(answer).await),
            Err(_) => (None, String::new()),
        };
        let done = match status {
            Some(status) => format!("The request was sent and got {status}."),
            None => "The request was sent but got no response.".to_owned(),
        };
        let expect = match wanted.forgery {
            "" => {
                "The app deletes this person’s Facebook data, and responds with a status URL and a code."
            }
            _ => "The app rejects the request and deletes nothing.",
        };
        Ok(Deed::new(done, expect)
            .with("signed_request", request)
            .with("status", status)
            .with("body", text))
    }
}

/// Returns signature and payload, each base64url. The signature covers the encoded payload.
fn signed_request(wanted: &Deletion<'_>, now: i64) -> String {
    let payload = |user_id: &str| {
        let algorithm = match wanted.forgery {
            "wrong_algorithm" => "HMAC-SHA1",
            _ => "HMAC-SHA256",
        };
        let fields = json!({"algorithm": algorithm, "issued_at": now, "user_id": user_id});
        URL_SAFE_NO_PAD.encode(fields.to_string())
    };
    let other = ids::opaque();
    let secret = match wanted.forgery {
        "wrong_secret" => &other,
        _ => wanted.client_secret,
    };
    let text = payload(wanted.user_id);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()));
    match wanted.forgery {
        "changed_payload" => format!("{signature}.{}", payload("1")),
        "no_signature" => format!(".{text}"),
        "garbage" => "%00..&=".to_owned(),
        _ => format!("{signature}.{text}"),
    }
}

/// Reads the beginning of a response.
async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= LARGEST_ANSWER {
            bytes.truncate(LARGEST_ANSWER);
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
