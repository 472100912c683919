//! Messages to the window that opened a page, in MX's format (`postMessage`, version 4).

use serde_json::{Value, json};

use crate::bank::{MxInstitution, WindowSession, guid_of};

/// The messages of a page, in order.
pub(super) struct Messages {
    user: String,
    session: String,
    all: Vec<Value>,
}

impl Messages {
    pub(super) fn for_session(session: &WindowSession) -> Self {
        Self {
            user: session.user.clone(),
            session: guid_of("SES", &session.key),
            all: Vec::new(),
        }
    }

    /// Adds a message of the type `mx/connect/{name}`.
    pub(super) fn add(&mut self, name: &str, more: Value) {
        let mut metadata = json!({"user_guid": self.user, "session_guid": self.session});
        if let (Value::Object(metadata), Value::Object(more)) = (&mut metadata, more) {
            metadata.extend(more);
        }
        let kind = format!("mx/connect/{name}");
        self.all
            .push(json!({"mx": true, "type": kind, "metadata": metadata}));
    }

    /// Returns the messages as JSON for the page; `None` when there are none.
    pub(super) fn written(self) -> Option<String> {
        (!self.all.is_empty()).then(|| Value::from(self.all).to_string())
    }
}

/// Returns an institution as messages name it.
pub(super) fn institution(institution: &MxInstitution) -> Value {
    json!({"institution": {"code": institution.code, "guid": institution.guid}})
}

/// Returns the message that ends a visit to an institution's own site.
pub(super) fn oauth_complete(member: &str, allowed: bool) -> String {
    let (kind, reason) = if allowed {
        ("oauthComplete/success", Value::Null)
    } else {
        ("oauthComplete/error", "CANCELLED".into())
    };
    let metadata = json!({"member_guid": member, "error_reason": reason});
    json!([{"mx": true, "type": kind, "metadata": metadata}]).to_string()
}
