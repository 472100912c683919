//! Going to the bank's own site, and coming back.

use serde_json::json;

use crate::link::flow::{BankVisit, Step};
use crate::link::visit::Visit;

/// Sets out for the bank's own site.
pub(super) fn leave_for_bank(visit: &mut Visit) {
    visit.flow.trouble = None;
    visit.flow.visit = BankVisit::LogIn;
    visit.event("OPEN_OAUTH", [("view_name", json!("OAUTH"))]);
}

/// Goes on in Link with what was decided at the bank.
pub(in crate::link) fn come_back(visit: &mut Visit, allowed: bool) {
    visit.flow.visit = BankVisit::Returned;
    visit.event("CLOSE_OAUTH", [("view_name", json!("OAUTH"))]);
    if allowed {
        visit.go(Step::Share);
    } else {
        visit.event("FAIL_OAUTH", [("view_name", json!("OAUTH"))]);
        visit.stumble("ACCESS_NOT_GRANTED", None);
    }
}
