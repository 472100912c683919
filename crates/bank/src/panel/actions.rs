//! The panel's forms: each performs a call, records it and redirects to the page that it came from.

use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::journal::Entry;
use super::subject::Subject;
use super::visitor::Visitor;
use super::{NoPage, Panel, form, html};
use crate::api::misbehave;
use crate::bank::BankError;

/// Calls that never apply to a single Item.
const OF_THE_BANK: [&str; 10] = [
    "time/advance",
    "webhook/key/rotate",
    "member/pace",
    "member/webhook",
    "rates/set",
    "rates/move",
    "rates/free",
    "rates/limit",
    "identity/key/rotate",
    "identity/deletion",
];

/// Performs the call of a form, if the visitor may.
pub(super) async fn take(
    State(panel): State<Panel>,
    visitor: Option<Extension<Visitor>>,
    Path(deed): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, NoPage> {
    let Extension(visitor) = visitor.ok_or(NoPage::Unknown)?;
    let subject = Subject::from_form(&panel, &visitor, &pairs).await?;
    if (subject.is_bank() || OF_THE_BANK.contains(&deed.as_str())) && !visitor.operator {
        return Err(NoPage::Unknown);
    }
    let path = format!("/misbehave/{deed}");
    let call = form::call(&path, &pairs).ok_or(NoPage::Unknown)?;
    let result = match call {
        Ok(call) => Box::pin(misbehave::act(&panel.bank, &path, &call)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match result {
        Ok(deed) => {
            let entry = Entry {
                item: subject.name(),
                at: panel.bank.wire_clock().now(),
                deed,
            };
            panel.journal.note(entry);
            Ok(Redirect::to(&subject.path(&panel)).into_response())
        }
        // Shows the page again with the error at its top.
        Err(BankError::Refused(refusal)) => {
            let page = subject.page(&panel, &visitor, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
