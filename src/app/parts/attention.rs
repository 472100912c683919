//! What needs attention: one sentence, one action.

use leptos::prelude::*;

use super::actions;
use crate::ledger::view::{Attention, AttentionAction};

/// One sentence with its action; `back` is the page to come back to.
pub fn attention(what: &Attention, back: &str) -> AnyView {
    let repair = || format!("repair:{}", what.connection_id);
    let action = match what.action {
        AttentionAction::Repair => Some(actions::link("Repair", repair(), "as-link strong")),
        AttentionAction::LinkAgain => Some(actions::link(
            "Link again",
            "new".to_owned(),
            "as-link strong",
        )),
        AttentionAction::SyncNow => Some(actions::sync(
            &what.connection_id,
            back,
            "Try again",
            "as-link strong",
        )),
        AttentionAction::None => None,
    };
    view! {
        <div class="attention" role="note">
            <p>
                <strong>{what.institution.clone()}</strong>
                " "
                {what.sentence.clone()}
                {what.reference.clone().map(|text| view! { <span class="reference">{text}</span> })}
            </p>
            {action}
        </div>
    }
    .into_any()
}
