//! Compares a connection's rows with everything that the bank has.
//!
//! The bank's list is fetched from its beginning, without touching the kept rows or their cursor. Kept rows can be
//! behind the bank without being wrong, so the changes since their cursor are fetched too and applied in memory before
//! the comparison.

mod compare;
mod put_right;
mod report;
mod survey;

pub use put_right::{check_in_background, put_right, request_check, request_put_right};
pub use report::{Report, report_all};
