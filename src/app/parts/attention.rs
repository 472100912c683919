//! Banners for what needs attention: one sentence and one action.

use leptos::prelude::*;

use super::actions;
use crate::ledger::view::{Attention, AttentionAction};

/// Draws a banner; its action returns to the page `back`.
pub fn attention(what: &Attention, back: &str) -> AnyView {
    let repair = || format!("repair:{}", what.connection_id);
    let to = |page: &str, words: &'static str| {
        let page = format!("/connections/{}/{page}", what.connection_id);
        let page = page.trim_end_matches('/').to_owned();
        view! { <a class="as-link strong" href=page>{words}</a> }.into_any()
    };
    let action = match what.action {
        AttentionAction::Repair => Some(actions::link("Log in again", repair(), "as-link strong")),
        AttentionAction::LogIn => Some(to("log-in", "Log in again")),
        AttentionAction::Answer => Some(to("", "Answer")),
        AttentionAction::LinkAgain => Some(actions::new_bank("Link again", "as-link strong")),
        AttentionAction::SyncNow => Some(actions::sync(
            &what.connection_id,
            back,
            "Try again",
            "as-link strong",
        )),
        AttentionAction::ChooseAccounts => Some(actions::link(
            "Choose accounts",
            format!("add:{}", what.connection_id),
            "as-link strong",
        )),
        AttentionAction::Match => Some(to("match", "Match accounts")),
        AttentionAction::None => None,
    };
    let later = if what.action == AttentionAction::None {
        "Dismiss"
    } else {
        "Not now"
    };
    let later = what
        .can_wait
        .as_ref()
        .map(|note| actions::not_now(&what.connection_id, note, back, later));
    view! {
        <div class="attention" role="note">
            <p>
                <strong>{what.institution.clone()}</strong>
                " "
                {what.sentence.clone()}
                {what.reference.clone().map(|text| view! { <span class="reference">{format!("Reference: {text}")}</span> })}
            </p>
            {action}
            {later}
        </div>
    }
    .into_any()
}
