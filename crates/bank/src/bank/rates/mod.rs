//! The currency market: the simulated values of currencies, and manual moves on top.
//!
//! Moves are stored with their times, so that yesterday's rate stays what it was. Fixing a pair fixes both of its
//! currencies, so all rates agree with each other at every moment. The wires of the sources are in `api`.

mod figures;
mod keep;
mod market;
mod pair;
mod source;

pub use figures::{Figures, Quote};
pub use market::Market;
pub use pair::RatePair;
pub use source::{RATE_REFUSALS, Source, WRONG_FIGURES};
