//! Leaving for the institution's own site and coming back.

use serde_json::json;

use crate::link::flow::{BankVisit, Step};
use crate::link::visit::Visit;

/// Begins the visit to the institution's own site.
pub(super) fn leave_for_bank(visit: &mut Visit) {
    visit.flow.trouble = None;
    visit.flow.visit = BankVisit::LogIn;
    visit.event("OPEN_OAUTH", [("view_name", json!("OAUTH"))]);
}

/// Continues in Link with the decision made at the institution.
pub(in crate::link) fn return_from_bank(visit: &mut Visit, allowed: bool) {
    visit.flow.visit = BankVisit::Returned;
    visit.event("CLOSE_OAUTH", [("view_name", json!("OAUTH"))]);
    if allowed {
        visit.go(Step::Share);
    } else {
        visit.event("FAIL_OAUTH", [("view_name", json!("OAUTH"))]);
        visit.stumble("ACCESS_NOT_GRANTED", None);
    }
}
