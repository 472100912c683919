//! Handles the answers of each page.

mod accounts;
mod challenge;
mod credentials;
mod institution;
pub(super) mod oauth;

use serde_json::json;

use super::answers::Answers;
use super::flow::{BankVisit, Step};
use super::unavailable::Gone;
use super::visit::Visit;

pub(super) use accounts::{Selectable, selectable};
pub(super) use challenge::DEVICES;

/// Where the browser goes after an answer.
pub(super) enum Next {
    /// To the session's page.
    Page,
    /// To the institution's own site.
    OwnSite,
}

/// Handles the answers of the current page.
pub(super) async fn take(visit: &mut Visit, answers: &Answers) -> Result<Next, Gone> {
    match visit.flow.step {
        Step::Consent => visit.go(Step::Institution),
        Step::Institution => institution::take(visit, answers),
        Step::Unsupported => back(visit),
        Step::Credentials => credentials::take(visit, answers),
        Step::Device | Step::Code | Step::Questions(_) | Step::Selections(_) | Step::YesNo => {
            challenge::take(visit, answers);
        }
        Step::OAuth => {
            oauth::leave_for_bank(visit);
            return Ok(Next::OwnSite);
        }
        Step::Accounts => accounts::choose(visit, answers).await?,
        Step::Share => accounts::allow(visit).await?,
        Step::Finished | Step::Left => {}
    }
    Ok(Next::Page)
}

/// Goes back one page.
pub(super) fn back(visit: &mut Visit) {
    let update = visit.token.update.is_some();
    if !visit.flow.step.can_go_back(update) {
        return;
    }
    visit.flow.visit = BankVisit::None;
    let to = match visit.flow.step {
        Step::Institution => Step::Consent,
        Step::Unsupported | Step::Credentials | Step::OAuth => {
            visit.flow.institution_id = None;
            Step::Institution
        }
        Step::Share if visit.institution().is_some_and(|i| i.oauth) => Step::OAuth,
        Step::Share if signed_in(visit) == Step::Accounts => Step::Accounts,
        _ => Step::Credentials,
    };
    visit.go(to);
}

/// Whether this page needs a password that is no longer in memory.
pub(super) fn lost_its_password(visit: &Visit) -> bool {
    let needs = matches!(
        visit.flow.step,
        Step::Device
            | Step::Code
            | Step::Questions(_)
            | Step::Selections(_)
            | Step::YesNo
            | Step::Accounts
            | Step::Share
    );
    let now = visit.link.bank.clock().now();
    needs && visit.link.vault.get(&visit.record.id, now).is_none()
}

/// Goes back to the log-in, because the password is no longer in memory.
pub(super) fn ask_password_again(visit: &mut Visit) {
    let oauth = visit
        .institution()
        .is_some_and(|institution| institution.oauth);
    visit.flow.visit = BankVisit::None;
    visit.turn_to(if oauth {
        Step::OAuth
    } else {
        Step::Credentials
    });
    visit.stumble("USER_INPUT_TIMEOUT", None);
}

/// Returns the page after a successful log-in. In update mode the list of accounts is skipped, unless account selection
/// is enabled.
pub(super) fn signed_in(visit: &Visit) -> Step {
    match &visit.token.update {
        Some(update) if !update.account_selection_enabled => Step::Share,
        _ => Step::Accounts,
    }
}

/// Chooses an institution and clears the previous log-in.
pub(super) fn select_institution(visit: &mut Visit, id: &str) {
    visit.flow.institution_id = Some(id.to_owned());
    visit.flow.username.clear();
    visit.flow.filled_in = false;
    visit.event("SELECT_INSTITUTION", [("selection", json!(id))]);
}
