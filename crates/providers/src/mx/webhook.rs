//! Verifies and reads MX's webhooks. MX signs nothing; it is given an unguessable address and a password for HTTP
//! Basic. Even so, a webhook is only a hint, and MX is asked for the state.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::Mx;
use crate::Knock;
use crate::null::or_empty;
use domain::secret::Secret;
use domain::text::one_line;
use domain::webhook::{Notice, NoticeKind, Refusal, Verified};

/// Longer than any header given to MX.
const LONGEST_HEADER: usize = 4_096;

impl Mx {
    pub(super) fn believe(&self, knock: Knock<'_>, now: Timestamp) -> Result<Verified, Refusal> {
        let (path, password) = (&self.config.webhook_path, &self.config.webhook_password);
        if path.is_none() && password.is_none() {
            return Err(Refusal::NoSignature);
        }
        if let Some(secret) = path {
            let given = knock.path.trim_matches('/');
            if !is_same(given, secret) {
                return Err(Refusal::BadSignature);
            }
        }
        if let Some(secret) = password {
            let given = basic_password(knock.headers)?;
            if !is_same(&given, secret) {
                return Err(Refusal::BadSignature);
            }
        }
        let hash = digest(&SHA256, knock.body);
        Ok(Verified {
            body_hash: hash
                .as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            body: knock.body.to_vec(),
            // MX does not say when it sent the webhook.
            issued_at: now,
            notice: read_webhook(knock.body),
        })
    }
}

/// Whether a text equals a secret, in constant time: it compares hashes, which have one length.
fn is_same(given: &str, secret: &Secret) -> bool {
    let of = |text: &str| digest(&SHA256, text.as_bytes());
    verify_slices_are_equal(of(given).as_ref(), of(secret.expose()).as_ref()).is_ok()
}

/// Returns the password of the one `Authorization` header.
fn basic_password(headers: &HeaderMap) -> Result<Zeroizing<String>, Refusal> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (all.next(), all.next()) else {
        return Err(Refusal::NoSignature);
    };
    if header.len() > LONGEST_HEADER {
        return Err(Refusal::HeaderTooLong);
    }
    let header = header.to_str().map_err(|_| Refusal::Malformed)?;
    let (scheme, pair) = header.split_once(' ').ok_or(Refusal::Malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Refusal::Malformed);
    }
    let pair = STANDARD
        .decode(pair.trim())
        .map_err(|_| Refusal::Malformed)?;
    let pair = Zeroizing::new(String::from_utf8(pair).map_err(|_| Refusal::Malformed)?);
    let (_, password) = pair.split_once(':').ok_or(Refusal::Malformed)?;
    Ok(Zeroizing::new(password.to_owned()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(rename = "type", deserialize_with = "or_empty")]
    kind: String,
    #[serde(deserialize_with = "or_empty")]
    action: String,
    member_guid: Option<String>,
    connection_status: Option<String>,
}

/// Reads a body, which must be exactly one JSON value.
#[must_use]
pub fn read_webhook(body: &[u8]) -> Notice {
    let body: Body = serde_json::from_slice(body).unwrap_or_default();
    Notice {
        kind: match body.kind.as_str() {
            "AGGREGATION" | "BALANCE" => NoticeKind::SyncUpdatesAvailable,
            "HISTORY" => NoticeKind::HistoricalUpdate,
            "CONNECTION_STATUS" => NoticeKind::ItemError,
            _ => NoticeKind::Unknown,
        },
        webhook_type: one_line(&body.kind),
        webhook_code: one_line(&body.action),
        item_id: body.member_guid,
        link_token_hash: None,
        error_code: body.connection_status.as_deref().map(one_line),
        ends_at: None,
        reason: None,
        account_id: None,
        new_webhook_url: None,
    }
}
