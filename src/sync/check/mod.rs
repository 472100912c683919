//! Comparing a connection's rows with all that the bank has.
//!
//! The bank's list is fetched from its very beginning, beside the kept rows, and neither they nor their cursor
//! are touched. Kept rows may be behind the bank without being wrong: what has happened there since their
//! cursor is fetched too, and counted as made before anything is compared.

mod compare;
mod put_right;
mod report;
mod survey;

pub use put_right::{check_in_background, put_right, request_check, request_put_right};
pub use report::{Report, report_all};
