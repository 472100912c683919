//! MX's JSON, as far as it is used. Answers are read leniently: unknown fields and values are passed over, and
//! enumerations stay text.
//!
//! Null may stand anywhere. A field is one of three: an `Option`; `or_empty`, where null and nothing are the empty
//! text, list or object; or, without an attribute, part of the identity of what it belongs to, which cannot be
//! read without it. `tests/nulls.rs` puts null into every place of every answer.

mod asked;
mod rows;
mod told;

pub(super) use asked::*;
pub(super) use rows::*;
pub(super) use told::*;
