//! The question "Are you sure?" before leaving.

use leptos::prelude::*;

use super::frame::answers_step;
use crate::link::visit::Visit;

pub(super) fn view(visit: &Visit) -> AnyView {
    let words = if visit.token.update.is_some() {
        "Nothing will change. You can come back to this at any time."
    } else {
        "Your bank will not be linked, and nothing that you typed is kept."
    };
    view! {
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="scroll middle" tabindex="0">
                <h1 tabindex="-1">"Leave without finishing?"</h1>
                <p class="soft">{words}</p>
            </div>
            <div class="foot">
                <button class="primary" name="go" value="stay" data-focus="1">"Go on linking"</button>
                <button class="second" name="go" value="exit">"Leave"</button>
            </div>
        </form>
    }
    .into_any()
}
