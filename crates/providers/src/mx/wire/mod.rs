//! MX's JSON, as far as it is used. Responses are read leniently: unknown fields and values are ignored, and
//! enumerations stay text.
//!
//! Null can appear anywhere. A field is one of three: an `Option`; `or_empty`, where null or a missing field is the
//! empty text, list or object; or, without an attribute, part of the identity of its object, which cannot be read
//! without it. `tests/nulls.rs` puts null into every place of every response.

mod asked;
mod rows;
mod told;

pub(super) use asked::*;
pub(super) use rows::*;
pub(super) use told::*;
