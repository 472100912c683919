//! What whoever opened a page is told, in MX's words (`postMessage`, version 4).

use serde_json::{Value, json};

use crate::bank::{Bench, WindowSession, guid_of};

/// Messages of a page, in their order.
pub(super) struct Messages {
    user: String,
    session: String,
    all: Vec<Value>,
}

impl Messages {
    pub(super) fn of(session: &WindowSession) -> Self {
        Self {
            user: session.user.clone(),
            session: guid_of("SES", &session.key),
            all: Vec::new(),
        }
    }

    /// Adds `mx/connect/…`.
    pub(super) fn add(&mut self, name: &str, more: Value) {
        let mut metadata = json!({"user_guid": self.user, "session_guid": self.session});
        if let (Value::Object(metadata), Value::Object(more)) = (&mut metadata, more) {
            metadata.extend(more);
        }
        let kind = format!("mx/connect/{name}");
        self.all
            .push(json!({"mx": true, "type": kind, "metadata": metadata}));
    }

    /// As the page carries them.
    pub(super) fn written(self) -> Option<String> {
        (!self.all.is_empty()).then(|| Value::from(self.all).to_string())
    }
}

/// A bank, as a message names it.
pub(super) fn institution(bench: &Bench) -> Value {
    json!({"institution": {"code": bench.code, "guid": bench.guid}})
}

/// The end of a bank's own window.
pub(super) fn oauth_complete(member: &str, allowed: bool) -> String {
    let (kind, reason) = if allowed {
        ("oauthComplete/success", Value::Null)
    } else {
        ("oauthComplete/error", "CANCELLED".into())
    };
    let metadata = json!({"member_guid": member, "error_reason": reason});
    json!([{"mx": true, "type": kind, "metadata": metadata}]).to_string()
}
