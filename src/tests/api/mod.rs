//! The API as other programs call it.

mod changes;
mod cors;
mod errors;
mod keys;
mod linking;
mod matrix;
mod once;
mod program;
mod reading;
mod readme;
mod reasons;
mod tokens;
mod typed;
mod webhooks;

pub use program::{Answer, Linked, Program};
