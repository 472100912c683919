//! What an operation requires of its callers, read from its description. An operation without a description is not
//! served, and one whose description says nothing about its callers is refused.

use std::collections::HashMap;

use axum::http::Method;
use domain::access::Scope;
use serde_json::Value;

/// The credentials that an operation requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// None: anyone may call it.
    Open,
    /// A token, or a key with this scope.
    With(Scope),
    /// A token; a key is not enough.
    TokenOnly,
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The required credentials.
    pub access: Access,
    /// Whether the response holds a secret. It is then not kept for a repeated request.
    pub secret: bool,
    /// Whether only the person's own programs may call it, and no app, whatever its scopes.
    pub own: bool,
    /// Whether a token of a person with two-step verification needs a code too.
    pub step_up: bool,
    /// Whether it has query parameters.
    pub takes_query: bool,
    /// Whether it has a body.
    pub takes_body: bool,
}

/// Every operation, by method and path.
pub type Operations = HashMap<(Method, String), Operation>;

/// Reads every operation from the description.
#[must_use]
pub fn operations(document: &Value) -> Operations {
    let mut operations = Operations::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, described) in item.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let mut parameters = described["parameters"].as_array().into_iter().flatten();
            let operation = Operation {
                access: access(&described["security"]),
                secret: described["x-secret"] == Value::Bool(true),
                own: described["x-own"] == Value::Bool(true),
                step_up: described["x-step-up"] == Value::Bool(true),
                takes_query: parameters.any(|parameter| parameter["in"] == "query"),
                takes_body: !described["requestBody"].is_null(),
            };
            operations.insert((method, path.clone()), operation);
        }
    }
    operations
}

/// Reads the security requirement: `[{}]` is open, and a `key` names its scope.
fn access(security: &Value) -> Access {
    let ways = security.as_array().map_or(&[][..], Vec::as_slice);
    let is_open = |way: &Value| way.as_object().is_some_and(serde_json::Map::is_empty);
    if ways.iter().any(is_open) {
        return Access::Open;
    }
    let scope = ways
        .iter()
        .find_map(|way| way["key"][0].as_str())
        .and_then(Scope::from_word);
    scope.map_or(Access::TokenOnly, Access::With)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_that_says_nothing_is_for_tokens_only() {
        let of = |text: &str| access(&serde_json::from_str(text).expect("JSON"));
        assert_eq!(of("null"), Access::TokenOnly);
        assert_eq!(of("[]"), Access::TokenOnly);
        assert_eq!(of("[{}]"), Access::Open);
        assert_eq!(of(r#"[{"token":[]}]"#), Access::TokenOnly);
        assert_eq!(
            of(r#"[{"token":[]},{"key":["read"]}]"#),
            Access::With(Scope::Read)
        );
    }
}
