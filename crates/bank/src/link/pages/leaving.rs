//! The question "Are you sure?" before leaving.

use leptos::prelude::*;

use super::frame::answers_step;
use crate::link::visit::Visit;

pub(super) fn view(visit: &Visit) -> AnyView {
    let words = if visit.token.update.is_some() {
        "Nothing will change. You can do this any time."
    } else {
        "Your bank won’t be linked, and nothing you entered will be kept."
    };
    view! {
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="scroll middle" tabindex="0">
                <h1 tabindex="-1">"Stop linking?"</h1>
                <p class="soft">{words}</p>
            </div>
            <div class="foot">
                <button class="primary" name="go" value="stay" data-focus="1">"Keep going"</button>
                <button class="second" name="go" value="exit">"Stop"</button>
            </div>
        </form>
    }
    .into_any()
}
