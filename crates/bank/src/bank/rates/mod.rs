//! The market as it was moved: what a currency is worth by itself, and what somebody made of it.
//!
//! Moves are kept with their moments, so that yesterday's rate stays what it was. A pair that is set stands still, both of
//! its currencies with it; so all rates agree with each other at every moment.

mod figures;
mod keep;
mod market;
mod pair;
mod source;

pub use figures::{Figures, Quote};
pub use market::Market;
pub use pair::RatePair;
pub use source::{RATE_REFUSALS, Source, WRONG_FIGURES};
