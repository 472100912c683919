//! The API as other programs call it.

mod changes;
mod cors;
mod errors;
mod keys;
mod matrix;
mod once;
mod program;
mod reading;
mod readme;
mod tokens;

pub use program::{Answer, Linked, Program};
