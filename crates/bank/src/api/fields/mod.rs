//! What each call may hold. Plaid refuses what it does not know, so a client's typing error is noticed here too.

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
    /// Whether this is its name.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    /// What a text stands for that a form sends for it; the check says whether it is one.
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
    /// An explicit null is as good as nothing: real clients send it.
    Optional,
}

/// What a field holds.
pub enum Kind {
    /// Text that is not empty.
    Text,
    /// Text, empty or not.
    AnyText,
    /// An http or https address.
    Link,
    /// `2026-03-01`.
    Day,
    /// A whole number in a range.
    Int(i64, i64),
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// Texts, at least so many.
    Texts(usize),
    /// Products of Plaid's, at least so many.
    Products(usize),
    /// The id of an account, which this Item may have or not.
    AccountId,
    /// Ids of accounts, at least one.
    AccountIds,
    /// The id of an institution, which may exist or not.
    InstitutionId,
    /// Fields within.
    Object(&'static [Field]),
    /// Objects, at least one.
    Objects(&'static [Field]),
    /// Known but not used.
    Any,
}

/// A field that must be there.
pub const fn must(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        need: Need::Required,
        kind,
    }
}

/// A field that may be left out or null.
pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        need: Need::Optional,
        kind,
    }
}
