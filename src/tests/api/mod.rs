//! The API as other programs call it.

mod errors;
mod program;
mod reading;
mod tokens;

pub use program::{Answer, Program};
