//! The fields that each call may have. Unknown ones are refused, as at Plaid, so a client's typo shows up here too.

mod check;

use serde_json::Value;

pub use check::{check, missing_fields};

/// A field of a request.
pub struct Field {
    name: &'static str,
    need: Need,
    kind: Kind,
}

impl Field {
    /// Whether this field has the given name.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    /// Converts the text that a form sends for this field to its JSON value. The check validates the result.
    pub fn value_of(&self, text: &str) -> Value {
        let number = |text: &str| text.parse::<i64>().map_or(text.into(), Value::from);
        match self.kind {
            Kind::Int(..) => number(text),
            Kind::Flag => (text == "true").into(),
            Kind::Texts(_) | Kind::Products(_) | Kind::AccountIds => {
                text.split_whitespace().collect::<Vec<_>>().into()
            }
            _ => text.into(),
        }
    }
}

#[derive(PartialEq, Eq)]
enum Need {
    Required,
    /// An explicit null counts as absent, because real clients send it.
    Optional,
}

/// The type of a field.
pub enum Kind {
    /// Non-empty text.
    Text,
    /// Text, which may be empty.
    AnyText,
    /// An http or https URL.
    Link,
    /// A date such as `2026-03-01`.
    Day,
    /// A whole number within a range, bounds included.
    Int(i64, i64),
    /// A number.
    Number,
    /// A boolean.
    Flag,
    /// A list of texts with a minimum length.
    Texts(usize),
    /// A list of Plaid's products with a minimum length.
    Products(usize),
    /// The id of an account, which this Item need not have.
    AccountId,
    /// A list of account ids, at least one.
    AccountIds,
    /// The id of an institution, which need not exist.
    InstitutionId,
    /// An object with these fields.
    Object(&'static [Field]),
    /// A list of objects with these fields, at least one.
    Objects(&'static [Field]),
    /// Known but ignored.
    Any,
}

/// Returns a required field.
pub const fn must(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        need: Need::Required,
        kind,
    }
}

/// Returns a field that may be absent or null.
pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        need: Need::Optional,
        kind,
    }
}
